"""Figures (公示数据): what everybody may know of the money that is held, read at most once a minute.

When    the public page is asked for
Reads   three functions of the database that give sums by currency, verdicts and commitments (store/schema/0030_public.sql):
        whoever reads here sees no platform's figures, for there are none in what comes back; the log's newest checkpoint,
        which is public; the policy file, which says who witnesses
Returns Figures, as of `at`
Source  issue "People" 8; ADR 0052
"""

from datetime import date, datetime
from typing import Any, Final

import msgspec
from django.core.cache import cache
from django.db import connection

from cunguan.doors.log.standing import witnesses
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import row, rows, typed
from cunguan.keys.note_keys import check
from cunguan.transparency import note

SECONDS: Final = 60


class Held(msgspec.Struct, frozen=True):
    """What is held of one currency; `unstated`: bank accounts without a statement of the day; all amounts in minor units."""

    currency: str
    pools: int
    since: date
    upto: date
    clients_minor: int
    owed_minor: int
    cash_minor: int
    bank_minor: int
    unstated: int

    @property
    def others_minor(self) -> int:
        """What is owed to others than clients: platforms, partners, what is in suspense."""
        return self.owed_minor - self.clients_minor

    @property
    def cover(self) -> str:
        """Return the cash in hundredths of what is owed, rounded down: 99.99 is not 100.

        >>> Held("CNY", 1, date.min, date.min, 1, 30000, 29999, 0, 0).cover
        '99.99'
        """
        if self.owed_minor <= 0:
            return "100.00"
        parts = self.cash_minor * 10_000 // self.owed_minor
        return f"{parts // 100}.{parts % 100:02d}"

    @property
    def is_covered(self) -> bool:
        """Whether the cash is there."""
        return self.cash_minor >= self.owed_minor


class Reconciled(msgspec.Struct, frozen=True):
    """When a pool was last reconciled."""

    platform: str
    pool: str
    currency: str
    business_date: date
    made_at: datetime
    verdict: str


class Checkpoint(msgspec.Struct, frozen=True):
    """The log's newest checkpoint: its text as it was signed; witnesses of the policy, those who have cosigned it first."""

    size: int
    at: datetime
    text: str
    cosigners: tuple[str, ...]
    missing: tuple[str, ...]


class Figures(msgspec.Struct, frozen=True):
    """All of it."""

    at: datetime
    held: list[Held]
    reconciled: list[Reconciled]
    checkpoint: Checkpoint | None
    snapshots: list[dict[str, Any]]


def figures() -> Figures:
    """Return the figures, those of the last minute where they were read in it."""
    at = connection.settings_dict
    kept: Figures = cache.get_or_set(f"public:{at['HOST']}:{at['PORT']}:{at['NAME']}", _read, SECONDS)
    return kept


def _read() -> Figures:
    return Figures(
        house().context.clock.now(), typed(Held, "public_held", {}), typed(Reconciled, "public_reconciled", {}), _checkpoint(),
        rows("public_snapshots", {}),
    )  # fmt: skip


def _checkpoint() -> Checkpoint | None:
    found = row("log_checkpoint_published", {})
    if found is None:
        return None
    signed, said = note.parse(bytes(found["note"])), witnesses(house().places.home)
    cosigners = tuple(said.cosigners(signed, check)) if said else ()
    missing = tuple(name for name in said.witnesses if name not in cosigners) if said else ()
    return Checkpoint(found["size"], found["at"], bytes(found["note"]).decode(), cosigners, missing)
