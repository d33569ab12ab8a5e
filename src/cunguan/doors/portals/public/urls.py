"""Addresses of these pages."""

from django.urls import path

from cunguan.doors.portals.public import views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("complain/", views.complain, name="complain"),
    path("fees-and-risks/", views.fees, name="fees"),
    path("robots.txt", views.robots, name="robots"),
    path("verify", views.verify, name="verify"),
]
