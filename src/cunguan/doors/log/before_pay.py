"""Log before pay (先留痕后付款): a large payment leaves only when others have seen what allows it.

When    the sender of a lane has a payment that nothing else stops
Reads   the rule of its currency (log_before_pay), the leaves of its sequence and of its authority, the newest cosigned checkpoint
Does    proves each leaf: derived again from the books, found in the log's files, under a checkpoint that the log signed and the quorum
        of the policy file on this host cosigned. What a row of the database says is not enough
        while nobody cosigns, `hold` waits; `release` lets go, after its patience and below its cap a day, each one recorded as an act
Shape   Wait: a code and why; log_wait holds what was found last, for status, metrics and `cunguan log policy show`
Errors  psycopg.OperationalError: the database is away; the sender's next run begins again
Source  ADR 0039; docs/runbooks/payment-waits-for-the-log.md
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from cunguan.channels.base import credit_transfer
from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Message
from cunguan.keys.installation import Keys
from cunguan.keys.note_keys import check
from cunguan.keys.providers.base import KeysWrong
from cunguan.keys.salts import SaltKeys
from cunguan.keys.sealed import KeyMissing
from cunguan.operations.withdrawal import CreditTransfer
from cunguan.plane.sender import Gate
from cunguan.store.log.checkpoints import Stored
from cunguan.store.log.folder import folder_of
from cunguan.store.log.places import Place, places
from cunguan.store.log.rows import NotLogged, openings
from cunguan.store.sqlfiles import statement
from cunguan.transparency import checkpoint, policy, tree
from cunguan.transparency import note as notes
from cunguan.transparency.derive import Leaf
from cunguan.transparency.leaf import AuthorityOpening, Header, Side, opened
from cunguan.transparency.note import NoteWrong
from cunguan.transparency.policy import POLICY, Policy, PolicyWrong, is_signed
from cunguan.transparency.tiles import Tiles, TileWrong
from cunguan.transparency.tree import ProofWrong

log = logging.getLogger(__name__)

HOLD: Final = "hold"
RELEASE: Final = "release"
#: while these are why a payment waits, a rule may let it go; one that is not proven never leaves by itself
_AWAY: Final = frozenset({Code.leaf_not_logged, Code.leaf_not_cosigned})

Connection = psycopg.Connection[Any]


class Rule(msgspec.Struct, frozen=True):
    """From which amount payments of a currency wait; None: none does."""

    currency: str
    version: int
    amount_minor: int | None
    away: str
    patience_seconds: int
    cap_minor: int
    reason: str
    maker: str
    checker: str
    at: datetime

    def holds(self, amount_minor: int) -> bool:
        """Return whether a payment of this amount waits for the log."""
        return self.amount_minor is not None and amount_minor >= self.amount_minor


class Wait(msgspec.Struct, frozen=True):
    """Why a payment may not leave yet."""

    code: Code
    why: str


class Told(msgspec.Struct, frozen=True):
    """What a bank is about to be told of a payment; the sequences that its row says it is allowed by."""

    payment: str
    transfer: CreditTransfer
    authorities: tuple[int, ...]


class _Unproven(Exception):
    """What is there does not prove the leaf."""


def gate(lane: int, home: Path, environ: Mapping[str, str], zone: tzinfo, url: Callable[[], str]) -> Gate:
    """Return the gate of a lane's payments."""
    return _Gate(lane, home, environ, zone, url).waits


def rules(connection: Connection) -> dict[str, Rule]:
    """Return the rule of each currency that has one."""
    return {row[0]: Rule(*row) for row in connection.execute(statement("log_pay_rules"))}


class _Gate:
    """One lane's."""

    def __init__(
        self, lane: int, home: Path, environ: Mapping[str, str], zone: tzinfo, url: Callable[[], str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._lane, self._home, self._environ, self._zone, self._url, self._now = lane, home, environ, zone, url, now
        self._salts = SaltKeys(Keys.read(home, environ))
        self._connection: Connection | None = None
        self._shown: dict[str, Wait] | None = None

    def waits(self, messages: Sequence[Message]) -> dict[str, str]:
        """Return which payments wait for the log, and why."""
        if not messages and not self._shown and self._shown is not None:
            return {}
        connection = self._connected()
        ruled = rules(connection)
        transfers = {one.id: credit_transfer(one) for one in messages}
        held = [one for one in messages if _holds(ruled, transfers[one.id])]
        go = self._gone(connection, [one.id for one in held])
        found = {
            one.id: wait for one in held
            if one.id not in go and (wait := self._wait(connection, one, transfers[one.id], ruled[transfers[one.id].currency]))
        }  # fmt: skip
        self._show(connection, found, transfers)
        return {payment: f"{wait.code.name}: {wait.why}" for payment, wait in found.items()}

    def _wait(self, connection: Connection, message: Message, transfer: CreditTransfer, rule: Rule) -> Wait | None:
        row = connection.execute(statement("log_pay_seqs"), {"lane": self._lane, "payment": message.id}).fetchone()
        assert row is not None, "it waits in the outbox"
        told = Told(message.id, transfer, tuple(row[0]))
        for seq in dict.fromkeys(row[0]):
            wait = self._seen(connection, seq, told if seq == row[0][0] else None)
            if wait is not None:
                return self._released(connection, message, transfer, rule, wait, row[1])
        return None

    # ── what others have seen ────────────────────────────────────────────────
    def _seen(self, connection: Connection, seq: int, told: Told | None) -> Wait | None:
        """Return why the leaves of a sequence are not seen by others, or tell of another payment than `told`; None when all is well."""
        found = places(connection, self._lane, seq)
        if not found:
            return Wait(Code.leaf_not_logged, f"sequence {seq} is not in the log yet: does `cunguan log sequence` run?")
        # the newest: where the policy was changed, a later checkpoint bears the cosignatures that are asked for now
        above = {"log": found[-1].log, "size": found[-1].index + 1}
        row = connection.execute(statement("log_checkpoint_seen"), above).fetchone()
        if row is None:
            why = f"leaf {found[-1].index} is below no cosigned checkpoint: `cunguan log status` says who cosigns"
            return Wait(Code.leaf_not_cosigned, why)
        try:
            leaves = self._proven(connection, seq, found, Stored(*row))
            if told is not None:
                _refuse_another(leaves, told)
        except (
            _Unproven,
            OSError,
            KeyMissing,
            KeysWrong,
            NotLogged,
            NoteWrong,
            PolicyWrong,
            ProofWrong,
            TileWrong,
        ) as wrong:
            log.error("lane %s: the leaves of sequence %s are not proven: %s", self._lane, seq, wrong)
            return Wait(Code.leaf_not_proven, str(wrong))
        return None

    def _proven(self, connection: Connection, seq: int, found: Sequence[Place], stored: Stored) -> list[Leaf]:
        self._refuse_unsigned(stored)
        leaves = openings(connection, self._salts.of, self._lane, seq)
        if len(leaves) != len(found):
            raise _Unproven(f"the books give {len(leaves)} leaves, the log has places for {len(found)}")
        tiles = Tiles(stored.size, folder_of(self._home, self._environ, stored.log).fetch)
        for place, leaf in zip(found, leaves, strict=True):
            proof = tree.inclusion(place.index, stored.size, tiles.read)
            tree.check_inclusion(place.index, stored.size, tree.leaf_hash(leaf.entry), proof, stored.root)
        return leaves

    def _refuse_unsigned(self, stored: Stored) -> None:
        """Refuse a checkpoint whose signatures do not say what its row says."""
        rule, note = self._policy(), notes.parse(stored.note or b"")
        said = checkpoint.read(note.text)
        if (said.size, said.root) != (stored.size, stored.root):
            raise _Unproven(f"the note of checkpoint {stored.size} says another size or root")
        if not any(log.key.name == said.origin and is_signed(note, log.key, check) for log in rule.logs):
            raise _Unproven(f"no log of {self._home / POLICY} has signed checkpoint {stored.size}")
        if rule.asks_nobody or not rule.is_met(rule.cosigners(note, check)):
            raise _Unproven(f"checkpoint {stored.size} does not bear the quorum of {self._home / POLICY}")

    def _policy(self) -> Policy:
        return policy.read((self._home / POLICY).read_bytes())

    # ── while nobody cosigns ─────────────────────────────────────────────────
    def _released(
        self,
        connection: Connection,
        message: Message,
        transfer: CreditTransfer,
        rule: Rule,
        wait: Wait,
        since: datetime,
    ) -> Wait | None:
        """Let a payment go unseen where its rule says so; return what it waits for otherwise."""
        now = self._now()
        if rule.away != RELEASE or wait.code not in _AWAY or now - since < timedelta(seconds=rule.patience_seconds):
            return wait
        given = {
            "lane": self._lane, "payment": message.id, "currency": rule.currency, "amount_minor": transfer.amount_minor,
            "version": rule.version, "cap_minor": rule.cap_minor, "day": now.astimezone(self._zone).date(),
            "code": int(wait.code), "at": now,
        }  # fmt: skip
        with connection.transaction():
            connection.execute(statement("log_pay_lock"), given)
            is_let_go = connection.execute(statement("log_release_add"), given).fetchone() is not None
        if not is_let_go:
            why = f"{wait.why}; the {rule.cap_minor} minor units of {rule.currency} that may leave unseen today do not suffice"
            return Wait(Code.release_cap_reached, why)
        log.warning("lane %s: payment %s is let go unseen (%s), as rule %s of %s says", self._lane, message.id,
                    wait.code.name, rule.version, rule.currency)  # fmt: skip
        return None

    def _gone(self, connection: Connection, payments: list[str]) -> set[str]:
        if not payments:
            return set()
        rows = connection.execute(statement("log_release_of"), {"lane": self._lane, "payments": payments})
        return {payment for (payment,) in rows}

    # ── for whoever looks ────────────────────────────────────────────────────
    def _show(self, connection: Connection, found: Mapping[str, Wait], transfers: Mapping[str, CreditTransfer]) -> None:
        """Write down what changed since the last time."""
        shown = self._shown
        if shown is None:
            rows = connection.execute(statement("log_waits_of"), {"lane": self._lane})
            shown = {payment: Wait(Code(code), why) for payment, code, why in rows}
        with connection.transaction():
            for payment, wait in found.items():
                if shown.get(payment) != wait:
                    connection.execute(statement("log_wait_put"), {
                        "lane": self._lane, "payment": payment, "currency": transfers[payment].currency,
                        "amount_minor": transfers[payment].amount_minor, "code": int(wait.code), "why": wait.why, "at": self._now(),
                    })  # fmt: skip
            if over := [payment for payment in shown if payment not in found]:
                connection.execute(statement("log_wait_over"), {"lane": self._lane, "payments": over})
        self._shown = dict(found)

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url(), autocommit=True)
        return self._connection


def _holds(ruled: Mapping[str, Rule], transfer: CreditTransfer) -> bool:
    rule = ruled.get(transfer.currency)
    return rule is not None and rule.holds(transfer.amount_minor)


def _refuse_another(leaves: Sequence[Leaf], told: Told) -> None:
    """Refuse a payment that is not what the leaves of its sequence tell of: an old leaf lets nothing new go."""
    parts = {part.name: part.opening for leaf in leaves for part in leaf.parts}
    id, transfer = opened(parts["header"], Header).id, told.transfer
    if (told.payment, transfer.end_to_end_id) != (id, id):
        raise _Unproven(f"its leaf is of instruction {id}")
    if "authority" in parts:
        word = opened(parts["authority"], AuthorityOpening)
        if (word.amount_minor, word.payee) != (transfer.amount_minor, transfer.payee_hash):
            raise _Unproven("the word it was allowed by names another amount or payee")
    moved = [opened(parts[name], Side).posting for name in parts if name.startswith("debit:")]
    if moved and not any(
        one.amount_minor == transfer.amount_minor and one.authority in told.authorities for one in moved
    ):
        raise _Unproven("its journal moves another amount, or stands on another word than its row says")
