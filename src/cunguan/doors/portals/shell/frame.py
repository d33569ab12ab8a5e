"""Frame (页面外框): what every template is given: who reads, his portal's menu, the languages, the site.

Reads   `menu.py` of the portal a reader belongs to: MENU, a tuple of Item; one more page is one more line there
"""

from importlib import import_module
from typing import Any, Final

import msgspec
from django.conf import settings
from django.http import HttpRequest

from cunguan.desks.notices.reading import unread_count
from cunguan.desks.people.roles import AUDITOR, CLIENT, PLATFORM, REGULATOR, STAFF


class Item(msgspec.Struct, frozen=True):
    """A line of a menu: the name of its address, its words (English, translated when shown), its icon; who has it.

    is_easy  whether it stands in the easy mode too, where few choices do
    """

    url: str
    label: str
    icon: str
    roles: frozenset[str] = frozenset()
    is_easy: bool = True


#: whose menu stands in which portal
_MENUS: Final = {
    CLIENT: "client",
    STAFF: "custodian",
    REGULATOR: "custodian",
    AUDITOR: "custodian",
    PLATFORM: "platform",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame needs."""
    reader = getattr(request, "reader", None)
    return {
        "reader": reader,
        # counted only where a template shows the bell
        "unread": lambda: unread_count(reader.user) if reader is not None and reader.user is not None else 0,
        "menu": _menu(reader) if reader is not None else (),
        "languages": settings.LANGUAGES,
        "is_sandbox": settings.IS_SANDBOX,
        "is_easy": getattr(getattr(reader, "user", None), "reading", "") == "easy"
        or request.COOKIES.get("__Host-reading") == "easy",
        "is_part": request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true",
    }


def _menu(reader: Any) -> tuple[Item, ...]:
    portal = _MENUS.get(reader.kind)
    if portal is None:
        return ()
    items: tuple[Item, ...] = import_module(f"cunguan.doors.portals.{portal}.menu").MENU
    return tuple(item for item in items if not item.roles or item.roles & reader.roles)
