"""Addresses of the pages about connectors. Which one a page is about is told by the query: ids are any text."""

from django.urls import path

from tenantry.connectors import (
    connector_console,
    console,
    publisher_console,
    release_console,
    review_console,
    usable_console,
    version_console,
)

urlpatterns = [
    path("account/publisher/", publisher_console.publisher, name="publisher"),
    path("account/publisher/enable/", publisher_console.publisher_enable, name="publisher_enable"),
    path("developer/", console.developer, name="developer"),
    path("developer/groups/add/", console.connector_group_add, name="connector_group_add"),
    path("developer/groups/edit/", console.connector_group_edit, name="connector_group_edit"),
    path("developer/groups/delete/", console.connector_group_remove, name="connector_group_remove"),
    path("developer/versions/add/", version_console.connector_version_add, name="connector_version_add"),
    path("developer/versions/view/", version_console.connector_version, name="connector_version"),
    path("developer/versions/file/", version_console.connector_file, name="connector_file"),
    path("developer/connectors/add/", connector_console.connector_add, name="connector_add"),
    path("developer/connectors/edit/", connector_console.connector_edit, name="connector_edit"),
    path("developer/connectors/delete/", connector_console.connector_remove, name="connector_remove"),
    path("developer/connectors/version/", release_console.connector_release, name="connector_release"),
    path(
        "developer/connectors/version/cancel/",
        release_console.connector_release_cancel,
        name="connector_release_cancel",
    ),
    path("developer/connectors/visibility/", release_console.connector_visibility, name="connector_visibility"),
    path("developer/connectors/submit/", release_console.connector_submit, name="connector_submit"),
    path(
        "developer/connectors/review/cancel/", release_console.connector_review_cancel, name="connector_review_cancel"
    ),
    path("reviews/", review_console.connector_reviews, name="connector_reviews"),
    path("reviews/review/", review_console.connector_review, name="connector_review"),
    path("reviews/file/", review_console.connector_review_file, name="connector_review_file"),
    path("build/connectors/", usable_console.connectors, name="connectors"),
]
