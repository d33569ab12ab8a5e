"""Outgoing (待发报文): what a line to a bank keeps: each payment's file, sealed, and who stands behind a payee's hash.

When    the plane's sender carries a payment to a bank that is spoken to by files
Does    writes by the role of the doors: bank_file, bank_order, payee_detail are theirs, and no money
Shape   DatabaseDesk: a Desk (channels/iso20022/line.py). In a sandbox a payee that nobody brought is a test payee, whose account
        is made of the hash itself, so that it is him and nobody else
Errors  psycopg.OperationalError: the database is away; the sender's next run begins again
Source  domain-decisions.md 26; schema 0012
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any, Final

import psycopg

from cunguan.channels.base import Channel, Payee
from cunguan.channels.iso20022 import profile
from cunguan.channels.iso20022.line import Line, Outgoing
from cunguan.channels.iso20022.profile import Bank
from cunguan.doors.inbox.keep import content, keep, mark
from cunguan.doors.persons.payees import who
from cunguan.doors.sealing import sealer, sealer_at
from cunguan.kernel.ids import order_id
from cunguan.keys.installation import Keys
from cunguan.keys.sealed import Sealer
from cunguan.store.sqlfiles import statement

TEST_PAYEE: Final = "Sandbox payee"


def lines(lane: int, keys: Keys, sandbox_address: str, zone: tzinfo, url: Callable[[], str]) -> Mapping[str, Channel]:
    """Return a lane's lines to the banks of an installation."""
    of_sandbox = profile.sandbox(sandbox_address) if sandbox_address else {}

    def line(bank: Bank) -> Channel:
        sealer_at(keys, url())  # a key that is away is told now, not with the first payment
        desk = DatabaseDesk(
            url, partial(sealer, keys), bank.name, lane, lambda: datetime.now(UTC), zone,
            is_sandbox=bank == of_sandbox.get(bank.name), keys=keys,
        )  # fmt: skip
        return Line(lane, bank, desk)

    return {bank.name: line(bank) for bank in profile.banks(keys.home, sandbox_address).values()}


class DatabaseDesk:
    """The desk of one lane and one bank."""

    def __init__(
        self, url: Callable[[], str], seal: Callable[[psycopg.Connection[Any]], Sealer], channel: str, lane: int,
        now: Callable[[], datetime], zone: tzinfo, is_sandbox: bool = False, keys: Keys | None = None,
    ) -> None:  # fmt: skip
        self._url, self._sealer, self._channel, self._lane, self._keys = url, seal, channel, lane, keys
        self._now, self._zone, self._is_sandbox = now, zone, is_sandbox
        self._connection: psycopg.Connection[Any] | None = None

    def now(self) -> datetime:
        """Return the instant, in the custodian's zone."""
        return self._now().astimezone(self._zone)

    # ── payees ───────────────────────────────────────────────────────────────
    def payee(self, payee_hash: str) -> Payee | None:
        """Return who stands behind a hash."""
        found = who(self._connected(), payee_hash, self._keys, self._sealer)
        return test_payee(payee_hash) if found is None and self._is_sandbox else found

    def is_payee(self, payee: Payee, payee_hash: str) -> bool:
        """Return whether a payee is the one of a hash."""
        if self._seal.payee_hash(payee.name, payee.account, payee.bank) == payee_hash:
            return True
        return self._is_sandbox and payee == test_payee(payee_hash)

    # ── files ────────────────────────────────────────────────────────────────
    def outgoing(self, payment: str) -> Outgoing | None:
        """Return the file of a payment, as it was kept."""
        row = self._one("bank_order_of", payment=payment)
        if row is None:
            return None
        file, name, sent_at = row
        with content(self._connected(), self._seal, file) as kept:
            return Outgoing(name, kept.read(), sent_at)

    def keep_outgoing(self, payment: str, order: str, content: bytes) -> Outgoing:
        """Keep the file of a payment; the one that was kept first stays."""
        connection, name = self._connected(), f"pain.001-{order}.xml"
        with connection.transaction():
            file = keep(
                connection, self._seal, [content], channel=self._channel, name=name, at=self._now(), direction="out"
            )
            self._do("bank_order_keep", order=order, payment=payment, file=file.id, at=self._now())
        kept = self.outgoing(payment)
        assert kept is not None, "it was kept just now, or before"
        return kept

    def sent(self, payment: str) -> None:
        """Note that the bank took a payment's file."""
        row = self._one("bank_order_sent", payment=payment, at=self._now())
        if row is not None:
            mark(self._connected(), row[0], "sent")

    def keep_answer(self, name: str, content: bytes) -> None:
        """Keep what the bank answered, before it is read."""
        keep(self._connected(), self._seal, [content], channel=self._channel, name=name, at=self._now())

    # ── after a restore ──────────────────────────────────────────────────────
    def payments_of(self, orders: Sequence[str]) -> Mapping[str, str]:
        """Return the lane's payments by the ids a bank knows them by: as they read, as they were sent, as they wait to be."""
        begin = f"{self._lane}-"
        readable = {order: order.removeprefix(begin) for order in orders if order.startswith(begin)}
        waiting = {order_id(self._lane, payment): payment for (payment,) in self._all("outbox_open")}
        sent = dict(self._all("bank_orders_among", orders=list(orders)))
        return {**readable, **{order: waiting[order] for order in orders if order in waiting}, **sent}

    def accounts(self) -> Collection[str]:
        """Return the numbers of the lane's accounts at the bank."""
        return [reference for (reference,) in self._all("bank_accounts_at")]

    # ── inside ───────────────────────────────────────────────────────────────
    @property
    def _seal(self) -> Sealer:
        """The seal as it is now: a rotation may have made another key since."""
        return self._sealer(self._connected())

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url(), autocommit=True)
        return self._connection

    def _do(self, name: str, **given: Any) -> psycopg.Cursor[Any]:
        return self._connected().execute(statement(name), {"channel": self._channel, "lane": self._lane, **given})

    def _one(self, name: str, **given: Any) -> Any:
        return self._do(name, **given).fetchone()

    def _all(self, name: str, **given: Any) -> list[Any]:
        return self._do(name, **given).fetchall()


def test_payee(payee_hash: str) -> Payee:
    """Return who is paid in a sandbox where nobody was brought.

    >>> test_payee("payee:L7").account
    'T872f4fb698d4e67e119663a54d4614'
    """
    digest = hashlib.sha256(f"cunguan-test-payee-v1\n{payee_hash}".encode()).hexdigest()
    return Payee(TEST_PAYEE, f"T{digest[:30]}")
