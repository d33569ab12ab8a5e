"""Addresses of the pages where anybody asks about a code."""

from django.urls import path

from cunguan.doors.portals.client import asked

urlpatterns = [
    path("", asked.ask, name="ask_code"),
    path("<str:code>/", asked.answer, name="verify_code"),
]
