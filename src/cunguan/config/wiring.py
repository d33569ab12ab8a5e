"""Wiring (接线): what is on in this installation: where its data lies, its database, its roles, its banks.

Reads   the environment: CUNGUAN_HOME, DATABASE_URL, CUNGUAN_{PLANE,WEB,AUDIT,DOOR,LOG}_URL, CUNGUAN_BOOK_MB,
        CUNGUAN_PLANE_ADDRESS, CUNGUAN_ADDRESS, CUNGUAN_PORTAL_ADDRESS, CUNGUAN_BANK, CUNGUAN_TIME_ZONE,
        CUNGUAN_RECONCILE_ENGINE, CUNGUAN_TLS_{CERT,KEY,CA}, CUNGUAN_KEYS, CUNGUAN_CRYPTO, CUNGUAN_VERIFIER_URL,
        CUNGUAN_LIVENESS_{URL,KEY}, CUNGUAN_SCREENING_LISTS, CUNGUAN_IDENTITY_{CA,CERT,KEY},
        CUNGUAN_NOTICE_{URL,CA,CERT,KEY}
Shape   a value made once and handed to the doors; nothing below reads the environment
Source  design/house.md; design/lanes.md rule 18
"""

import re
from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from psycopg.conninfo import make_conninfo

from cunguan.channels.base import Channel
from cunguan.keys.installation import Keys
from cunguan.plane.sender import Gate
from cunguan.plane.tls import AddressWrong, Credentials, Remote, host_and_port
from cunguan.store import engines, roles
from cunguan.store.embedded.server import External, Server, home_from, resolve

BOOK_MB = 512


class Wiring(msgspec.Struct, frozen=True):
    """What the doors are given."""

    environ: Mapping[str, str]

    @property
    def home(self) -> Path:
        """The folder of this installation's data."""
        return home_from(self.environ)

    @property
    def book_bytes(self) -> int:
        """How much memory the facts of one lane may take."""
        return int(self.environ.get("CUNGUAN_BOOK_MB", str(BOOK_MB))) * 2**20

    @property
    def socket(self) -> Path:
        """Where the plane listens."""
        return self.home / "plane.sock"

    @property
    def plane(self) -> Path | Remote:
        """Where the first plane is reached: enough for who asks one thing; it hands on what belongs to another."""
        return self.planes[0]

    @property
    def planes(self) -> tuple[Path | Remote, ...]:
        """Where planes are reached: CUNGUAN_PLANE_ADDRESS (tls://host:port, or a path; several with commas), else in the home."""
        given = self.environ.get("CUNGUAN_PLANE_ADDRESS") or str(self.socket)
        return tuple(self.plane_at(address.strip()) for address in given.split(","))

    def plane_at(self, address: str, credentials: Credentials | None = None) -> Path | Remote:
        """Return how a plane is reached at an address; AddressWrong for plain TCP, and for TLS without credentials."""
        if "://" not in address:
            return Path(address)
        ours = credentials or self.credentials(None, None, None)
        if ours is None:
            raise AddressWrong(f"{address} needs CUNGUAN_TLS_CERT, CUNGUAN_TLS_KEY and CUNGUAN_TLS_CA")
        return Remote(*host_and_port(address), ours)

    def credentials(self, cert: Path | None, key: Path | None, ca: Path | None) -> Credentials | None:
        """Return the three files, from the environment where they are not given; None when one is missing."""
        names = {"CUNGUAN_TLS_CERT": cert, "CUNGUAN_TLS_KEY": key, "CUNGUAN_TLS_CA": ca}
        found = [str(given or self.environ.get(name) or "") for name, given in names.items()]
        return Credentials(*map(Path, found)) if all(found) else None

    @property
    def high_water(self) -> Path:
        """The folder of the marks that an older copy of a database cannot pass."""
        return self.home

    @property
    def sandbox_keys(self) -> Path:
        """The file of the sandbox clients' keys."""
        return self.home / "sandbox-keys"

    @property
    def keys(self) -> Keys:
        """Where the keys lie, CUNGUAN_KEYS, and by which profile is encrypted, CUNGUAN_CRYPTO (keys/installation.py)."""
        return Keys.read(self.home, self.environ)

    @property
    def log_files(self) -> Path:
        """The folder below which the logs' files lie: CUNGUAN_LOG_DIR, or `log` in the home."""
        return Path(self.environ.get("CUNGUAN_LOG_DIR") or self.home / "log")

    @property
    def address(self) -> str:
        """How the outside reaches the platforms' door, CUNGUAN_ADDRESS; "" where it is as it is heard."""
        return self.environ.get("CUNGUAN_ADDRESS", "")

    @property
    def portal(self) -> str:
        """How browsers reach the portals, CUNGUAN_PORTAL_ADDRESS; "" where the door serves no portal's clients."""
        return self.environ.get("CUNGUAN_PORTAL_ADDRESS", "")

    @property
    def zone(self) -> tzinfo:
        """The custodian's time zone, CUNGUAN_TIME_ZONE: +08:00 (as it is without it), or a name as Europe/London."""
        return zone_of(self.environ.get("CUNGUAN_TIME_ZONE", "+08:00"))

    @property
    def bank(self) -> str:
        """The address of the sandbox's demo bank, CUNGUAN_BANK; "" where there is none."""
        return self.environ.get("CUNGUAN_BANK", "")

    @property
    def identity(self) -> dict[str, str]:
        """What is said of the ports that say who somebody is."""
        return identity_ports(self.environ)

    @property
    def notices(self) -> dict[str, str]:
        """What is said of the message gateway, by the names of desks/notices/http_sender.py."""
        names = {name: f"CUNGUAN_NOTICE_{name.upper()}" for name in ("url", "ca", "cert", "key")}
        return {name: self.environ[variable] for name, variable in names.items() if self.environ.get(variable)}

    @property
    def engine(self) -> str:
        """What runs the matching of a reconciliation, CUNGUAN_RECONCILE_ENGINE: duckdb (as it is without it) or spark."""
        name = self.environ.get("CUNGUAN_RECONCILE_ENGINE") or engines.DUCKDB
        if name not in engines.NAMES:
            raise ValueError(f"CUNGUAN_RECONCILE_ENGINE is {name!r}: write one of {', '.join(engines.NAMES)}")
        return name

    @property
    def metrics_from(self) -> tuple[str, ...]:
        """The networks beside this host that may read /metrics: CUNGUAN_METRICS_FROM, with commas."""
        given = self.environ.get("CUNGUAN_METRICS_FROM", "")
        return tuple(network.strip() for network in given.split(",") if network.strip())

    def channels(self, lane: int) -> Mapping[str, Channel]:
        """Return a lane's lines to the banks that are on; the custodian's own lane has none."""
        if not lane:
            return {}
        from cunguan.doors.inbox.outgoing import lines  # the files' readers: loaded where there is a bank to tell

        return lines(lane, self.keys, self.bank, self.zone, lambda: self.door_url(self.database().start()))

    def gate(self, lane: int) -> Gate:
        """Return what says which of a lane's payments wait for the log."""
        from cunguan.doors.log.before_pay import gate  # loaded where a payment is carried

        return gate(lane, self.home, self.environ, self.zone, lambda: self.door_url(self.database().start()))

    def database(self) -> Server | External:
        """Return the database of this installation."""
        return resolve(self.home, self.environ)

    def plane_url(self, owner_url: str) -> str:
        """Return the URL the plane writes with; on the embedded database its own role."""
        return self._role_url("CUNGUAN_PLANE_URL", roles.PLANE, owner_url)

    def door_url(self, owner_url: str) -> str:
        """Return the URL the platform's door and the jobs use: it reads, and writes the doors' own tables."""
        return self._role_url("CUNGUAN_DOOR_URL", roles.DOOR, owner_url)

    def web_url(self, owner_url: str) -> str:
        """Return the URL the portals use: it reads behind the wall, and writes what is of people."""
        return self._role_url("CUNGUAN_WEB_URL", roles.WEB, owner_url)

    def audit_url(self, owner_url: str) -> str:
        """Return the URL that only reads."""
        return self._role_url("CUNGUAN_AUDIT_URL", roles.AUDIT, owner_url)

    def log_url(self, owner_url: str) -> str:
        """Return the URL of the sequencer: it reads what leaves are made of, and writes the log's tables."""
        return self._role_url("CUNGUAN_LOG_URL", roles.LOG, owner_url)

    def _role_url(self, variable: str, role: str, owner_url: str) -> str:
        given = self.environ.get(variable)
        if given:
            return given
        if self.environ.get("DATABASE_URL"):
            return owner_url  # one URL for everything: the roles are not separated, and production refuses that
        return make_conninfo(owner_url, user=role)


def zone_of(text: str) -> tzinfo:
    """Return a time zone by its offset or its name; a fixed offset needs no tables of the machine.

    >>> zone_of("-03:30").utcoffset(None).total_seconds()
    -12600.0
    """
    found = re.fullmatch(r"([+-])([01][0-9]):([0-5][0-9])", text)
    if found is not None:
        offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(-offset if found[1] == "-" else offset)
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as wrong:
        raise ValueError(
            f"CUNGUAN_TIME_ZONE is {text!r}: write an offset as +08:00, or a name this machine knows"
        ) from wrong


def identity_ports(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what is said of the ports of identity, by the names of desks/parties/ports."""
    names = {
        "verifier_url": "CUNGUAN_VERIFIER_URL", "liveness_url": "CUNGUAN_LIVENESS_URL", "liveness_key": "CUNGUAN_LIVENESS_KEY",
        "screening_lists": "CUNGUAN_SCREENING_LISTS", "ca": "CUNGUAN_IDENTITY_CA", "cert": "CUNGUAN_IDENTITY_CERT",
        "key": "CUNGUAN_IDENTITY_KEY",
    }  # fmt: skip
    return {name: environ[variable] for name, variable in names.items() if environ.get(variable)}
