"""Devices revoked (退出全部设备): all devices were signed out."""

from django.utils.translation import gettext_noop

KIND = "devices_revoked"
TITLE = gettext_noop("All devices were signed out")
TEXT = gettext_noop("Every device must sign in again.")
VALUES = ()
IS_SENT = True
LINK = ""
