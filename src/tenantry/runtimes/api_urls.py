"""Addresses of the interface of runtimes."""

from django.urls import path

from tenantry.runtimes import api

urlpatterns = [
    path("runtime/v1/install", api.install, name="runtime_install_call"),
    path("runtime/v1/deployments", api.deployments, name="runtime_deployments"),
    path("runtime/v1/deployments/<int:number>", api.deployment, name="runtime_deployment"),
    path(
        "runtime/v1/deployments/packs-<int:attachment>-<int:item>", api.pack_deployment, name="runtime_pack_deployment"
    ),
    path("runtime/v1/executions", api.executions, name="runtime_executions"),
    path("runtime/v1/work", api.work, name="runtime_work"),
    path("runtime/v1/work/<str:work>/done", api.work_done, name="runtime_work_done"),
]
