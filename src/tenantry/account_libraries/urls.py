"""Addresses of the pages about library files."""

from django.urls import path

from tenantry.account_libraries import console

urlpatterns = [
    path("libraries/", console.account_libraries, name="account_libraries"),
    path("libraries/upload/", console.account_library_upload, name="account_library_upload"),
    path("libraries/file/", console.account_library_file, name="account_library_file"),
    path("libraries/delete/", console.account_library_remove, name="account_library_remove"),
]
