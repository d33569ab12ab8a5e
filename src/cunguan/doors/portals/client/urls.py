"""Addresses of these pages."""

from django.urls import path

from cunguan.doors.portals.client import views

app_name = "client"
urlpatterns = [path("", views.home, name="home")]
