"""Addresses of the pages about custom roles."""

from django.urls import path

from tenantry.roles import console

urlpatterns = [
    path("roles/", console.roles, name="roles"),
    path("roles/add/", console.role_add, name="role_add"),
    path("roles/<str:role>/edit/", console.role_edit, name="role_edit"),
    path("roles/<str:role>/remove/", console.role_remove, name="role_remove"),
]
