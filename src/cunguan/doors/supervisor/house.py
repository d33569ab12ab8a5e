"""House (全套进程): which processes make an installation, where each is met, and how one sees that it works.

Reads   what `cunguan up` was asked for; ports that are free
Shape   Places: addresses; specs(): planes, door, portals, jobs, the log's sequencer, and in a sandbox the bank and three witnesses
Errors  PortTaken: somebody else is heard there
"""

import socket
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final
from urllib.request import ProxyHandler, build_opener

import msgspec

from cunguan.doors.supervisor.child import Spec
from cunguan.plane.client import Client

HOST: Final = "127.0.0.1"
ASK_SECONDS: Final = 2.0
#: in this order they stop
WEB, DOOR, JOBS, PLANE, LOG, WITNESS, BANK = range(7)

_open = build_opener(ProxyHandler({})).open  # this host's own processes are not behind a proxy


class PortTaken(RuntimeError):
    """A port cannot be had; the message says what to do."""


class Asked(msgspec.Struct, frozen=True):
    """What is wanted."""

    planes: int
    workers: int
    port: int
    is_production: bool


class Places(msgspec.Struct, frozen=True):
    """Where everybody is met; `bank` and `witnesses` are empty where there are none. `web` names localhost: a passkey is made
    for a name, never for a number."""

    door: str
    bank: str
    sockets: tuple[Path, ...]
    witnesses: str = ""
    web: str = ""


def places(asked: Asked, home: Path) -> Places:
    """Choose where everybody is met; 0 takes any port that is free."""
    port = _free(asked.port)
    bank, witnesses = ("" if asked.is_production else _next(asked, place) for place in (1, 2))
    sockets = ("plane.sock", *(f"plane-{number}.sock" for number in range(2, asked.planes + 1)))
    web = _next(asked, 3).replace(HOST, "localhost")
    return Places(f"http://{HOST}:{port}", bank, tuple(home / name for name in sockets), witnesses, web)


def _next(asked: Asked, place: int) -> str:
    """Return the address of the sandbox's n-th other process: the ports after the door's."""
    return f"http://{HOST}:{_free(asked.port + place if asked.port else 0)}"


def _free(port: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what ended just now does not count
        try:
            probe.bind((HOST, port))
        except OSError as wrong:
            raise PortTaken(
                f"port {port} of {HOST} cannot be had ({wrong.strerror}): give another with --port"
            ) from None
        return int(probe.getsockname()[1])


def specs(asked: Asked, at: Places, log_keys: Sequence[str] = ()) -> list[Spec]:
    """Return what is started; `log_keys`: whose checkpoints the sandbox's witnesses cosign."""
    production = ["--production"] if asked.is_production else []
    found = [_plane(asked, at, number, production) for number in range(asked.planes)]
    if at.bank:
        found.append(_bank(at))
    port = at.door.rpartition(":")[2]
    serve = [*_cunguan("serve"), "--host", HOST, "--port", port, "--workers", str(asked.workers), *production]
    found.append(Spec("door", serve, DOOR, 15.0, at.door, works=partial(answers, f"{at.door}/healthz")))
    web = [*_cunguan("web"), "--port", at.web.rpartition(":")[2], "--address", at.web, *production]
    found.append(Spec("web", web, WEB, 15.0, at.web, works=partial(answers, f"{at.web}/healthz")))
    found.append(Spec("jobs", [*_cunguan("jobs"), *production], JOBS, 25.0))
    found.append(Spec("log", [*_cunguan("log", "sequence"), *production], LOG, 15.0))
    if at.witnesses:
        found.append(_witnesses(at, log_keys))
    return found


def _plane(asked: Asked, at: Places, number: int, production: list[str]) -> Spec:
    path = at.sockets[number]
    argv = [*_cunguan("plane"), "--socket", str(path), *production]
    name = "plane"
    if asked.planes > 1:
        name = f"plane-{number + 1}"
        argv += ["--among", f"{number + 1}/{asked.planes}"]
    return Spec(name, argv, PLANE, 30.0, str(path), works=partial(is_heard, path))


def _bank(at: Places) -> Spec:
    argv = [*_cunguan("demobank"), "--port", at.bank.rpartition(":")[2]]
    return Spec("demobank", argv, BANK, 5.0, at.bank, works=partial(answers, f"{at.bank}/healthz"))


def _witnesses(at: Places, log_keys: Sequence[str]) -> Spec:
    where = at.witnesses.removeprefix("http://")
    argv = [*_cunguan("log", "witness", "--sandbox"), "--listen", where, "--log", *log_keys]
    return Spec(
        "witnesses", argv, WITNESS, 5.0, at.witnesses, works=partial(answers, f"{at.witnesses}/platform/healthz")
    )


def environ(
    at: Places, wiring: Mapping[str, str], owner_url: str, urls: Mapping[str, str], metrics: Path
) -> dict[str, str]:
    """Return what the processes are told: the database that runs, by each role; where everybody is met."""
    return {
        **wiring, **urls, "DATABASE_URL": owner_url, "CUNGUAN_BANK": at.bank, "CUNGUAN_ADDRESS": at.door,
        "CUNGUAN_PORTAL_ADDRESS": at.web,
        "CUNGUAN_PLANE_ADDRESS": ",".join(map(str, at.sockets)), "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


def _cunguan(*verb: str) -> list[str]:
    return [sys.executable, "-m", "cunguan.config.main", *verb]


def answers(url: str, seconds: float = ASK_SECONDS) -> bool:
    """Return whether a page answers well."""
    try:
        with _open(url, timeout=seconds) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def is_heard(path: Path) -> bool:
    """Return whether a plane answers at its socket."""
    if not path.exists():
        return False
    client = Client(path, patience_seconds=0)
    try:
        client.submit([]).result(ASK_SECONDS)  # one that hears and is silent must not hold the supervisor up
        return client.is_answered()
    except TimeoutError:
        return False
    finally:
        client.close()
