"""Approvals (审批): what stands under two names was signed by them, over these very bytes, by enough people, and not by who asked.

Reads   instruction; approvals_proposal, approvals_version, approvals_signature, approvals_band, approvals_broken_glass, people_role
        since the first of the staff signed: an instruction with a maker and a checker is a proposal of that id. Its signatures are
        verified again: the passkey's, over a page that shows the fingerprint of the proposal's canonical bytes; these bytes hold the
        body as it is stored, without its names
Not     of a lane that is a sandbox, names that were typed: there nobody is refused for them. Elsewhere they stand under broken glass,
        which names both and is reviewed, or they are found
Source  issue "People" 4; transparency.md part 6; ADR 0049
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.evidence import of_act
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk

_ARE_THERE = "SELECT to_regclass('approvals_signature') IS NOT NULL"
_BEGUN = "SELECT min(at) FROM approvals_signature"
_BANDS = "SELECT since, currency, above_minor, quorum FROM approvals_band ORDER BY since, above_minor"
_GLASS = "SELECT maker, checker, since, until FROM approvals_broken_glass WHERE what = 'typed'"
_SANDBOX = "SELECT coalesce(bool_or(sandbox), true) FROM lane_day WHERE lane = %s"
_PROPOSALS = """
    SELECT p.id, p.maker_id::text, p.maker_reference, p.version, p.state, v.canonical, v.digest, v.quorum, v.at
    FROM approvals_proposal p JOIN approvals_version v ON v.proposal_id = p.id AND v.number = p.version
    WHERE p.lane = %s AND p.id = ANY(%s)"""
_RESOLUTIONS = """
    SELECT p.id, convert_from(v.body, 'UTF8')::json ->> 'instruction'
    FROM approvals_proposal p JOIN approvals_version v ON v.proposal_id = p.id AND v.number = p.version
    WHERE p.lane = %s AND p.kind = 'quarantine_resolution' AND p.state IN ('approved', 'done')
      AND convert_from(v.body, 'UTF8')::json ->> 'instruction' = ANY(%s)"""
_SIGNATURES = """
    SELECT s.proposal_id, s.user_id::text, s.reference, s.maker_id::text, s.side, s.role, s.digest, s.evidence_kind, s.public_key,
           s.assertion, s.assertion_sha256,
           EXISTS (SELECT FROM people_role r WHERE r.user_id = s.user_id AND r.role = s.role AND r.since <= s.at
                   AND (r.until IS NULL OR r.until > s.at))
    FROM approvals_signature s JOIN approvals_proposal p ON p.id = s.proposal_id AND p.version = s.version
    WHERE s.lane = %s AND s.proposal_id = ANY(%s)"""

#: what lane 0's order, which two people signed, has its lanes do: it bears their names and has no proposal of its own
FOLLOWS: Final = frozenset({"legal_order_here"})
#: amounts that are not the sum of a message's own: what is a part of another, or is no amount that moves
AMOUNTS: Final = {"charge_back": ("amount_minor",), "fee_schedule": ()}
RESOLUTION: Final = "quarantine_resolution"


class Asked(msgspec.Struct, frozen=True):
    """The canonical text, in the order it was written."""

    lane: int
    id: str
    version: int
    kind: str
    kind_version: int
    maker: str
    currency: str
    amount_minor: int | None
    quorum: int
    why: str
    evidence: str
    body: dict[str, Any]


class Approvals(Claim):
    """Nobody decides alone."""

    name = "approvals"
    says = (
        "what stands under two names was signed over its very bytes by enough people, who asked for it not among them"
    )

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._begun: datetime | None = None
        self._is_sandbox = True
        if books.reader.ask(_ARE_THERE)[0][0]:
            self._begun = books.reader.ask(_BEGUN)[0][0]
            self._bands = books.reader.ask(_BANDS)
            self._glass = books.reader.ask(_GLASS)

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Look at every act of a chunk that stands under two names."""
        if self._begun is None:
            return
        self._is_sandbox = bool(self.books.reader.ask(_SANDBOX, self.books.lane)[0][0])
        acts = list(self._acts(chunk))
        if not acts:
            return
        names = self._names(acts)
        proposals = {row[0]: row for row in self.books.ask(_PROPOSALS, list(names.values()))}
        signed: dict[str, list[Any]] = {}
        for row in self.books.ask(_SIGNATURES, list(proposals)):
            signed.setdefault(row[0], []).append(row)
        for seq, at, name, kind, body in acts:
            self.checked += 1
            proposal = names.get(name, "")
            if proposal not in proposals:
                yield from self._typed(seq, at, name, body)
                continue
            for what in self._wrong(proposals[proposal], kind, body, signed.get(proposal, [])):
                yield self.finding(seq, f"instruction {name}", *what)

    def _acts(self, chunk: Chunk) -> Iterator[tuple[int, datetime, str, str, dict[str, Any]]]:
        """Yield what was done under two names since the staff sign: sequence, instant, id, kind, body."""
        ends = [batch[1] for batch in chunk.batches]
        for seq, _, _, name, kind, state, _, _, _ in chunk.instructions:
            place = bisect_left(ends, seq)
            if place == len(ends) or state != "done" or kind in FOLLOWS:
                continue
            body, at = chunk.body_of(seq), chunk.batches[place][2]
            if body.get("maker") and body.get("checker") and self._begun is not None and at > self._begun:
                yield seq, at, name, kind, body

    def _names(self, acts: list[tuple[int, datetime, str, str, dict[str, Any]]]) -> dict[str, str]:
        """Return the proposal of each id: its own name, but of a resolution, whose id its subject gives."""
        names = {name: name for _, _, name, _, _ in acts}
        subjects = {body.get("instruction"): name for _, _, name, kind, body in acts if kind == RESOLUTION}
        if subjects:
            names |= {subjects[subject]: proposal for proposal, subject in self.books.ask(_RESOLUTIONS, list(subjects))}
        return names

    def _typed(self, seq: int, at: datetime, name: str, body: dict[str, Any]) -> Iterator[Finding]:
        if self._is_sandbox:
            return
        by = (body["maker"], body["checker"])
        if not any((maker, checker) == by and since <= at <= until for maker, checker, since, until in self._glass):
            yield self.finding(
                seq,
                f"instruction {name}",
                "two names were typed, and nobody signed",
                "a proposal, or broken glass",
                " ".join(by),
            )

    # ── one proposal ─────────────────────────────────────────────────────────
    def _wrong(
        self, row: tuple[Any, ...], kind: str, body: dict[str, Any], signed: list[Any]
    ) -> Iterator[tuple[Any, ...]]:
        name, maker_id, maker, version, state, canonical, digest, quorum, at = row
        canonical = bytes(canonical)
        if hashlib.sha256(b"cunguan-approval-v1\n" + canonical).hexdigest() != digest:
            yield ("the fingerprint is not of the proposal's bytes",)
            return
        head, _, text = canonical.partition(b"\n1\n")
        asked = msgspec.json.decode(text, type=Asked)
        if head != b"approval" or (asked.lane, asked.id, asked.version) != (self.books.lane, name, version):
            yield (
                "the proposal's bytes are of another place",
                (self.books.lane, name, version),
                (asked.lane, asked.id, asked.version),
            )
        plain = {field: value for field, value in body.items() if field not in ("maker", "checker")}
        if (asked.kind, asked.body) != (kind, plain):
            yield "it was not done as it was signed", asked.body, plain
        if state not in ("approved", "done"):
            yield "it was done, and its proposal says otherwise", "done", state
        needed = max(quorum, asked.quorum, self._needed(asked, kind, at.date()))
        good = {one[1]: one for one in signed if not self._not_good(one, maker_id, name, version, digest)}
        for one in signed:
            if why := self._not_good(one, maker_id, name, version, digest):
                yield f"the signature of {one[2]} does not count", "a signature", why
        checkers = [one for one in good.values() if one[4] == "checker"]
        keys = {bytes(one[8]) for one in checkers}
        if min(len(checkers), len(keys)) < needed:
            yield "too few have signed", needed, min(len(checkers), len(keys))
        if not any(one[4] == "maker" for one in good.values()):
            yield "who asked for it has not signed", maker, "nothing"
        if body["maker"] != maker or body["checker"] not in {one[2] for one in checkers}:
            yield (
                "its names are not those who signed",
                (maker, [one[2] for one in checkers]),
                (body["maker"], body["checker"]),
            )

    def _not_good(self, one: Any, maker_id: str, name: str, version: int, digest: str) -> str | None:
        """Return why a signature does not count, or None."""
        _, user, _, copied, side, role, said, kind, key, assertion, hashed, had_role = one
        if copied != maker_id or (side == "maker") is not (user == maker_id):
            return "it is of the other side"
        if said != digest or hashlib.sha256(bytes(assertion)).hexdigest() != hashed:
            return "it is of other bytes"
        if not had_role:
            return f"no role {role} at that moment"
        why, page = of_act(kind, bytes(key), bytes(assertion))
        if why is not None:
            return why
        if page.get("act") != f"approval:{name}:{version}" or digest not in [
            value for _, value in page.get("lines", [])
        ]:
            return "the page that was signed did not show it"
        return None

    def _needed(self, asked: Asked, kind: str, day: Any) -> int:
        """Return how many checkers the amount of a message needs, by the bands of its day."""
        amounts = [
            value for field, value in asked.body.items()
            if field.endswith("_minor") and isinstance(value, int) and field in AMOUNTS.get(kind, (field,))
        ]  # fmt: skip
        amount = max(sum(amounts), asked.amount_minor or 0)
        if not amount:
            return 1
        for currency in dict.fromkeys((asked.currency, "")):
            begun = [since for since, of, _, _ in self._bands if of == currency and since <= day]
            if begun:
                return max(
                    (quorum for since, of, above, quorum in self._bands
                     if (since, of) == (max(begun), currency) and amount > above), default=1,
                )  # fmt: skip
        return 1
