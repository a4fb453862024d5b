"""Addresses of Cloud Management. Which cloud, cluster or account a page is about is told by the query."""

from django.urls import path

from tenantry.clouds import console, quota_console

urlpatterns = [
    path("clouds/", console.clouds, name="clouds"),
    path("clouds/add/", console.cloud_add, name="cloud_add"),
    path("clouds/properties/", console.cloud, name="cloud"),
    path("clouds/delete/", console.cloud_remove, name="cloud_remove"),
    path("clouds/clusters/install/", console.cluster_install, name="cluster_install"),
    path("clouds/clusters/delete/", console.cluster_remove, name="cluster_remove"),
    path("clouds/quotas/", quota_console.cloud_quotas, name="cloud_quotas"),
    path("clouds/quotas/add/", quota_console.quota_add, name="quota_add"),
    path("clouds/quotas/edit/", quota_console.quota_edit, name="quota_edit"),
    path("clouds/quotas/delete/", quota_console.quota_remove, name="quota_remove"),
]
