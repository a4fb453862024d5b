"""Addresses of Runtime Management. Which environment a page is about is told by the query: ids are any text."""

from django.urls import path

from tenantry.environments import console, leaks_console

urlpatterns = [
    path("runtimes/", console.runtime_management, name="runtime_management"),
    path("runtimes/environment/", console.environment, name="environment"),
    path("runtimes/environment/add/", console.environment_add, name="environment_add"),
    path("runtimes/environment/delete/", console.environment_remove, name="environment_remove"),
    path("runtimes/environment/roles/attach/", console.environment_attach, name="environment_attach"),
    path("runtimes/environment/roles/detach/", console.environment_detach, name="environment_detach"),
    path("runtimes/leaks/", leaks_console.leaks, name="leaks"),
]
