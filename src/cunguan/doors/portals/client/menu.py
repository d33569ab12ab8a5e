"""The menu of this portal (菜单): one line a page."""

from typing import Final

from cunguan.doors.portals.shell.frame import Item

MENU: Final = (
    Item("client:home", "Overview", "home"),
    Item("client:movements", "Movements", "list"),
    Item("client:notices", "Notices", "bell"),
    Item("client:cards", "Bank card", "credit-card"),
    Item("client:statements", "Statements", "file-text"),
    Item("client:where", "Where the money is", "building-bank"),
    Item("client:open", "Open an account", "user-plus"),
)
