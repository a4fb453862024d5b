"""Addresses of the interface of runtimes, and of cloud clusters, which name one of their attachments in the address."""

from django.urls import include, path

from tenantry.clouds import api as clusters
from tenantry.runtimes import api

of_attachments = [
    path("deployments", api.deployments, name="attachment_deployments"),
    path("deployments/<int:number>", api.deployment, name="attachment_deployment"),
    path("deployments/packs-<int:attachment>-<int:item>", api.pack_deployment, name="attachment_pack_deployment"),
    path("updates", api.updates, name="attachment_updates"),
    path("executions", api.executions, name="attachment_executions"),
    path("work", api.work, name="attachment_work"),
    path("work/<str:work>/done", api.work_done, name="attachment_work_done"),
]

urlpatterns = [
    path("runtime/v1/install", api.install, name="runtime_install_call"),
    path("runtime/v1/deployments", api.deployments, name="runtime_deployments"),
    path("runtime/v1/deployments/<int:number>", api.deployment, name="runtime_deployment"),
    path(
        "runtime/v1/deployments/packs-<int:attachment>-<int:item>", api.pack_deployment, name="runtime_pack_deployment"
    ),
    path("runtime/v1/updates", api.updates, name="runtime_updates"),
    path("runtime/v1/executions", api.executions, name="runtime_executions"),
    path("runtime/v1/work", api.work, name="runtime_work"),
    path("runtime/v1/work/<str:work>/done", api.work_done, name="runtime_work_done"),
    path("runtime/v1/cluster/install", clusters.install, name="cluster_install_call"),
    path("runtime/v1/cluster", clusters.cluster, name="cluster_call"),
    path("runtime/v1/attachments", clusters.attachments, name="cluster_attachments"),
    path("runtime/v1/attachments/<str:slot>/", include(of_attachments)),
]
