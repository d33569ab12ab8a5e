"""The menu of this portal (菜单): one line a page."""

from typing import Final

from cunguan.doors.portals.shell.frame import Item

MENU: Final = (
    Item("custodian:home", "Overview", "home"),
    Item("custodian:approvals", "Approvals", "checklist"),
)
