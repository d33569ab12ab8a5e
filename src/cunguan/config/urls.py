"""Addresses of the portals (网址): which portal stands under which first word."""

from django.urls import include, path

urlpatterns = [
    path("", include("cunguan.doors.portals.public.urls")),
    path("", include("cunguan.doors.portals.shell.urls")),
    path("", include("cunguan.doors.portals.people.urls")),
    path("sign/", include("cunguan.doors.portals.signing.urls")),
    path("verify-code/", include("cunguan.doors.portals.client.asked_urls")),
    path("me/", include("cunguan.doors.portals.client.urls")),
    path("custodian/", include("cunguan.doors.portals.custodian.urls")),
    path("platform/", include("cunguan.doors.portals.platform.urls")),
]
handler400 = "cunguan.doors.portals.shell.errors.bad_request"
handler403 = "cunguan.doors.portals.shell.errors.forbidden"
handler404 = "cunguan.doors.portals.shell.errors.not_found"
handler500 = "cunguan.doors.portals.shell.errors.failed"
