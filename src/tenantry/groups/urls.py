"""Addresses of the pages about account groups. Which group a page is about is told by the query: ids are any text."""

from django.urls import path

from tenantry.groups import console, lists, people_console

urlpatterns = [
    path("groups/", console.groups, name="groups"),
    path("groups/choose/", lists.group_choose, name="group_choose"),
    path("groups/add/", console.group_add, name="group_add"),
    path("groups/edit/", console.group_edit, name="group_edit"),
    path("groups/delete/", console.group_remove, name="group_remove"),
    path("groups/accounts/add/", console.group_accounts_add, name="group_accounts_add"),
    path("groups/accounts/remove/", console.group_accounts_remove, name="group_accounts_remove"),
    path("groups/accounts/membership/", lists.account_groups, name="account_groups"),
    path("groups/accounts/users/", lists.account_users, name="account_users"),
    path("groups/users/add/", people_console.group_user_add, name="group_user_add"),
    path("groups/users/<int:user>/edit/", people_console.group_user_edit, name="group_user_edit"),
    path("groups/users/<int:user>/remove/", people_console.group_user_remove, name="group_user_remove"),
    path("groups/users/<int:user>/groups/", lists.user_groups, name="user_groups"),
]
