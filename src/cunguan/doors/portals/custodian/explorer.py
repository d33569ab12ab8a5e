"""Explorer (账务查询): from the balance sheet down to the accounts, an account's postings, and one instruction with all it did.

When    anybody of the custodian, its regulator or its auditor looks at the books; nothing is written
Shape   as of now or of a business date; pages by key, never by counting
Units   minor units; balances on each account's own side
Source  invariants 9, 10, 32, 33; design/lanes.md 16
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext

from cunguan.desks.people.roles import AUDITOR, REGULATOR, STAFF
from cunguan.doors.papers.explanation import TAccount
from cunguan.doors.portals.custodian import cells
from cunguan.doors.portals.custodian.decoding import day_in, one, read
from cunguan.doors.portals.custodian.money_views import resolution
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.lists import listed
from cunguan.doors.portals.shell.reading import rows
from cunguan.kernel.codes import Code
from cunguan.kernel.money import format_minor

#: sequences that a page sums up by itself; the job does the others
TAIL: Final = 1_000
#: before the first line of an account comes nothing
LAST_LINE: Final = 2**31 - 1
#: lines of one journal that a page shows
MOST: Final = 200


class Line(msgspec.Struct, frozen=True):
    """One code of a pool: its name, and its balance on its own side; `is_asset`: that is the debit side."""

    code: str
    name: str
    is_asset: bool
    balance_minor: int


class Sheet(msgspec.Struct, frozen=True):
    """A pool's balance sheet."""

    pool: str
    currency: str
    lines: Sequence[Line]

    @property
    def assets_minor(self) -> int:
        """What stands on the debit side."""
        return sum(one.balance_minor for one in self.lines if one.is_asset)

    @property
    def owed_minor(self) -> int:
        """What stands on the credit side."""
        return sum(one.balance_minor for one in self.lines if not one.is_asset)

    @property
    def is_even(self) -> bool:
        """Whether both sides are the same."""
        return self.assets_minor == self.owed_minor


@open_to(STAFF, REGULATOR, AUDITOR)
def lanes(request: HttpRequest) -> HttpResponse:
    """Show the lanes, to choose one."""
    return render(request, "custodian/lanes.html", {"lanes": rows("console_lanes", {"lane": None, "day": None})})


@open_to(STAFF, REGULATOR, AUDITOR)
def balances(request: HttpRequest, lane: int) -> HttpResponse:
    """Show a lane's balance sheets."""
    day = day_in(request)
    here = one("console_lanes", {"lane": lane, "day": day})
    upto = max(here["upto"], 0)
    seq = min(here["seq"], upto + TAIL)
    found = rows("console_trial", {"lane": lane, "day": day, "upto": upto, "seq": seq})
    given = {"here": here, "day": day, "sheets": sheets(found), "behind": here["seq"] - seq, "accounts": _query(day)}
    return render(request, "custodian/balances.html", given)


def sheets(found: Sequence[Mapping[str, Any]]) -> list[Sheet]:
    """Return the balance sheet of each pool."""
    return [
        Sheet(pool, currency, [_line(row) for row in lines])
        for (pool, currency), lines in groupby(found, lambda row: (row["pool"], row["currency"]))
    ]


def _line(row: Mapping[str, Any]) -> Line:
    is_asset = row["code"].startswith("10")
    debit, credit = row["debit_minor"] or 0, row["credit_minor"] or 0
    return Line(row["code"], cells.account(row["code"]), is_asset, debit - credit if is_asset else credit - debit)


def _query(day: date | None) -> str:
    return f"?{urlencode({'day': day.isoformat()})}" if day else ""


@open_to(STAFF, REGULATOR, AUDITOR)
def accounts(request: HttpRequest, lane: int, pool: str, code: str) -> HttpResponse:
    """Show the accounts of a code in a pool."""
    day = day_in(request)
    here = one("console_lanes", {"lane": lane, "day": day})
    given = {"lane": lane, "pool": pool, "code": code, "seq": here["seq"]}
    found = listed(
        request,
        lambda after, limit: rows("console_accounts", {**given, "k0": after, "limit": limit}),
        lambda row: row["account"],
        {"day": day.isoformat() if day else ""},
    )
    return render(
        request,
        "custodian/accounts.html",
        {
            "here": here,
            "day": day,
            "pool": pool,
            "code": code,
            "name": cells.account(code),
            "list": found,
            "query": _query(day),
        },
    )


@open_to(STAFF, REGULATOR, AUDITOR)
def account(request: HttpRequest, lane: int, account: int) -> HttpResponse:
    """Show an account: whose it is, its balance, its postings from the newest on."""
    day = day_in(request)
    here = one("console_lanes", {"lane": lane, "day": day})
    of = one("console_account", {"lane": lane, "account": account, "seq": here["seq"]})
    found = listed(
        request,
        lambda after, limit: _lines(lane, account, after or [here["seq"], LAST_LINE], limit),
        lambda row: [row["seq"], row["line"]],
        {"day": day.isoformat() if day else ""},
    )
    return render(
        request,
        "custodian/account.html",
        {
            "here": here,
            "day": day,
            "of": of,
            "name": cells.account(of["code"]),
            "list": found,
            "query": _query(day),
        },
    )


def _lines(lane: int, account: int, after: Any, limit: int) -> list[dict[str, Any]]:
    if not isinstance(after, list) or len(after) != 2 or not all(isinstance(one, int) for one in after):
        raise Http404
    found = rows("console_lines", {"lane": lane, "account": account, "k0": after[0], "k1": after[1], "limit": limit})
    return [{**row, "kind": cells.kind(row["kind"]), "counter": cells.account(row["counter_code"])} for row in found]


@open_to(STAFF, REGULATOR, AUDITOR)
def journal(request: HttpRequest, lane: int, seq: int) -> HttpResponse:
    """Show one instruction: what was asked in words, who allowed it, what it posted, where the log has it."""
    found = one("console_journal", {"lane": lane, "seq": seq}, ("postings", "authorities", "moves", "claims", "in_log"))
    postings = found["postings"][:MOST]
    currency = postings[0]["currency"] if postings else ""
    body = json.loads(found["body"])
    given = {
        "of": found,
        "lane": lane,
        "kind": cells.kind(found["kind"]),
        "code": Code(found["code"]).name,
        "facts": words(body, currency),
        "answer": words(json.loads(found["detail"]), currency),
        "currency": currency,
        "t_accounts": t_accounts(postings),
        "postings": postings,
        "more": len(found["postings"]) > MOST,
        "authorities": [{**each, "means": cells.authority(each["kind"])} for each in found["authorities"]],
        "names": [body[name] for name in ("maker", "checker") if isinstance(body, dict) and body.get(name)],
        "approval": approval_of(found["id"]),
        "resolutions": _resolutions(request, lane, found),
        "claims": found["claims"][:MOST],
    }
    return render(request, "custodian/journal.html", given)


def _resolutions(request: HttpRequest, lane: int, found: Mapping[str, Any]) -> list[tuple[str, str]]:
    if found["state"] != "quarantined" or not request.reader.is_staff:
        return []
    return resolution(lane, found["id"])


def approval_of(instruction: str) -> dict[str, Any] | None:
    """Return the proposal an instruction came of, with those who signed it."""
    found = rows("console_approval", {"id": instruction})
    return {**found[0], "signatures": read(found[0]["signatures"])} if found else None


def words(body: Any, currency: str) -> list[tuple[str, str]]:
    """Return the fields of a message in words: amounts with their currency, what is empty left out."""
    if not isinstance(body, dict):
        return []
    return [
        (cells.field(name), _said(name, value, currency))
        for name, value in body.items()
        if value not in ("", None, [], {})
    ]


def _said(name: str, value: Any, currency: str) -> str:
    if isinstance(value, bool):
        return cells.show("yes", value) or cells.show("yes", False)
    if name.endswith("_minor") and isinstance(value, int) and currency:
        return f"{format_minor(value, currency)} {currency}"
    if isinstance(value, list):
        return "; ".join(_said(name, part, currency) for part in value[:20])
    if isinstance(value, dict):
        return ", ".join(
            f"{cells.field(key)} {_said(key, part, currency)}" for key, part in value.items() if part not in ("", None)
        )
    return gettext(str(value)) if name in ("state", "status", "lock", "pool") and value else str(value)


class Sides(TAccount):
    """A T-account with the words of its code and its pool's currency."""

    name: str = ""
    currency: str = ""


def t_accounts(postings: Sequence[Mapping[str, Any]]) -> list[Sides]:
    """Return the accounts of a journal in the order in which they were touched, each with its two sides."""
    found: dict[int, Sides] = {}
    for posting in postings:
        for side in ("debit", "credit"):
            number = posting[f"{side}_account"]
            of = found.setdefault(
                number,
                Sides(
                    number,
                    posting[f"{side}_code"],
                    posting[f"{side}_owner"],
                    [],
                    [],
                    0,
                    cells.account(posting[f"{side}_code"]),
                    posting["currency"],
                ),
            )
            (of.debits if side == "debit" else of.credits).append(posting["amount_minor"])
            of.after_minor = posting[f"{side}_after"]
    return list(found.values())
