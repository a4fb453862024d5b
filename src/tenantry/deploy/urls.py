"""Addresses of the pages about packaged components and deployments."""

from django.urls import path

from tenantry.deploy import console

urlpatterns = [
    path("packages/", console.packages, name="packages"),
    path("packages/add/", console.package_add, name="package_add"),
    path("packages/<str:package>/", console.package, name="package"),
    path("packages/<str:package>/remove/", console.package_remove, name="package_remove"),
    path("packages/<str:package>/deploy/", console.package_deploy, name="package_deploy"),
    path("deployments/", console.deployments, name="deployments"),
    path("deployments/add/", console.deployment_add, name="deployment_add"),
    path("deployments/<int:deployment>/end/", console.deployment_end, name="deployment_end"),
]
