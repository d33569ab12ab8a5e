"""Context: what the platform's door works with; made once a process by config, handed to every handler.

Shape   asks: the plane; pool: PostgreSQL by the role `door`; clock; whether this installation is a sandbox
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any, Protocol

import msgspec
from psycopg_pool import AsyncConnectionPool

from cunguan.desks.notices.sending import Sender
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.keys.installation import Keys
from cunguan.store.engines import DUCKDB
from cunguan.store.log.folder import Folder

#: where CUNGUAN_TIME_ZONE says nothing else
ZONE = timezone(timedelta(hours=8))


class Asks(Protocol):
    """The plane, as a door sees it (plane/asking.py)."""

    async def ask(self, lane: int, instruction: Instruction) -> Answer:
        """Hand in one instruction and wait for its answer."""

    async def ask_all(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand in instructions, each decided for itself; answers in their order."""

    async def is_answered(self) -> bool:
        """Return whether a plane is there."""

    async def ask_atomic(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand in instructions of which all are done or none."""


class Clock:
    """The wall clock."""

    def now(self) -> datetime:
        """Return the instant."""
        return datetime.now(UTC)


class Context(msgspec.Struct, frozen=True):
    """What handlers are given.

    address  how the outside reaches this door, e.g. https://custodian.example: pages and links begin with it
    home     the folder of this installation's data: sandbox keys, the signing key
    bank     the address of the sandbox's demo bank, "" where there is none
    zone     the custodian's time zone: noon is noon there
    engine   what runs the matching of a reconciliation: a name of store/engines
    proxies  the networks of proxies whose X-Forwarded-For is believed
    held     where the keys lie; without it in files of the home (keys)
    log_files  where the logs' files lie; without it below the home (log_folder)
    portal   how browsers reach the portals, where clients confirm; "" where there are none
    sender   what notices go out by; None where no gateway is named
    metrics_from  the networks beside this host that may read /metrics
    """

    asks: Asks
    pool: AsyncConnectionPool[Any]
    address: str
    home: Path
    is_sandbox: bool
    clock: Clock = Clock()
    bank: str = ""
    zone: tzinfo = ZONE
    metrics_from: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    engine: str = DUCKDB
    held: Keys | None = None
    log_files: Path | None = None
    portal: str = ""
    sender: Sender | None = None

    def log_folder(self, log: int) -> Folder:
        """Return the files of a log, by its number."""
        return Folder((self.log_files or self.home / "log") / str(log))

    @property
    def keys(self) -> Keys:
        """Where the keys lie."""
        return self.held or Keys(self.home)
