"""The menu of this portal (菜单): one line a page."""

from typing import Final

from cunguan.doors.portals.shell.frame import Item

MENU: Final = (
    Item("client:home", "Overview", "home"),
    Item("client:movements", "Movements", "list", is_easy=False),
    Item("client:deposit", "Pay in", "arrow-down-circle"),
    Item("client:withdraw", "Withdraw", "arrow-up-circle"),
    Item("client:requests", "Waiting for your word", "checklist"),
    Item("client:holdings", "Holdings", "coins", is_easy=False),
    Item("client:notices", "Notices", "bell"),
    Item("client:security", "Security", "shield-lock"),
    Item("client:freeze", "Emergency freeze", "snowflake"),
    Item("client:help", "Help", "help-circle"),
    Item("client:mandates", "Standing authorities", "certificate", is_easy=False),
    Item("client:fees", "Fees", "report-money", is_easy=False),
    Item("client:cards", "Bank card", "credit-card"),
    Item("client:statements", "Statements", "file-text", is_easy=False),
    Item("client:where", "Where the money is", "building-bank", is_easy=False),
    Item("client:open", "Open an account", "user-plus", is_easy=False),
)
