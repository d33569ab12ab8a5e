"""Addresses of these pages."""

from django.urls import path

from cunguan.doors.portals.custodian import views

app_name = "custodian"
urlpatterns = [path("", views.home, name="home")]
