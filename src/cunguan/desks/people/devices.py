"""Devices (设备): from which browsers a user has signed in before, so that a new one is told to him.

When    somebody has signed in
Shape   a browser is known by a cookie of 256 random bits; the table has its SHA-256. Who clears his cookies has a new device
"""

import secrets
from datetime import datetime

from cunguan.desks.people.models import Device, User
from cunguan.desks.people.sessions import hashed

COOKIE = "__Host-device"


def is_known(user: User, cookie: str) -> bool:
    """Return whether a user has signed in from a browser before."""
    return bool(cookie) and Device.objects.filter(user=user, cookie=hashed(cookie)).exists()


def remember(user: User, cookie: str, agent: str, now: datetime) -> tuple[str, bool]:
    """Keep that a user has signed in from a browser; return its cookie, and whether it is new to him."""
    if cookie and Device.objects.filter(user=user, cookie=hashed(cookie)).update(last_at=now, agent=agent):
        return cookie, False
    held = cookie or secrets.token_urlsafe(32)
    Device.objects.create(user=user, cookie=hashed(held), agent=agent, first_at=now, last_at=now)
    return held, True


def forget_all(user: User) -> None:
    """Let each browser of a user be new to him again."""
    Device.objects.filter(user=user).delete()


def named(agent: str) -> tuple[str, str]:
    """Return browser and system of a User-Agent, as far as they are told.

    >>> named("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36")
    ('Chrome', 'Android')
    >>> named("curl/8.1")
    ('', '')
    """
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    return browser, next((name for mark, name in _SYSTEMS if mark in agent), "")


_BROWSERS = (
    ("MicroMessenger/", "微信"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
