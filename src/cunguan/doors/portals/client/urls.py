"""Addresses of these pages."""

from django.urls import path

from cunguan.doors.portals.client import (
    accounts,
    cards,
    documents,
    movements,
    notices,
    opening,
    receipts,
    statements,
    views,
    where,
)

app_name = "client"
urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/<int:lane>-<int:base>/", accounts.account, name="account"),
    path("accounts/<int:lane>-<int:base>/documents/", documents.documents, name="documents"),
    path("cards/", cards.cards, name="cards"),
    path("cards/bind/", cards.bind, name="bind"),
    path("cards/unbind/", cards.unbind, name="unbind"),
    path("movements/", movements.movements, name="movements"),
    path("movements/<int:lane>-<int:base>/<int:seq>/", movements.movement, name="movement"),
    path("movements/<int:lane>-<int:base>/<int:seq>/receipt.json", receipts.receipt, name="receipt"),
    path("movements/<int:lane>-<int:base>/<int:seq>/receipt.pdf", receipts.e_receipt, name="e_receipt"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("open/", opening.choose, name="open"),
    path("open/<int:lane>/<path:pool>/", opening.begin, name="open_at"),
    path("open/asked/<str:token>/", opening.asked, name="open_asked"),
    path("open/done/", opening.opened, name="opened"),
    path("statements/", statements.statements, name="statements"),
    path("statements/<int:lane>-<int:base>.pdf", statements.paper, name="statement"),
    path("where/", where.where, name="where"),
    path("where/<int:lane>-<int:base>/liability.json", where.liability, name="liability"),
]
