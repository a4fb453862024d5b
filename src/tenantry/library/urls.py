"""Addresses of the Process Library. Which process a page is about is told by the query: ids are any text."""

from django.urls import path

from tenantry.library import console, publishing_console as publishing

urlpatterns = [
    path("library/", console.library, name="library"),
    path("library/process/", console.library_process, name="library_process"),
    path("library/install/", console.library_install, name="library_install"),
    path("library/installed/", console.library_installed, name="library_installed"),
    path("process-library/", publishing.library_manage, name="library_manage"),
    path("process-library/publish/", publishing.library_publish, name="library_publish"),
    path("process-library/republish/", publishing.library_republish, name="library_republish"),
]
