"""Addresses of these pages; those that allauth asks for bear its names."""

from django.urls import path

from cunguan.doors.portals.people import invited, passkey_sign_in, signing_out, signing_up

urlpatterns = [
    path("signin/", passkey_sign_in.sign_in, name="account_login"),
    path("signin/begin/", passkey_sign_in.begin, name="sign_in_begin"),
    path("signup/", signing_up.sign_up, name="account_signup"),
    path("signup/begin/", signing_up.begin, name="sign_up_begin"),
    path("signout/", signing_out.sign_out, name="account_logout"),
    path("invited/<str:secret>/", invited.invited, name="invited"),
    path("invited/<str:secret>/begin/", invited.begin, name="invited_begin"),
]
