"""Addresses of these pages; a token is never one of the words."""

from django.urls import path

from cunguan.doors.portals.signing import asked, own_keys, views

app_name = "signing"
urlpatterns = [
    path("ask/<str:page>/", asked.asked, name="asked"),
    path("keys/", own_keys.own_keys, name="own_keys"),
    path("<str:token>/code/", views.by_code, name="by_code"),
    path("<str:token>/", views.sign, name="sign"),
]
