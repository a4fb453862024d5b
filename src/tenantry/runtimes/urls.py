"""Addresses of the dialogs about runtimes. Which one a dialog is about is told by the query."""

from django.urls import path

from tenantry.runtimes import attachment_console, console

urlpatterns = [
    path("runtimes/unattached/", console.unattached, name="runtimes_unattached"),
    path("runtimes/install/", console.runtime_install, name="runtime_install"),
    path("runtimes/install/cloud/", attachment_console.attachment_add, name="attachment_add"),
    path("runtimes/browse/", attachment_console.attachment_browse, name="attachment_browse"),
    path("runtimes/rename/", console.runtime_rename, name="runtime_rename"),
    path("runtimes/attach/", console.runtime_attach, name="runtime_attach"),
    path("runtimes/detach/", console.runtime_detach, name="runtime_detach"),
    path("runtimes/delete/", console.runtime_remove, name="runtime_remove"),
]
