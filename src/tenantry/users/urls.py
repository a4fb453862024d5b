"""Addresses of the pages about people."""

from django.urls import path

from tenantry.users import console, own_console

urlpatterns = [
    path("users/", console.users, name="users"),
    path("users/add/", console.user_add, name="user_add"),
    path("users/<int:user>/edit/", console.user_edit, name="user_edit"),
    path("users/<int:user>/remove/", console.user_remove, name="user_remove"),
    path("users/<int:user>/roles/<str:role>/remove/", console.user_role_remove, name="user_role_remove"),
    path("users/<int:user>/unlock/", console.user_unlock, name="user_unlock"),
    path("users/<int:user>/invite/", console.user_invite, name="user_invite"),
    path("me/", own_console.user_information, name="user_information"),
    path("me/preferences/", own_console.preferences, name="preferences"),
]
