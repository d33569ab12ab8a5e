"""Books, a log of them, and who makes receipts; three witnesses are played by keys, for what a receipt shows is their lines alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cunguan.desks.ledger.migrate import migrate
from cunguan.doors.log.process import Ground, once
from cunguan.doors.receipts import months
from cunguan.doors.receipts.making import Maker
from cunguan.keys.custodian import CustodianKey
from cunguan.keys.installation import Keys
from cunguan.keys.log_key import log_signers
from cunguan.keys.salts import SaltKeys
from cunguan.store import roles
from cunguan.store.log import checkpoints
from cunguan.store.log.folder import folder_of
from cunguan.transparency import note
from cunguan.transparency.note import ED25519, Key
from cunguan.transparency.policy import POLICY, read
from cunguan.transparency.receipt import Pins
from tests.conftest import copied
from tests.doors.receipts.books import Books
from tests.transparency.receipt_case import AT, WITNESSES, cosignature, witness_key


def _make(url: str) -> None:
    migrate(url)
    roles.create(url)


class Issuing:
    """An installation whose log is taken in when a test says so."""

    def __init__(self, books: Books, home: Path) -> None:
        self.books, self.home = books, home
        self.door_url = make_conninfo(books.url, user=roles.DOOR)
        self._ground = Ground(make_conninfo(books.url, user=roles.LOG), home, {})

    def take(self) -> None:
        """Take all in and publish it, with nobody's cosignature."""
        once(self._ground)

    def cosign(self, witnesses: tuple[str, ...] = ("platform", "auditor")) -> None:
        """Let witnesses cosign what was published last, and write down whom the policy asks."""
        with psycopg.connect(self.books.url, autocommit=True) as owner:
            stored = checkpoints.published(owner)
            assert stored is not None and stored.note is not None
            signed = note.parse(stored.note)
            key = log_signers(self.home, signed.text.partition("\n")[0], {})[0].key
            lines = [cosignature(name, signed.text, AT + n) for n, name in enumerate(witnesses, 1)]
            owner.execute(
                "UPDATE log_checkpoint SET note = %s, cosigned_at = %s WHERE log = %s AND size = %s",
                (signed.plus(lines).write(), datetime.now(UTC), stored.log, stored.size),
            )
        listed = "".join(f"witness {name} {witness_key(name).text()}\n" for name in WITNESSES)
        policy = f"log {key.text()}\n{listed}group outside 2 {' '.join(WITNESSES)}\nquorum outside\n"
        (self.home / POLICY).write_text(policy)

    @property
    def pins(self) -> Pins:
        """What a verifier has from elsewhere."""
        custodian = CustodianKey.of(Keys(self.home))
        return Pins(None, read((self.home / POLICY).read_bytes()), Key(custodian.id, ED25519, custodian.public_key))

    def maker(self, connection: psycopg.Connection[object]) -> Maker:
        return Maker(connection, Keys(self.home), lambda log: folder_of(self.home, {}, log))

    def made(self, name: str, holder: str = "L7") -> bytes:
        """Return an instruction's receipt."""
        with psycopg.connect(self.door_url, autocommit=True) as connection:
            return self.maker(connection).of_instruction(1, "P1", name, holder).content

    def months(self, month: str = "2026-03", holder: str = "L7") -> list[bytes]:
        """Return the statements of a holder's accounts."""
        with psycopg.connect(self.door_url, autocommit=True) as connection:
            return [one.content for one in self.maker(connection).of_month(1, "P1", holder, month)]

    def state(self) -> list[tuple[str, int]]:
        """State the months that are due; return them with how many accounts each has."""
        with psycopg.connect(self.door_url, autocommit=True) as connection:
            salts = SaltKeys(self.home)
            return [(of.month, months.state(connection, salts.of, of)) for of in months.due(connection)]


@pytest.fixture
def issuing(wheel_copy: str, home: Path) -> Iterator[Issuing]:
    """Books with nothing posted, and a home."""
    copied(wheel_copy, "logged", _make)
    yield Issuing(Books(wheel_copy), home)
