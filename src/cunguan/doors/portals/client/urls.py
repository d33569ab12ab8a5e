"""Addresses of these pages."""

from django.urls import path

from cunguan.doors.portals.client import notices, views

app_name = "client"
urlpatterns = [
    path("", views.home, name="home"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="notices_read"),
]
