"""Addresses that belong to no portal."""

from django.urls import path

from cunguan.doors.portals.shell import views

urlpatterns = [
    path("choose/", views.choose, name="choose"),
    path("healthz", views.healthz, name="healthz"),
]
