"""Addresses of these pages."""

from django.urls import path

from cunguan.doors.portals.public import views

app_name = "public"
urlpatterns = [path("", views.home, name="home")]
