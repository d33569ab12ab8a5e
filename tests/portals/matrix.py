"""Matrix (授权矩阵): who may open which page: one line an address, beside what each view says of itself.

When    tests/portals/test_matrix.py walks all addresses: one without a line here fails, and so does a view that says another thing
Shape   LINES: name of the address -> Line. A new page is a new line, in the table of its portal:
            "client:statement": Line("client", kwargs={"month": "2026-03"}),
        who      "all", or kinds with roles: "client", "staff:maker,checker", "staff regulator auditor", "platform:admin"
        kwargs   what the address is filled with; a function of Site where something must be made first (called once)
        of       whose that is: "lane1": people of another lane get 404; "client": another client gets 404; "": anybody's
        method   how it is opened; POST where it takes nothing else
        data     what is posted with it
        status   what those who may get; most pages 200; an empty POST redirects with a message (302)
        step_up  what is posted so that a fresh passkey is asked for; the page must send the reader to sign, and do nothing
        page     whether it is a page for eyes: those are looked at in a browser (test_quality.py)
        ends     whether the reader is signed out by it
Readers READERS: every kind and role there is
"""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from tests.portals.harness import Site

Kwargs = Mapping[str, Any] | Callable[[Site], Mapping[str, Any]]


class Line(msgspec.Struct, frozen=True):
    """One address."""

    who: str
    kwargs: Any = {}
    of: str = ""
    method: str = "GET"
    data: Any = {}
    status: tuple[int, ...] = (200, 302)
    step_up: Any = None
    page: bool = True
    ends: bool = False


class Who(msgspec.Struct, frozen=True):
    """A reader: kind, role, lane; "" is somebody who has not signed in."""

    kind: str
    role: str = ""
    lane: int | None = None

    @property
    def name(self) -> str:
        """What a failing test calls him."""
        return "-".join(filter(None, (self.kind or "anonymous", self.role, f"lane{self.lane}" if self.lane else "")))


CLIENT, OTHER_CLIENT = Who("client"), Who("client", "other")
STAFF_ROLES: Final = (
    "viewer",
    "maker",
    "checker",
    "senior_checker",
    "reconciler",
    "reviewer",
    "role_admin",
    "key_admin",
)
READERS: Final = (
    Who(""), CLIENT, OTHER_CLIENT, Who("staff"), *(Who("staff", role) for role in STAFF_ROLES),
    *(Who("platform", role, lane) for lane in (1, 2) for role in ("viewer", "operator", "admin")), Who("platform", "", 1),
    Who("regulator"), Who("auditor"),
)  # fmt: skip

#: whoever has signed in; the custodian's people and those who supervise it
ALL_PEOPLE, HOUSE = "client staff platform regulator auditor", "staff regulator auditor"
READ, WRITE, ADMIN = "platform:viewer,operator,admin", "platform:operator,admin", "platform:admin"


def _client(site: Site) -> dict[str, str]:
    """A client of lane 1 alone."""
    from cunguan.doors.portals.shell.house import house
    from tests.plane import harness as plane

    for lane, one in ((0, plane.register("matrix")), (1, plane.account(1, "matrix", "lender"))):
        assert house().ask(lane, one).code.name == "done"
    return {"id": "matrix"}


def _key(site: Site) -> dict[str, str]:
    from tests.doors.api.harness import add_key

    return {"id": add_key(site.url).key_id}


def _instruction(site: Site) -> dict[str, int]:
    """The last one of lane 1, where more has happened than in lane 2."""
    return {"seq": site.query("SELECT head FROM lane WHERE lane = 1")[0][0]}


def _notice(site: Site) -> dict[str, int]:
    """One that goes out."""
    from cunguan.desks.notices.models import Notice
    from cunguan.desks.notices.telling import tell

    tell("person:matrix-notice", "locked_out")
    return {"number": Notice.objects.get(reader="person:matrix-notice").pk}


def _webhook(site: Site) -> dict[str, str]:
    made = site.stack.door().post("/v1/webhook-endpoints", {"id": "matrix", "url": "http://127.0.0.1:9/hook"})
    assert made.status_code == 201, made.text
    return {"id": "matrix"}


def _delivery(site: Site) -> dict[str, str]:
    door = site.stack.door()
    made = door.post("/v1/webhook-endpoints", {"id": "matrix-sent", "url": "http://127.0.0.1:9/hook"})
    assert made.status_code == 201, made.text
    return {"id": door.post("/v1/webhook-endpoints/matrix-sent/test").json()["delivery"]}


def _reversal(site: Site) -> dict[str, str]:
    body = {
        "id": "rev-matrix",
        "of": "ground:000000",
        "line": 0,
        "holder": "L000",
        "amount_minor": 5,
        "reason": "twice",
    }
    made = site.stack.door().post("/v1/reversals", body)
    assert made.status_code == 200, made.text
    return {"id": "rev-matrix"}


def _account(site: Site) -> dict[str, int]:
    """The account of L000 in lane 1."""
    return {"lane": 1, "base": site.query("SELECT base FROM holder_account WHERE lane = 1 AND id = 'L000'")[0][0]}


def _claim(site: Site) -> dict[str, Any]:
    """A name that is nothing of his."""
    return {**_account(site), "name": "nothing"}


def _asked(site: Site) -> dict[str, Any]:
    """What P1 asks L000 to confirm."""
    body = {"lender": "L000", "listing": "X0", "amount_minor": 100}
    made = site.stack.door().post("/v1/authorisations", {"id": "matrix-bid", "kind": "bid_hold", "body": body})
    assert made.status_code in (200, 201), made.text
    return {**_account(site), "name": "matrix-bid"}


def _movement(site: Site) -> dict[str, int]:
    """His first deposit."""
    base = _account(site)["base"]
    found = site.query("SELECT min(seq) FROM posting WHERE lane = 1 AND %s IN (debit_account, credit_account)", base)
    return {"lane": 1, "base": base, "seq": found[0][0]}


def _named(site: Site) -> dict[str, Any]:
    """Something of his that is not there."""
    return {**_account(site), "name": "nothing"}


def _of_house(site: Site) -> dict[str, int]:
    return {"lane": 1, "account": _account(site)["base"]}


def _journal(site: Site) -> dict[str, int]:
    return {"lane": 1, "seq": _movement(site)["seq"]}


_PAYMENT: Final = {"lane": 1, "payment": "nothing"}
_BREAK: Final = {"lane": 1, "name": "nothing"}
#: no check files are issued on this ground: the date is not there, for anybody
_DAY: Final = {"day": "2026-03-02"}

PUBLIC: Final = {
    "public:home": Line("all"),
    "public:complain": Line("all"),
    "public:fees": Line("all"),
    "public:robots": Line("all", page=False),
    "public:verify": Line("all", page=False),
    "ask_code": Line("all"),
    "verify_code": Line("all", kwargs={"code": "0000-0000-0000"}, status=(200, 404)),
}

SHELL: Final = {
    "choose": Line("all", method="POST", page=False),
    "healthz": Line("all", page=False),
}

PLATFORM: Final = {
    "platform:home": Line("platform"),
    "platform:clients": Line(READ),
    "platform:client": Line(READ, kwargs=_client, of="lane1"),
    "platform:client_details": Line(READ, kwargs=_client, of="lane1"),
    "platform:listings": Line(READ),
    "platform:listing": Line(READ, kwargs={"id": "X0"}, of="lane1"),
    "platform:flow": Line(READ),
    "platform:counts": Line(READ),
    "platform:instruction": Line(READ, kwargs=_instruction, of="lane1"),
    "platform:differences": Line(READ),
    "platform:difference": Line(READ, kwargs=_DAY, status=(404,), page=False),
    "platform:difference_file": Line(READ, kwargs={**_DAY, "file": "orders.csv"}, status=(404,), page=False),
    "platform:difference_confirm": Line(WRITE, kwargs=_DAY, method="POST", status=(404,), page=False),
    "platform:difference_send": Line(WRITE, kwargs=_DAY, method="POST", page=False),
    "platform:difference_figures": Line(WRITE, kwargs=_DAY, method="POST", page=False),
    "platform:webhooks": Line(READ),
    "platform:webhook_add": Line(ADMIN, step_up={"id": "stepped", "url": "https://platform.example/hook"}),
    "platform:webhook": Line(READ, kwargs=_webhook, of="lane1"),
    "platform:webhook_change": Line(
        WRITE, kwargs=_webhook, of="lane1", method="POST", data={"url": "http://127.0.0.1:9/hook"}, page=False
    ),
    "platform:webhook_delete": Line(ADMIN, kwargs={"id": "nothing"}, method="POST", status=(404,), page=False),
    "platform:webhook_drive_dead": Line(WRITE, kwargs=_webhook, of="lane1", method="POST", page=False),
    "platform:webhook_replay": Line(WRITE, kwargs=_webhook, of="lane1", method="POST", page=False),
    "platform:webhook_rotate": Line(ADMIN, kwargs=_webhook, of="lane1", step_up={"overlap_hours": "1"}),
    "platform:webhook_test": Line(WRITE, kwargs=_webhook, of="lane1", method="POST", page=False),
    "platform:deliveries": Line(READ),
    "platform:delivery": Line(READ, kwargs=_delivery, of="lane1"),
    "platform:delivery_again": Line(WRITE, kwargs=_delivery, of="lane1", method="POST", page=False),
    "platform:reversals": Line(READ),
    "platform:reversal_ask": Line(WRITE),
    "platform:reversal": Line(READ, kwargs=_reversal, of="lane1"),
    "platform:reversal_withdraw": Line(WRITE, kwargs=_reversal, of="lane1", method="POST", page=False),
    "platform:keys": Line(ADMIN),
    "platform:key": Line(ADMIN, kwargs=_key, of="lane1"),
    "platform:key_add": Line(ADMIN, kwargs=_key, of="lane1", step_up={"algorithm": "ed25519", "public_key": "AAAA"}),
    "platform:key_revoke": Line(ADMIN, kwargs=_key, of="lane1", step_up={"reason": "lost"}),
    "platform:key_rotate": Line(
        ADMIN, kwargs=_key, of="lane1", step_up={"algorithm": "ed25519", "public_key": "AAAA", "overlap_hours": "1"}
    ),
    "platform:sandbox": Line(READ),
    "platform:sandbox_bank": Line(WRITE, method="POST", page=False),
    "platform:sandbox_clock": Line(WRITE, method="POST", page=False),
    "platform:sandbox_receipts": Line(WRITE, method="POST", page=False),
    "platform:reference": Line(READ),
    "platform:docs": Line(READ, page=False),
    "platform:docs_codes": Line(READ, page=False),
}  # fmt: skip

EVERYBODY: Final = "client staff platform regulator auditor"
PEOPLE: Final[dict[str, Line]] = {
    "account_login": Line("all"),
    "account_signup": Line("all"),
    "account_logout": Line("all", method="POST", ends=True, page=False),
    "sign_in_begin": Line("all", method="POST", page=False),
    "sign_in_by_name": Line("all"),
    "sign_up_begin": Line("all", method="POST", page=False),
    "invited": Line("all", kwargs={"secret": "nobodys"}, status=(404,), page=False),
    "invited_begin": Line("all", kwargs={"secret": "nobodys"}, method="POST", status=(404,), page=False),
    "recover": Line("all"),
    "recover_look": Line("all", page=False),
    "recover_passkey": Line("all", page=False),
    "recover_begin": Line("all", method="POST", status=(403,), page=False),
    "security": Line(EVERYBODY),
    "security_codes": Line("client"),
    "security_confirm": Line(EVERYBODY),
    "security_confirm_begin": Line(EVERYBODY, method="POST", page=False),
    "security_name": Line("client platform"),
    "security_passkey": Line(EVERYBODY, kwargs={"number": 1}, page=False),
    "security_passkey_add": Line(EVERYBODY),
    "security_passkey_begin": Line(EVERYBODY, method="POST", page=False),
    "security_sessions": Line(EVERYBODY),
    "security_totp": Line("client platform"),
    "security_totp_off": Line("client platform", method="POST", page=False),
}

SIGNING: Final[dict[str, Line]] = {
    "signing:own_keys": Line("client"),
    "signing:asked": Line("client", kwargs={"page": "nobodys"}, status=(404,), page=False),
    "signing:sign": Line(ALL_PEOPLE, kwargs={"token": "nobodys"}, status=(404,), page=False),
    "signing:by_code": Line(ALL_PEOPLE, kwargs={"token": "nobodys"}, method="POST", status=(404,), page=False),
}

#: a client's pages; person:L000 is whose they are, and L000 his account in lane 1
CLIENTS: Final[dict[str, Line]] = {
    "client:home": Line("client"),
    "client:account": Line("client", kwargs=_account, of="client"),
    "client:documents": Line("client", kwargs=_account, of="client", status=(404,), page=False),  # L000 is no company
    "client:cards": Line("client"),
    "client:bind": Line("client"),
    "client:unbind": Line("client", method="POST", status=(404,), page=False),  # there is no such card
    "client:open": Line("client"),
    "client:open_at": Line("client", kwargs={"lane": 1, "pool": "main"}),
    "client:open_asked": Line("client", kwargs={"token": "nobodys"}, status=(404,), page=False),
    "client:opened": Line("client", page=False),
    "client:movements": Line("client"),
    "client:movement": Line("client", kwargs=_movement, of="client"),
    "client:receipt": Line("client", kwargs=_movement, of="client", status=(200, 302, 409, 503), page=False),
    "client:e_receipt": Line("client", kwargs=_movement, of="client", page=False),
    "client:statements": Line("client"),
    "client:statement": Line("client", kwargs=_account, of="client", status=(200, 422), page=False),
    "client:where": Line("client"),
    "client:deposit": Line("client"),
    "client:deposits": Line("client"),
    "client:withdraw": Line("client"),
    "client:withdrawals": Line("client"),
    "client:withdrawal_cancel": Line(
        "client", kwargs=_account, of="client", method="POST", status=(404,), page=False
    ),  # there is none
    "client:fees": Line("client"),
    "client:fees_agree": Line(
        "client", kwargs=_account, of="client", method="POST", status=(404,), page=False
    ),  # there are none
    "client:mandates": Line("client"),
    "client:mandate_grant": Line("client", step_up={"type": "bid", "cap": "10", "until": "2026-06-01"}),
    "client:mandate_revoke": Line(
        "client",
        kwargs=_account,
        of="client",
        method="POST",
        data={"mandate": "mandate:L000"},
        status=(302,),
        page=False,
        step_up={"mandate": "mandate:L000"},
    ),
    "client:holdings": Line("client"),
    "client:claim": Line("client", kwargs=_claim, of="client", status=(404,), page=False),  # nothing is lent
    "client:claim_take_off": Line("client", kwargs=_claim, of="client", method="POST", status=(404,), page=False),
    "client:loan": Line("client", kwargs=_claim, of="client", status=(404,), page=False),
    "client:requests": Line("client"),
    "client:request": Line("client", kwargs=_asked, of="client"),
    "client:request_sign": Line(
        "client", kwargs=_asked, of="client", method="POST", status=(302,), page=False, step_up={"": ""}
    ),
    "client:request_decline": Line("client", kwargs=_claim, of="client", method="POST", status=(404,), page=False),
    "client:limits": Line("client"),
    "client:security": Line("client"),
    "client:freeze": Line("client"),
    "client:help": Line("client"),
    "client:freeze_now": Line("client", method="POST", status=(404,), page=False),  # without the number its form brings
    "client:liability": Line("client", kwargs=_account, of="client", status=(200, 302, 404), page=False),
    "client:notices": Line("client staff platform regulator auditor"),
    "client:notices_read": Line(
        "client staff platform regulator auditor", method="POST", status=(302, 404), page=False
    ),  # 404: nothing to read
}


def _proposal(site: Site) -> dict[str, str]:
    """A proposal that waits for signatures."""
    maker = site.signed_in("staff", roles=("maker",))
    body = {"lane": 1, "why": "w", "body-pool": "main", "body-line_minor": "1", "body-reason": "r"}
    made = maker.post("/custodian/approvals/new/pool_line/", body)
    return {"name": made.headers["location"].split("/")[3]}


def _version(site: Site) -> dict[str, Any]:
    return {**_proposal(site), "version": 1}


CUSTODIAN: Final[dict[str, Line]] = {
    "custodian:home": Line(HOUSE),
    "custodian:account": Line(HOUSE, kwargs=_of_house),
    "custodian:accounts": Line(HOUSE, kwargs={"lane": 1, "pool": "main", "code": "2010"}),
    "custodian:ask_bank": Line(
        "staff:maker,checker,reconciler", kwargs=_PAYMENT, method="POST", status=(302, 404), page=False
    ),
    "custodian:balances": Line(HOUSE, kwargs={"lane": 1}),
    "custodian:break": Line(HOUSE, kwargs=_BREAK, status=(404,), page=False),
    "custodian:break_act": Line(
        "staff:maker,checker,reconciler", kwargs=_BREAK, method="POST", status=(302, 404), page=False
    ),
    "custodian:calendars": Line(HOUSE),
    "custodian:closing": Line(HOUSE),
    "custodian:closing_step": Line(
        "staff:maker,checker,reconciler",
        method="POST",
        status=(302, 400, 404),
        page=False,
        step_up={"date": "2026-03-02"},
    ),
    "custodian:export": Line("staff", kwargs={"name": "nothing"}, status=(404, 405), page=False),
    "custodian:export_file": Line("staff", kwargs={"name": uuid.UUID(int=1)}, status=(404,), page=False),
    "custodian:exports": Line("staff"),
    "custodian:holder": Line(HOUSE, kwargs={"lane": 1, "holder": "L000"}),
    "custodian:instruction": Line(HOUSE, kwargs={"lane": 1, "name": "ground:000000"}),
    "custodian:journal": Line(HOUSE, kwargs=_journal),
    "custodian:lanes": Line(HOUSE),
    "custodian:list": Line(HOUSE, kwargs={"name": "nothing"}, status=(404,), page=False),
    "custodian:listing": Line(HOUSE, kwargs={"lane": 1, "listing": "X0"}),
    "custodian:parties": Line("staff"),
    "custodian:parties_begin": Line(
        "staff:maker,checker,reviewer,senior_checker", method="POST", status=(302,), page=False
    ),
    "custodian:parties_document": Line(
        "staff:maker,checker,reviewer,senior_checker",
        kwargs={"person": "person:L000"},
        method="POST",
        status=(302,),
        page=False,
    ),
    "custodian:parties_document_add": Line(
        "staff:maker,checker,reviewer,senior_checker",
        kwargs={"person": "person:L000"},
        method="POST",
        status=(302,),
        page=False,
    ),
    "custodian:parties_due": Line("staff"),
    "custodian:parties_file": Line("staff", kwargs={"person": "person:L000"}),
    "custodian:parties_keep": Line(
        "staff:maker,checker,reviewer,senior_checker", kwargs={"person": "person:L000"}, method="POST", page=False
    ),
    "custodian:parties_owner": Line(
        "staff:maker,checker,reviewer,senior_checker",
        kwargs={"person": "person:L000"},
        method="POST",
        status=(404,),
        page=False,
    ),
    "custodian:parties_owners_review": Line(
        "staff:maker,checker,reviewer,senior_checker",
        kwargs={"person": "person:L000"},
        method="POST",
        status=(404,),
        page=False,
    ),
    "custodian:parties_reveal": Line(
        "staff:maker,checker,reviewer,senior_checker",
        kwargs={"person": "person:L000"},
        method="POST",
        status=(302,),
        page=False,
    ),
    "custodian:platforms": Line("staff"),
    "custodian:platforms_file": Line("staff", kwargs={"lane": 1}),
    "custodian:platforms_letter": Line(
        "staff:maker,checker,reviewer,senior_checker", kwargs={"lane": 1}, method="POST", status=(404,), page=False
    ),
    "custodian:platforms_report": Line(
        "staff:maker,checker,reviewer,senior_checker", kwargs={"lane": 1}, method="POST", page=False
    ),
    "custodian:supervisors": Line(HOUSE),
    "custodian:lists": Line(HOUSE),
    "custodian:payment": Line(HOUSE, kwargs=_PAYMENT, status=(404,), page=False),
    "custodian:person": Line(HOUSE, kwargs={"person": "person:L000"}),
    "custodian:receipt": Line(HOUSE, kwargs=_journal, status=(200, 302, 404, 409, 503), page=False),
    "custodian:reconciliation": Line(HOUSE, kwargs={"run": 1}, status=(404,), page=False),
    "custodian:reconciliation_file": Line(HOUSE, kwargs={"run": 1, "form": "pdf"}, status=(404,), page=False),
    "custodian:rep027": Line(HOUSE, kwargs={"month": "2026-03", "form": "xlsx"}, status=(200, 302, 404), page=False),
    "custodian:reveal": Line(
        "staff", kwargs={"person": "person:L000"}, method="POST", status=(302, 403, 404), page=False
    ),
    "custodian:rules": Line(HOUSE),
    "custodian:safeguarding": Line(HOUSE),
    "custodian:search": Line(HOUSE),
    "custodian:suspense": Line(HOUSE, kwargs={"lane": 1, "item": "nothing"}, status=(404,), page=False),
    "custodian:notices": Line(HOUSE),
    "custodian:notice": Line(HOUSE, kwargs=_notice),
    "custodian:notices_again": Line(
        "staff:maker,checker,reconciler,reviewer", method="POST", data={"why": "timed_out"}, status=(302,), page=False
    ),
    "custodian:callbacks": Line("staff:maker,checker,reconciler,reviewer"),
    "custodian:approvals": Line("staff auditor"),
    "custodian:approvals_choose": Line("staff"),
    "custodian:recoveries": Line("staff:maker,checker,senior_checker,key_admin"),
    "custodian:approvals_new": Line("staff", kwargs={"kind": "pool_line"}),
    "custodian:approvals_one": Line("staff auditor", kwargs=_proposal),
    "custodian:approvals_again": Line("staff", kwargs=_proposal, method="POST", page=False),
    "custodian:approvals_edit": Line("staff", kwargs=_proposal),
    "custodian:approvals_link": Line("staff:role_admin", kwargs=_proposal, method="POST", status=(404,), page=False),
    "custodian:approvals_refuse": Line("staff", kwargs=_proposal, method="POST", page=False),
    "custodian:approvals_sign": Line("staff", kwargs=_version, page=False),
    "custodian:approvals_withdraw": Line("staff", kwargs=_proposal, method="POST", page=False),
}

LINES: Final[dict[str, Line]] = {**PUBLIC, **SHELL, **PLATFORM, **PEOPLE, **SIGNING, **CLIENTS, **CUSTODIAN}
