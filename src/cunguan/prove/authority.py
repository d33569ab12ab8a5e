"""Authority (授权依据): every debit that lowers what a client has cites his authority, and the authority stands.

Reads   posting, authority, client_key, mandate, fee_schedule, listing, the moves of mandates
        P  once, under its own sequence, for exactly what is debited
        A  by its type, within its cap, until its day, not after it was revoked
        F  to 2110 only, at most the item's fee and cap, a month's sum at most the month's cap
        the text that was confirmed: its fields, its hash, and the signature of one of the client's registered keys, by a passkey
        over the page that showed it together with the body that is stored (prove/evidence.py)
Source  domain-decisions.md 8, 10, 11; invariants 9, 10 and 13; RFC 8032; ADR 0048
"""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import msgspec

from cunguan.kernel.canonical import canonical_bytes
from cunguan.prove.books import OF_HOLDER, Account, Books, Bucket
from cunguan.prove.claim import Claim
from cunguan.prove.evidence import BY_CODE, CODE_MOST, CODE_TYPES, KINDS, why_not
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

#: evidence of an act of the custodian: two different names instead of a key and a signature; kinds it may stand for
TWO_NAMES, BY_TWO = "two_names", frozenset({"L", "M"})

#: what a confirmed, standing or ordered type may do: kinds of instruction, and where the money goes
DEBITS = {
    "bid":        {("bid_hold",   "2020")},
    "general_hold": {("general_hold", "2020")},
    "fee_charge": {("fee_charge", "2110")},
    "repayment":  {("repayment",  "2020"), ("guarantor_repayment", "2010")},
    "withdrawal": {("withdrawal", "2030")},
    "debt_repayment": {("client_debt_repayment", "1040")},
    "adjustment":  {("adjustment", "1010"), ("adjustment", "2210")},
    "charge_back": {("charge_back", "1010")},
    "dormancy":    {("dormancy", "2310")},
    "succession":  {("succession_transfer", "2010")},
    "claim_purchase":      {("claim_purchase",      "2020")},
    "compensation":        {("compensation",        "2010"), ("compensation", "2020")},
    "guarantor_repayment": {("guarantor_repayment", "2010")},
    "trustee_payee":       {("disbursement",        "2010"), ("run_step",     "2010")},
}  # fmt: skip

#: types that are confirmed once and debited by a later instruction: to the payee named, for the listing named
LATER = frozenset({"trustee_payee"})

#: kinds of instruction that change a client's keys
KEY_KINDS = frozenset({"key_addition", "key_removal", "key_replacement"})

#: the type of a legal order over a person
ORDER = "legal_order"


SIGNATURES_AT_ONCE = 250
UNLIMITED = 2**63

#: a run spreads one fee over its steps: a step's part is off by less than so much
STEP_ROUNDING = 2

#: kinds of instruction that take a fee, and where it goes: a withdrawal's waits until the bank has paid
FEES = {
    "withdrawal":   "2020",
    "fee_charge":   "2110",
    "disbursement": "2110",
    "run_step":     "2110",
    "claim_purchase": "2110",
}  # fmt: skip

_ITEM_OF_RUN = """
    SELECT fee_item FROM run JOIN listing ON listing.lane = run.lane AND listing.id = run.listing
    WHERE run.lane = %s AND run.id = ANY(%s)"""

_LISTING_OF_RUN = "SELECT listing FROM run WHERE lane = %s AND id = ANY(%s)"

#: moves that end a mandate for good
ENDS = frozenset({"revoked", "expired"})


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The confirmed text, in the order it was written."""

    lane: int
    instruction_id: str
    kind: str
    owner: str
    type: str
    amount_minor: int
    payee: str
    listing: str
    until: str


class Given(msgspec.Struct, gc=False):
    """An authority, and what was debited under it so far."""

    kind: str
    owner: str
    type: str
    amount: int
    payee: str
    listing: str
    until: str
    used: int = 0
    ended: int = 0
    month: str = ""
    used_month: int = 0


class Authority(Claim):
    """Nobody's money moves without him."""

    name = "authority"
    says = "every client debit cites an authority that names him and covers it, signed by his registered key"
    pages = (
        PageOf("mandate", "holder, type, cap_minor, used_minor, until, listing, authority"),
        PageOf("trustee_payee", "borrower, trustee, listing, amount_minor, authority, state"),
    )

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._standing: dict[int, Given] = {}
        self._mandates: dict[str, int] = {}
        self._consents: dict[tuple[str, str], int] = {}  # of an owner to a schedule: the last
        self._keys: dict[str, tuple[str, str, bytes]] = {}
        self._key_ended: dict[str, int] = {}
        self._key_began: dict[str, int] = {}  # of keys that came after the account's first
        self._replaced: dict[str, list[int]] = {}  # holder -> when all his keys were replaced
        self._schedules: dict[str, list[dict[str, Any]]] = {}
        self._signers = ThreadPoolExecutor(os.cpu_count() or 1)

    # ── appended rows ────────────────────────────────────────────────────────
    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Verify what was given, then see what was debited under it."""
        self._learn_keys(chunk)
        yield from self._texts(chunk)
        now = self._take(chunk)
        yield from self._debits(chunk, now)
        for seq, given in now.items():
            if given.used and given.used != given.amount:
                yield self.finding(
                    seq, f"authority {seq}", "another amount was debited than he confirmed", given.amount, given.used
                )

    def _take(self, chunk: Chunk) -> dict[int, Given]:
        """Keep what stands, and when it ended; return what counts for one instruction only."""
        now: dict[int, Given] = {}
        for seq, amount, kind, owner, type_, payee, listing, until, *_ in chunk.authorities:
            given = Given(kind, owner, type_, amount, payee, listing, until)
            if kind in ("P", "M") and type_ not in LATER:
                now[seq] = given
                continue
            self._standing[seq] = given
            if kind == "A":
                self._mandates[chunk.id_of(seq)] = seq
            if kind == "F":
                self._consents[owner, payee.rpartition(":")[0]] = seq
        for seq, _, machine, subject, event, _ in chunk.state_moves:
            if machine == "mandate" and event in ENDS and subject in self._mandates:
                self._standing[self._mandates[subject]].ended = seq
        return now

    def _debits(self, chunk: Chunk, now: dict[int, Given]) -> Iterator[Finding]:
        available = self.books.having("2010")
        set_aside = self.books.having(*sorted(OF_HOLDER - {"2010"}))
        accounts, owners, codes = self.books.accounts, self.books.owners, self.books.codes
        buckets = self.books.buckets
        fees: dict[tuple[int, int], int] = {}
        for seq, line, debit, credit, amount, _, _, authority, opened in chunk.postings:
            if debit in available:
                self.checked += 1
                giver, taker = accounts[debit], accounts.get(credit)
                given = now.get(seq) if authority == seq else None
                if given is None:
                    given = self._standing.get(authority)
                wrong = self._debit(chunk, seq, authority, giver, taker, amount, given)
                if wrong is not None:
                    yield self.finding(seq, f"posting {seq}/{line}", *wrong)
                elif given is not None and given.kind == "F":
                    fees[seq, authority] = fees.get((seq, authority), 0) + amount
                elif given is not None and given.type == "fee_charge":  # his word for it does not make it cheaper
                    consent = self._consents.get((giver.owner, chunk.body_of(seq).get("fee_schedule", "")))
                    if consent is None or consent > seq:
                        yield self.finding(seq, f"posting {seq}/{line}", "a fee of a schedule he never confirmed")
                    else:
                        fees[seq, consent] = fees.get((seq, consent), 0) + amount
            elif debit in set_aside:
                bucket = buckets.get((debit, opened))
                self._comes_back(bucket, credit, amount)
                if owners.get(credit) == owners[debit] and codes[credit] in OF_HOLDER:
                    continue
                self.checked += 1
                if bucket is None or not authority or authority != bucket.authority:
                    yield from self._leaves(seq, line, debit, accounts.get(credit), authority, opened)
        for (seq, authority), fee in fees.items():
            yield from self._fee(chunk, seq, authority, fee)

    def _debit(
        self,
        chunk: Chunk,
        seq: int,
        authority: int,
        giver: Account,
        taker: Account | None,
        amount: int,
        given: Given | None,
    ) -> tuple[Any, ...] | None:
        """Return what is wrong with a debit of a client's available money, or None; count what it uses."""
        if not authority:
            return f"{giver.owner}'s available money is debited without an authority", "an authority", "none"
        if given is None:
            return "the authority it cites is not there", f"authority {authority}", "none"
        if given.type == ORDER:
            return self._ordered(giver, taker, given)
        if given.owner != giver.owner:
            return "the authority it cites is another's", giver.owner, given.owner
        if authority > seq:
            return "the authority it cites was given later", f"at most {seq}", authority
        code, kind = "" if taker is None else taker.code, chunk.kind_of(seq)
        if given.kind == "F":
            fits = FEES.get(kind) == code
            return None if fits else ("a fee is taken where none is agreed", f"{FEES}", f"{kind} to {code}")
        if (kind, code) not in DEBITS.get(given.type, ()):
            return "its authority covers another type of debit", f"{given.kind} {given.type}", f"{kind} to {code}"
        given.used += amount
        if given.kind == "L" and given.used > given.amount:
            return "more is debited than the instrument says", given.amount, given.used
        if given.type in LATER:
            return self._later_covers(chunk, seq, given, taker)
        return self._standing_covers(chunk, seq, given) if given.kind == "A" else None

    def _later_covers(self, chunk: Chunk, seq: int, given: Given, taker: Account | None) -> tuple[Any, ...] | None:
        body = chunk.body_of(seq)
        listing = body.get("listing")
        if "run" in body:
            rows = self.books.ask(_LISTING_OF_RUN, [body["run"]])
            listing = rows[0][0] if rows else None
        payee = "" if taker is None else taker.owner
        if (given.payee, given.listing) != (payee, listing):
            return "its authority is for another payee or listing", (given.payee, given.listing), (payee, listing)
        if given.used > given.amount:
            return "more is debited than he confirmed", given.amount, given.used
        return None

    def _ordered(self, giver: Account, taker: Account | None, given: Given) -> tuple[Any, ...] | None:
        """A legal order names a person, and any instruction that brings him money passes it on to 2040; claim freezes."""
        if given.owner != (person := self.books.person(giver.owner)):
            return "the legal order it cites is over another", person, given.owner
        fits = taker is not None and taker.code == "2040"
        return None if fits else ("a legal order only freezes", "2040", "nothing" if taker is None else taker.code)

    def _standing_covers(self, chunk: Chunk, seq: int, given: Given) -> tuple[Any, ...] | None:
        day = self.books.day(seq)
        if given.used > given.amount:
            return "more is debited than its mandate's cap", given.amount, given.used
        if day > date.fromisoformat(given.until):
            return "its mandate had run out", f"until {given.until}", day
        if given.ended and seq > given.ended:
            return f"its mandate was ended at sequence {given.ended}", f"before {given.ended}", seq
        if given.listing and given.listing != chunk.body_of(seq).get("listing"):
            return "its mandate is for another listing", given.listing, chunk.body_of(seq).get("listing")
        return None

    def _comes_back(self, bucket: Bucket | None, credit: int, amount: int) -> None:
        """Take what a bucket gives back to its owner off the mandate that put it there."""
        given = None if bucket is None or bucket.against != credit else self._standing.get(bucket.authority)
        if given is not None and given.kind == "A":
            given.used -= amount

    def _leaves(
        self, seq: int, line: int, debit: int, taker: Account | None, authority: int, opened: int
    ) -> Iterator[Finding]:
        """Look at money set aside that leaves its owner: by the authority that set it aside, or by the bank's word."""
        code = self.books.accounts[debit].code
        if taker is not None and (code, taker.code) in (("2030", "1010"), ("2015", "1020")):
            return  # the bank's evidence: claims exits and transit
        bucket = self.books.buckets.get((debit, opened))
        expected = 0 if bucket is None else bucket.authority
        if not authority or authority != expected:
            yield self.finding(
                seq, f"posting {seq}/{line}", f"{self.books.name(debit)} pays on without the authority it is under",
                expected or "an authority", authority or "none",
            )  # fmt: skip

    # ── fees ─────────────────────────────────────────────────────────────────
    def _fee(self, chunk: Chunk, seq: int, authority: int, fee: int) -> Iterator[Finding]:
        given = self._standing[authority]
        body = chunk.body_of(seq)
        kind = chunk.kind_of(seq)
        items = self._items(given.payee)
        name = self._item_name(body)
        items = [item for item in items if item["item"] == name]
        if not items:
            yield self.finding(
                seq,
                f"authority {authority}",
                "a fee is taken that the confirmed schedule does not have",
                given.payee,
                name,
            )
            return
        most = max(_most(item, self._base(chunk, seq, kind)) for item in items)
        most += STEP_ROUNDING if kind == "run_step" else 0
        if fee > most:
            yield self.finding(seq, f"authority {authority}", f"the fee is more than {given.payee} allows", most, fee)
        month = self.books.day(seq).isoformat()[:7]
        given.used_month = fee + (given.used_month if given.month == month else 0)
        given.month = month
        cap = max(item["month_cap_minor"] or UNLIMITED for item in items)
        if given.used_month > cap and kind != "run_step":  # a run's fee belongs to the month of its parent
            yield self.finding(
                seq,
                f"authority {authority}",
                f"the fees of {month} are more than {given.payee} allows",
                cap,
                given.used_month,
            )

    def _items(self, schedule: str) -> list[dict[str, Any]]:
        if schedule not in self._schedules:
            rows = self.books.ask("SELECT items FROM fee_schedule WHERE lane = %s AND id = ANY(%s)", [schedule])
            self._schedules[schedule] = rows[0][0] if rows else []
        return self._schedules[schedule]

    def _item_name(self, body: dict[str, Any]) -> str:
        """Return the item a charge is for: the instruction names it, or its listing does, or the listing of its run."""
        if "fee_item" in body:
            return str(body["fee_item"])
        statement, name = "SELECT fee_item FROM listing WHERE lane = %s AND id = ANY(%s)", body.get("listing", "")
        if "run" in body:
            statement, name = _ITEM_OF_RUN, body["run"]
        rows = self.books.ask(statement, [name])
        return str(rows[0][0]) if rows else ""

    def _base(self, chunk: Chunk, seq: int, kind: str) -> int:
        """Return the amount a fee is a part of: what was withdrawn, or what was paid out to the borrower."""
        postings = chunk.posted.get(seq, [])
        if kind == "fee_charge":
            return int(chunk.body_of(seq).get("base_minor", 0))
        if kind == "withdrawal":
            outbound = self.books.having("2030")
            return sum(int(row[4]) for row in postings if row[3] in outbound)
        held = self.books.having("2020", "2125")
        return sum(int(row[4]) for row in postings if row[2] in held)

    # ── texts and signatures ─────────────────────────────────────────────────
    def _learn_keys(self, chunk: Chunk) -> None:
        for seq, _, _, _, kind, state, raw, _, _ in chunk.instructions:
            if kind in KEY_KINDS and state == "done":
                self._learn_change(seq, kind, msgspec.json.decode(raw))
        missing = list({row[9] for row in chunk.authorities} - self._keys.keys())
        if missing:
            rows = self.books.ask(
                "SELECT id, holder, evidence_kind, public_key FROM client_key WHERE lane = %s AND id = ANY(%s)", missing
            )
            self._keys.update({row[0]: (row[1], row[2], bytes(row[3])) for row in rows})

    def _learn_change(self, seq: int, kind: str, body: dict[str, Any]) -> None:
        if kind == "key_removal":
            self._key_ended[body["key_id"]] = seq
            return
        self._key_began[body["key_id"]] = seq
        if kind == "key_replacement":
            self._replaced.setdefault(body["holder"], []).append(seq)

    def _ended(self, key_id: str, holder: str) -> int | None:
        """Return the sequence at which a key ended: it was removed, or all of its holder's keys of then were replaced."""
        began = self._key_began.get(key_id, 0)
        ends = [seq for seq in self._replaced.get(holder, ()) if seq > began]
        if key_id in self._key_ended:
            ends.append(self._key_ended[key_id])
        return min(ends, default=None)

    def _texts(self, chunk: Chunk) -> Iterator[Finding]:
        self.checked += len(chunk.authorities)
        for row, unsigned in zip(chunk.authorities, self._verified(chunk), strict=True):
            found = self._text(chunk, row)
            if found is None and unsigned is not None:
                found = (unsigned, "his signature", "another")
            if found is not None:
                yield self.finding(row[0], f"authority {row[0]}", *found)

    def _verified(self, chunk: Chunk) -> list[str | None]:
        rows = [(*row, chunk.raw_of(row[0])) for row in chunk.authorities]
        parts = [rows[n : n + SIGNATURES_AT_ONCE] for n in range(0, len(rows), SIGNATURES_AT_ONCE)]
        return [unsigned for part in self._signers.map(_unsigned, parts) for unsigned in part]

    def _text(self, chunk: Chunk, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Return what is wrong with an authority's text, hash or key, or None."""
        seq, amount, kind, owner, type_, payee, listing, until = row[:8]
        evidence_kind, key_id, canonical, challenge, public_key = row[8:13]
        said = Text(self.books.lane, chunk.id_of(seq), kind, owner, type_, amount, payee, listing, until)
        if canonical_bytes("authority", 1, said) != canonical:
            return "the confirmed text says otherwise", said, bytes(canonical).decode(errors="replace")
        if hashlib.sha256(b"cunguan-authority-v1\n" + canonical).digest() != challenge:
            return ("the challenge is not the hash of the text",)
        if evidence_kind == TWO_NAMES or kind in BY_TWO:
            return self._two_names(kind, evidence_kind, key_id, row[13])
        if evidence_kind not in KINDS:
            return "evidence of a kind that cannot be verified", " or ".join(KINDS), evidence_kind
        if evidence_kind == BY_CODE and not (kind == "P" and type_ in CODE_TYPES and 0 < amount <= CODE_MOST):
            return "a one-time code stands for what needs his own key", f"at most {CODE_MOST}", f"{type_} {amount}"
        key = self._keys.get(key_id)
        if key is None:
            return "its key was never registered", "a registered key", key_id
        ended = self._ended(key_id, key[0])
        if ended is not None and seq > ended:
            return "its key had been replaced", f"before {ended}", seq
        if key != (owner, evidence_kind, public_key):
            return "its key is not the one this client registered", key[0], owner
        return None

    @staticmethod
    def _two_names(kind: str, evidence_kind: str, maker: str, checker: bytes) -> tuple[Any, ...] | None:
        """Return why an act of the custodian does not stand under two names, or None."""
        if evidence_kind != TWO_NAMES or kind not in BY_TWO:
            return (
                "two names stand for a client's confirmation, or a key for an act of the custodian",
                kind,
                evidence_kind,
            )
        names = {maker.strip(), bytes(checker).decode(errors="replace").strip()} - {""}
        return None if len(names) == 2 else ("one person alone answers for it", "two names", " ".join(sorted(names)))

    # ── rows that change ─────────────────────────────────────────────────────
    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare each mandate and trustee payee with what was granted and what was debited under it."""
        if page.name == "trustee_payee":
            yield from self._trustees(page)
            return
        for name, holder, type_, cap, used, until, listing, authority in page.rows:
            given = self._standing.get(authority)
            if given is None or given.kind != "A":
                yield self.finding(
                    authority, f"mandate {name}", "the authority that granted it is not there", "A", "none"
                )
                continue
            expected = (given.owner, given.type, given.amount, given.until, given.listing)
            found = (holder, type_, cap, until.isoformat(), listing)
            if found != expected:
                yield self.finding(authority, f"mandate {name}", "it is not what the client granted", expected, found)
            if used != given.used:
                yield self.finding(
                    authority, f"mandate {name}", "what was used of it is not what was debited", given.used, used
                )

    def _trustees(self, page: Page) -> Iterator[Finding]:
        for name, borrower, trustee, listing, amount, authority, state in page.rows:
            given = self._standing.get(authority)
            expected = None if given is None else (given.owner, given.payee, given.listing, given.amount, given.type)
            found = (borrower, trustee, listing, amount, "trustee_payee")
            if given is None or found != expected:
                yield self.finding(authority, f"trustee_payee {name}", "it is not what he confirmed", expected, found)
            elif state == "paid" and given.used != amount:
                yield self.finding(
                    authority, f"trustee_payee {name}", "it is paid, and another sum was posted", amount, given.used
                )
            elif state not in ("paid", "active") and given.used:
                yield self.finding(authority, f"trustee_payee {name}", f"it is {state}, and was paid", 0, given.used)

    def end(self) -> Iterator[Finding]:
        """Let the signers go."""
        self._signers.shutdown()
        yield from ()


def _most(item: dict[str, Any], base: int) -> int:
    """Return the most that one charge of an item on an amount may be; the half unit goes to the even one."""
    whole, rest = divmod(base * item["rate_bp"], 10_000)
    is_up = rest * 2 > 10_000 or (rest * 2 == 10_000 and whole % 2 == 1)
    most: int = item["fixed_minor"] + whole + is_up
    cap: int = item["cap_minor"]
    return min(most, cap) if cap else most


def _unsigned(rows: list[tuple[Any, ...]]) -> list[str | None]:
    """Return for each authority why its signature does not stand; None where it does, or two names stand for one."""
    return [
        None if row[8] == TWO_NAMES else why_not(row[8], bytes(row[12]), bytes(row[11]), bytes(row[13]), row[14])
        for row in rows
    ]
