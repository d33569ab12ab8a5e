"""The menu of this portal (菜单): one line a page."""

from typing import Final

from cunguan.doors.portals.shell.frame import Item

MENU: Final = (
    Item("custodian:home", "Overview", "home"),
    Item("custodian:approvals", "Approvals", "checklist"),
    Item(
        "custodian:recoveries",
        "Recovered accounts",
        "key",
        frozenset({"maker", "checker", "senior_checker", "key_admin"}),
    ),
    Item("custodian:search", "Search", "search"),
    Item(
        "custodian:callbacks", "Call-backs", "device-mobile", frozenset({"maker", "checker", "reconciler", "reviewer"})
    ),
    Item("custodian:lists", "Queues and lists", "list"),
    Item("custodian:lanes", "Balances", "scale"),
    Item("custodian:closing", "Close the day", "calendar"),
    Item("custodian:safeguarding", "Safeguarding", "shield-lock"),
    Item("custodian:exports", "Exports", "download"),
    Item("custodian:parties", "Parties", "users"),
    Item("custodian:platforms", "Platforms", "building"),
)
