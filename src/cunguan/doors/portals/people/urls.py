"""Addresses of these pages; those that allauth asks for bear its names."""

from django.urls import path

from cunguan.doors.portals.people import (
    centre,
    codes,
    confirming,
    invited,
    name_sign_in,
    naming,
    passkey_sign_in,
    passkeys,
    recovering,
    signing_out,
    signing_up,
    totp,
)

urlpatterns = [
    path("signin/", passkey_sign_in.sign_in, name="account_login"),
    path("signin/begin/", passkey_sign_in.begin, name="sign_in_begin"),
    path("signin/name/", name_sign_in.sign_in, name="sign_in_by_name"),
    path("signup/", signing_up.sign_up, name="account_signup"),
    path("signup/begin/", signing_up.begin, name="sign_up_begin"),
    path("signout/", signing_out.sign_out, name="account_logout"),
    path("invited/<str:secret>/", invited.invited, name="invited"),
    path("invited/<str:secret>/begin/", invited.begin, name="invited_begin"),
    path("recover/", recovering.recover, name="recover"),
    path("recover/look/", recovering.look, name="recover_look"),
    path("recover/passkey/", recovering.passkey, name="recover_passkey"),
    path("recover/passkey/begin/", recovering.begin, name="recover_begin"),
    path("security/", centre.centre, name="security"),
    path("security/codes/", codes.codes, name="security_codes"),
    path("security/confirm/", confirming.confirm, name="security_confirm"),
    path("security/confirm/begin/", confirming.begin, name="security_confirm_begin"),
    path("security/name/", naming.name, name="security_name"),
    path("security/passkeys/add/", passkeys.add, name="security_passkey_add"),
    path("security/passkeys/add/begin/", passkeys.begin, name="security_passkey_begin"),
    path("security/passkeys/<int:number>/", passkeys.one, name="security_passkey"),
    path("security/sessions/", centre.devices_page, name="security_sessions"),
    path("security/totp/", totp.totp, name="security_totp"),
    path("security/totp/off/", totp.off, name="security_totp_off"),
]
