"""Addresses of Build. Which folder or component a page is about is told by the query: ids are any text."""

from django.urls import path

from tenantry.build import component_console as components, console, folder_console as folders

urlpatterns = [
    path("build/", console.build, name="build"),
    path("build/level/", console.build_level, name="build_level"),
    path("build/deleted/", folders.build_deleted, name="build_deleted"),
    path("build/restore/", folders.build_restore, name="build_restore"),
    path("build/folders/add/", folders.folder_add, name="folder_add"),
    path("build/folders/rename/", folders.folder_rename, name="folder_rename"),
    path("build/folders/copy/", folders.folder_copy, name="folder_copy"),
    path("build/folders/move/", folders.folder_move, name="folder_move"),
    path("build/folders/delete/", folders.folder_delete, name="folder_delete"),
    path("build/folders/permissions/", folders.folder_permissions, name="folder_permissions"),
    path("build/components/add/", components.component_add, name="component_add"),
    path("build/components/save/", components.component_save, name="component_save"),
    path("build/components/copy/", components.component_copy, name="component_copy"),
    path("build/components/move/", components.component_move, name="component_move"),
    path("build/components/delete/", components.component_delete, name="component_delete"),
    path("build/components/usage/", components.component_usage, name="component_usage"),
    path("build/components/restore/", components.component_revision_restore, name="component_revision_restore"),
]
