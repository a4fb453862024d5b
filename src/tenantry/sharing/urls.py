"""Addresses of the tab "Resources" of account groups. Group and resource are told by the query: ids are any text."""

from django.urls import path

from tenantry.sharing import console

urlpatterns = [
    path("groups/resources/", console.resources, name="group_resources"),
    path("groups/resources/<str:kind>/add/", console.share_add, name="share_add"),
    path("groups/resources/<str:kind>/remove/", console.share_remove, name="share_remove"),
]
