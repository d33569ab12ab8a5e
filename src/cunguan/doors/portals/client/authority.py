"""Authority (授权依据): what stood behind a posting, as the client reads it: the text as signed, by which key, when, and the evidence.

Shape   Told: what it was; of the client's own word every line of the text, the key, and the bytes that anybody can check again;
        of a passkey's evidence also what the page showed him when he signed (kernel/shown.py), line by line
Source  domain-decisions.md 8, 10; issue "People" 3
"""

import base64
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext

from cunguan.doors.portals.client import words
from cunguan.doors.portals.client.known import payee_shown
from cunguan.doors.portals.client.mine import Mine
from cunguan.kernel.money import format_minor
from cunguan.keys.webauthn import decode, shown_of


class Told(msgspec.Struct, frozen=True):
    """An authority in words; `text`, `key`, `challenge` and `evidence` are empty where it was not this client's own."""

    what: str
    is_own: bool
    id: str
    at: datetime
    by: str
    key: str
    rows: list[tuple[str, str]]
    shown: list[tuple[str, str]]
    text: str
    challenge: str
    evidence: str


def told(row: dict[str, Any], mine: Mine) -> Told:
    """Return an authority as the client may read it."""
    what, by = words.of(words.AUTHORITIES, row["kind"]), words.of(words.EVIDENCE, row["evidence_kind"])
    if not row["is_own"] or row["evidence_kind"] == "two_names":
        return Told(
            what, False, "", row["at"], by if row["evidence_kind"] == "two_names" else "", "", [], [], "", "", ""
        )
    evidence = bytes(row["evidence"])
    return Told(
        what, True, row["id"], row["at"], by, row["key_id"], list(_rows(row, mine)), _shown(evidence),
        bytes(row["canonical"]).decode(), bytes(row["challenge"]).hex(), base64.b64encode(evidence).decode(),
    )  # fmt: skip


def _rows(row: dict[str, Any], mine: Mine) -> list[tuple[str, str]]:
    amount = f"{format_minor(row['amount_minor'], mine.currency)} {mine.currency}" if row["amount_minor"] else ""
    what = words.of(words.TYPES, row["type"]) if row["kind"] == "A" else words.kind(row["type"])
    told = (
        (gettext("For"), what),
        (gettext("Amount, at most"), amount),
        (gettext("Payee"), payee_shown(row["payee"]) or row["payee"]),
        (gettext("Listing"), row["listing"]),
        (gettext("Until"), row["until"]),
        (gettext("Account"), row["owner"]),
    )
    return [(label, value) for label, value in told if value]


def _shown(evidence: bytes) -> list[tuple[str, str]]:
    """Return the lines that the page showed when a passkey signed; none of another kind of evidence."""
    blob = decode(evidence)
    shown = shown_of(blob.shown) if blob is not None else None
    return list(shown.lines) if shown is not None else []
