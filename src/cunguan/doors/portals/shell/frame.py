"""Frame (页面外框): what every template is given: who reads, his portal's menu, the languages, the site.

Reads   `menu.py` of the portal a reader belongs to: MENU, a tuple of Item; one more page is one more line there
"""

from functools import cached_property
from importlib import import_module
from typing import Any, Final

import msgspec
from django.conf import settings
from django.http import HttpRequest

from cunguan.desks.notices.reading import COUNT_MAX
from cunguan.desks.notices.telling import reader_of
from cunguan.desks.people.roles import AUDITOR, CLIENT, PLATFORM, REGULATOR, STAFF
from cunguan.doors.portals.shell.reading import rows


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


class Tells:
    """What the frame tells its reader: asked for in one statement, when a template first shows some of it."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    @cached_property
    def _row(self) -> dict[str, Any]:
        if self._reader is None or self._reader.user is None:
            return {"unread": 0, "ids": None}
        asked = {"reader": reader_of(self._reader.user), "most": COUNT_MAX, "is_staff": self._reader.is_staff}
        return rows("frame_tells", asked)[0]

    @property
    def unread(self) -> int:
        """How many notices he has not read."""
        return int(self._row["unread"])

    @property
    def broken_glass(self) -> list[dict[str, Any]]:
        """What was done past the usual way and nobody else has looked at yet; told to the staff alone."""
        if self._row["ids"] is None:
            return []
        columns = (self._row[name] for name in ("ids", "subjects", "times"))
        return [dict(zip(("id", "subject", "since"), one, strict=True)) for one in zip(*columns, strict=True)]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame needs."""
    reader = getattr(request, "reader", None)
    return {
        "reader": reader,
        "tells": Tells(reader),
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
