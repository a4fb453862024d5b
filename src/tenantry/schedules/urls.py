"""Addresses of what is done with schedules. The environment and the process are told by the query: ids are any text."""

from django.urls import path

from tenantry.schedules import console

urlpatterns = [
    path("runtimes/environment/schedule/", console.schedule_edit, name="schedule_edit"),
    path("runtimes/environment/schedule/pause/", console.schedule_pause, name="schedule_pause"),
    path("runtimes/environment/schedule/resume/", console.schedule_resume, name="schedule_resume"),
    path("runtimes/environment/schedule/remove/", console.schedule_remove, name="schedule_remove"),
]
