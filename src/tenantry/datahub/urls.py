"""Addresses of Data Hub. Which model or repository a page is about is told by the query: ids are any text."""

from django.urls import path

from tenantry.datahub import console, draft_console as drafts, repository_console as repositories

urlpatterns = [
    path("models/", console.models, name="models"),
    path("models/add/", console.model_add, name="model_add"),
    path("models/copy/", console.model_copy, name="model_copy"),
    path("models/model/", console.model, name="model"),
    path("models/model/rename/", console.model_rename, name="model_rename"),
    path("models/model/delete/", console.model_remove, name="model_remove"),
    path("models/model/version/", console.model_version, name="model_version"),
    path("models/model/publish/", drafts.model_publish, name="model_publish"),
    path("models/model/field/", drafts.model_field, name="model_field"),
    path("models/model/step/", drafts.model_step, name="model_step"),
    path("models/model/<str:part>/move/", drafts.model_move, name="model_move"),
    path("models/model/<str:part>/remove/", drafts.model_part_remove, name="model_part_remove"),
    path("models/model/deploy/", repositories.model_deploy, name="model_deploy"),
    path("models/model/undeploy/", repositories.model_undeploy, name="model_undeploy"),
    path("repositories/", repositories.repositories, name="repositories"),
    path("repositories/repository/", repositories.repository, name="repository"),
    path("repositories/add/", repositories.repository_add, name="repository_add"),
    path("repositories/rename/", repositories.repository_rename, name="repository_rename"),
    path("repositories/delete/", repositories.repository_remove, name="repository_remove"),
]
