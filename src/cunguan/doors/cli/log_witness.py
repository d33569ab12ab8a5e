"""`cunguan log witness` (见证人): cosign the checkpoints of a log, as platform, regulator or auditor; without any way into the books.

When    whoever does not want to believe the custodian runs it, on a machine of his own; in a sandbox `cunguan up` runs three in one process
Does    --init makes a key and an empty memory in a folder of its own; then it answers add-checkpoint, and keeps what a log should not have
        signed. `evidence` shows that, and writes each fork as a proof that anybody can check; `key` prints what others trust it by
Returns 0 after SIGTERM or Ctrl-C, or shown and nothing is held against the log · 1 something is held against it; its folder or its port
        cannot be used · 2 wrong usage
Source  C2SP tlog-witness; docs/witnesses.md; ADR 0038
"""

import argparse
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cunguan.doors.api.listen import Listen, ListenWrong, check
from cunguan.doors.telemetry import logs
from cunguan.doors.witness import sandbox
from cunguan.doors.witness.memory import FORKED, Evidence, HomeWrong, Memory, begin
from cunguan.doors.witness.server import WitnessServer
from cunguan.kernel.canonical import canonical_json
from cunguan.transparency import fraud
from cunguan.transparency import note as notes
from cunguan.transparency.checkpoint import read
from cunguan.transparency.note import ED25519, Key, NoteWrong

PORT: Final = 8450


def add_to(acts: Any) -> None:
    """Register `log witness`."""
    verb = acts.add_parser(
        "witness", help="cosign a log's checkpoints: an independent service with its own key and memory"
    )
    verb.add_argument(
        "act",
        nargs="?",
        choices=("run", "key", "evidence"),
        default="run",
        help="run it (as it is without); show its key, or its evidence",
    )
    verb.add_argument("--home", type=Path, metavar="DIR", help="the folder of this witness: its key and its memory")
    verb.add_argument(
        "--log",
        nargs="+",
        default=[],
        type=_log,
        metavar="VKEY",
        help="the keys of the logs it witnesses: `cunguan log key` prints them, several while one is replaced",
    )
    verb.add_argument(
        "--listen",
        type=_place,
        default=("127.0.0.1", PORT),
        metavar="HOST:PORT",
        help=f"where it is heard (127.0.0.1:{PORT}); beyond loopback by TLS alone",
    )
    verb.add_argument("--init", action="store_true", help="make the witness first: a new key, an empty memory")
    verb.add_argument(
        "--name", default="", help="with --init: its name, best an address without a scheme: witness.example/1"
    )
    for name, says in (
        ("cert", "its certificate"),
        ("key", "the certificate's key"),
        ("client-ca", "the authority of the callers' certificates, for --mutual"),
    ):
        verb.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"{says}, PEM")
    verb.add_argument("--mutual", action="store_true", help="only who shows a certificate of --client-ca is heard")
    verb.add_argument(
        "--sandbox", action="store_true", help="play platform, regulator and auditor of this installation's sandbox"
    )
    verb.add_argument(
        "--out", type=Path, metavar="DIR", help="with evidence: write each fork as a proof into this folder"
    )
    verb.add_argument("--json", action="store_true", help="print one JSON value")
    verb.set_defaults(run=run)


def _log(text: str) -> Key:
    try:
        key = Key.parse(text)
    except NoteWrong as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    if key.algorithm != ED25519:
        raise argparse.ArgumentTypeError(f"{key.name}: a log's key is of type 01 (Ed25519)")
    return key


def _place(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Do what is asked of a witness."""
    if arguments.home is None and not arguments.sandbox:
        return _say("give the folder of this witness: --home DIR", 2)
    try:
        if arguments.act != "run":
            return _shown(arguments)
        return _run(arguments, wiring)
    except (HomeWrong, PermissionError, sandbox.NotYet) as wrong:
        return _say(str(wrong), 1)
    except ListenWrong as wrong:
        return _say(str(wrong), 2)


# ── running ──────────────────────────────────────────────────────────────────
def _run(arguments: argparse.Namespace, wiring: Any) -> int:
    logs.set_up("witness", wiring.environ)
    host, port = arguments.listen
    listen = Listen(host, port, arguments.cert, arguments.key, arguments.client_ca, arguments.mutual)
    check(listen)
    if not arguments.log:
        return _say(
            "say which logs it witnesses: --log VKEY…; the log's keeper tells it, and so should somebody else", 2
        )
    if arguments.init:
        begin(arguments.home, arguments.name)
    witnesses = (
        sandbox.witnesses(wiring.home, arguments.log)
        if arguments.sandbox
        else {"": Memory(arguments.home, arguments.log)}
    )
    try:
        server = WitnessServer(listen, witnesses)
    except OSError as wrong:
        return _say(
            f"port {listen.port} of {listen.host} cannot be had: {wrong.strerror}; give another with --listen", 1
        )
    if arguments.sandbox:
        sandbox.tell(wiring.home, server.address, arguments.log, witnesses)
    return _serve(server, witnesses)


def _serve(server: WitnessServer, witnesses: Mapping[str, Memory]) -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    logs.announce(f"witnessing at {server.address}: {', '.join(one.key.text() for one in witnesses.values())}")
    server.serve_forever(poll_interval=0.1)
    for one in witnesses.values():  # what is being judged is judged
        one.close()
    return 0


# ── looking ──────────────────────────────────────────────────────────────────
def _shown(arguments: argparse.Namespace) -> int:
    memory = Memory(arguments.home)
    try:
        if arguments.act == "key":
            print(canonical_json(memory.seen()).decode() if arguments.json else memory.key.text())
            return 0
        found = memory.evidence()
    finally:
        memory.close()
    if arguments.json:
        print(canonical_json(found).decode())
    else:
        print("\n\n".join(map(_lines, found)) or "nothing is held against any log")
    for one in found if arguments.out is not None else []:
        if one.kind == FORKED:
            arguments.out.mkdir(parents=True, exist_ok=True)
            (arguments.out / f"fork-{one.number}.json").write_bytes(_proof(one).write())
    return 1 if found else 0


def _lines(one: Evidence) -> str:
    return f"{one.number}  {one.at}  {one.kind}  {one.origin}: {one.why}\nit signed\n{one.note}\nbeside what was cosigned\n{one.held_note}"


def _proof(one: Evidence) -> fraud.Fraud:
    held, signed = (notes.parse(text.encode()) for text in (one.held_note, one.note))
    found = fraud.between(Key.parse(one.log), (held, read(held.text)), (signed, read(signed.text)), b"", [])
    assert found is not None, "two roots of one size"
    return found


def _say(what: str, code: int) -> int:
    print(f"cunguan log witness: {what}", file=sys.stderr)
    return code
