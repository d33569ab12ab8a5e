"""Addresses of these pages."""

from django.urls import path

from cunguan.doors.portals.platform import views

app_name = "platform"
urlpatterns = [path("", views.home, name="home")]
