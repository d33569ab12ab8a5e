"""New device (新设备登录): somebody signed in from a device that was not known."""

from django.utils.translation import gettext_noop

KIND = "new_device"
TITLE = gettext_noop("Signed in from a new device")
TEXT = gettext_noop("%(device)s. If it was not you, freeze your accounts and sign out all devices.")
VALUES = ("device",)
IS_SENT = True
LINK = "client:freeze"
