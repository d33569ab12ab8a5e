"""Sharing (通道分担): which lanes a plane takes by itself where several planes share those of one installation.

When    `cunguan plane --among I/N`; a thread of its own, so that nothing a bank or another plane does can hold it up
Does    takes the lanes that begin here (lane modulo N = I - 1) when nobody has them, and any lane whose owner is gone: his
        lease ran out, or he gave it back; who comes back does not fight for what another has by now
Source  design/lanes.md rules 3, 7; ADR 0026
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec
import psycopg

from cunguan.plane.remote import address_of

log = logging.getLogger(__name__)

ROUND_SECONDS = 0.25
#: how long after its start a plane leaves a lane that nobody has had since to the plane it begins at, which may be starting too
SHY_SECONDS = 10.0
#: after PostgreSQL was away all leases may have run out while their owners live: they come first
BLIND_SECONDS = 3.0
SLOW_SECONDS = 1.0
#: a lane that could not be opened here is left to others for a while
REST_SECONDS = 5.0
TAKERS = 4


class Share(msgspec.Struct, frozen=True):
    """This plane's place among the planes of an installation."""

    place: int
    count: int

    def begins_here(self, lane: int) -> bool:
        """Return whether a lane begins at this plane.

        >>> [lane for lane in range(7) if Share(1, 3).begins_here(lane)]
        [1, 4]
        """
        return lane % self.count == self.place


class Place(msgspec.Struct, frozen=True):
    """Where a lane is: its owner, empty when nobody has it."""

    lane: int
    owner: str


class Sharing:
    """Looks where the lanes are, round by round, and takes what is to be taken.

    read   where all lanes are now
    mine   the lanes that run here
    take   opens a lane here; raises when it cannot be
    """

    def __init__(
        self,
        share: Share,
        read: Callable[[], Sequence[Place]],
        mine: Callable[[], set[int]],
        take: Callable[[int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._share, self._read, self._mine, self._take, self._clock = share, read, mine, take, clock
        self.addresses: dict[int, str] = {}
        self._seen: set[int] = set()  # lanes that somebody has had since our start
        self._shy_until = clock() + SHY_SECONDS
        self._rest_until: dict[int, float] = {}
        self._blind_until = 0.0
        self._stopping = threading.Event()

    def start(self) -> None:
        """Take what is to be taken now, and go on looking."""
        self.round()
        self._thread = threading.Thread(target=self._run, name="plane-lanes", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take nothing more."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(ROUND_SECONDS):
            try:
                self.round()
            except Exception:
                log.exception("lanes are looked for again in the next round")

    def round(self) -> None:
        """Look once."""
        now = self._clock()
        try:
            places = self._read()
        except psycopg.OperationalError as error:
            log.warning("lanes are not looked for: %s", error)
            self._blind_until = now + BLIND_SECONDS
            return
        if self._clock() - now > SLOW_SECONDS:
            self._blind_until = now + BLIND_SECONDS
        self.addresses = {one.lane: address_of(one.owner) for one in places}
        wanted = self.wanted(places, now)
        if wanted and not self._stopping.is_set():
            with ThreadPoolExecutor(TAKERS, "plane-take") as takers:
                list(takers.map(lambda lane: self._try(lane, now), wanted))

    def wanted(self, places: Sequence[Place], now: float) -> list[int]:
        """Return the lanes to take now."""
        self._seen |= {one.lane for one in places if one.owner}
        if now < self._blind_until:
            return []
        mine = self._mine()
        free = [one.lane for one in places if not one.owner and one.lane not in mine]
        return [lane for lane in free if self._rest_until.get(lane, 0.0) <= now and self._is_ours(lane, now)]

    def _is_ours(self, lane: int, now: float) -> bool:
        return self._share.begins_here(lane) or lane in self._seen or now >= self._shy_until

    def _try(self, lane: int, now: float) -> None:
        try:
            self._take(lane)
        except Exception as error:
            log.warning("lane %s is not taken: %s: %s", lane, type(error).__name__, error)
            self._rest_until[lane] = now + REST_SECONDS
