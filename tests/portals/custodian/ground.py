"""Ground for the console's tests: what may wait for a person, made by the plane where the plane makes it."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code
from tests.plane.harness import DAY, NAMES, ask
from tests.portals.harness import Site

LANE = 1


def hand_in(kind: str, name: str = "", **body: Any) -> str:
    """Have the plane do something; return its id."""
    name = name or f"{kind}:{uuid.uuid4().hex[:8]}"
    answer = house().ask(LANE, ask(LANE, name, kind, **body))
    assert answer.code is Code.done, answer
    return name


def suspense(amount_minor: int = 12_345, payee_hash: str = "") -> str:
    """Put money of nobody into suspense; return the item."""
    return hand_in(
        "unidentified_receipt",
        f"unknown:{uuid.uuid4().hex[:8]}",
        bank_account="bank",
        amount_minor=amount_minor,
        reference=f"bank-{uuid.uuid4().hex[:6]}",
        payee_hash=payee_hash,
    )


def make_break(
    site: Site, *, code: str = "BRK09", state: str = "open", since: date = DAY, at_risk_minor: int = 50_000
) -> str:
    """Write a break as a reconciliation would; return its id."""
    name = f"R1:{uuid.uuid4().hex[:16]}"
    row = {
        "lane": LANE,
        "id": name,
        "code": code,
        "state": state,
        "since": since,
        "risk": at_risk_minor,
        "at": datetime.now(UTC),
        "evidence": Jsonb(
            [{"kind": "journal", "reference": "in:1", "says": {"en": "posted that day", "zh": "当日已记账"}}]
        ),
    }
    with psycopg.connect(site.url) as owner:
        owner.execute(
            "INSERT INTO recon_break (lane, id, rule, code, pool, subject, key, field, ours, theirs, currency, at_risk_minor, "
            "unordered, since, cause, evidence, lines, of_earlier, opened_at, run, state, owner, matched) "
            "VALUES (%(lane)s, %(id)s, 'R1', %(code)s, 'main', 'bank', 'k1', 'amount', '500.00', '', 'USD', %(risk)s, "
            "false, %(since)s, '{}', %(evidence)s, '[]', '', %(at)s, 1, %(state)s, '', false)",
            row,
        )
        owner.execute(
            "INSERT INTO break_move (lane, break, number, at, event, state, owner, maker, checker, note, reference) "
            "VALUES (%(lane)s, %(id)s, 1, %(at)s, 'found', 'open', '', '', '', '', '')",
            row,
        )
    return name


__all__ = ["LANE", "NAMES", "hand_in", "make_break", "suspense"]


def own_lane(lane: int, day: date) -> None:
    """Open a platform of a test's own, in a lane that stands on a date of its own; a lane that was just opened is taken over."""
    for number, one in (
        (0, ask(0, f"platform:{lane}", "platform_registration", platform=f"P{lane}", lane=lane, sandbox=True,
                pack="none_recorded", **NAMES)),
        (lane, ask(lane, f"open:{lane}", "lane_opening", platform=f"P{lane}", sandbox=True, business_date=day, pack="none_recorded",
                   pools=[{"id": "main", "currency": "CNY", "regime": "lending"}],
                   bank_accounts=[{"id": "bank", "pool": "main", "channel": "demobank", "reference": f"62220200000{lane}"}], **NAMES)),
        (lane, ask(lane, f"lost:{lane}", "unidentified_receipt", bank_account="bank", amount_minor=88_800, reference="r1")),
    ):  # fmt: skip
        answer = house().ask(number, one)
        assert answer.code is Code.done, answer
