"""The menu of this portal (菜单): one line a page."""

from typing import Final

from cunguan.doors.portals.platform.reach import ADMINS, READERS
from cunguan.doors.portals.shell.frame import Item

MENU: Final = (
    Item("platform:home", "Overview", "home"),
    Item("platform:clients", "Clients", "users", READERS),
    Item("platform:listings", "Listings", "list", READERS),
    Item("platform:flow", "Instructions", "chart-line", READERS),
    Item("platform:differences", "Differences", "scale", READERS),
    Item("platform:webhooks", "Webhooks", "webhook", READERS),
    Item("platform:reversals", "Reversals", "repeat", READERS),
    Item("platform:keys", "API keys", "key", ADMINS),
    Item("platform:reference", "API reference", "file-text", READERS),
)
