"""A log that this program has written is read by an implementation that is not ours: Go's checksum database.

The program is tests/conformance/sumdb/verify.go, built with Debian's golang-golang-x-mod-dev. Without Go, or without that package, the
tests are skipped and say so; with CUNGUAN_REQUIRE_GO they fail.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cunguan.doors.log.process import Ground, once
from cunguan.keys.log_key import log_signers
from cunguan.keys.note_keys import Cosigner, ProviderSigner
from cunguan.keys.providers import base
from cunguan.keys.software import new_secret, software_key
from cunguan.store.log import origins
from cunguan.store.log.folder import Folder
from cunguan.transparency.note import ECDSA_P256, ML_DSA_44, OTHER, Note
from tests.doors.log.books import SOME, commit
from tests.doors.log.copied_log import LOG, WITNESSES, ServedLog

SOURCE = Path(__file__).parents[2] / "conformance/sumdb/verify.go"
PACKAGES = Path("/usr/share/gocode")


def build(go: str, into: Path) -> None:
    """Build the program from Debian's sources, without a network; what is compiled of Go itself is kept between runs."""
    cache = Path(tempfile.gettempdir()) / f"cunguan-go-{os.getuid()}"
    cache.mkdir(mode=0o700, exist_ok=True)
    ways = {"GO111MODULE": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOPATH": str(PACKAGES), "GOCACHE": str(cache)}
    built = subprocess.run(
        [go, "build", "-o", str(into), SOURCE.name],
        cwd=SOURCE.parent,
        env={**os.environ, **ways},
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    go = shutil.which("go")
    missing = "Go is not installed" if go is None else ""
    if go is not None and not (PACKAGES / "src/golang.org/x/mod/sumdb").is_dir():
        missing = "golang-golang-x-mod-dev is not installed"
    if missing and os.environ.get("CUNGUAN_REQUIRE_GO"):
        pytest.fail(missing)
    if go is None or missing:
        pytest.skip(missing)
    into = tmp_path_factory.mktemp("sumdb") / "verify"
    build(go, into)
    return into


def says(program: Path, folder: Path, *keys: str, old: tuple[Path, ...] = ()) -> Any:
    """Return what the program says of a log: its figures, or the line in which it refuses it."""
    olds = [word for one in old for word in ("-old", str(one))]
    said = subprocess.run([str(program), *olds, str(folder), *keys], capture_output=True, text=True)
    return json.loads(said.stdout) if said.returncode == 0 else said.stderr.strip()


def write(path: Path, log: ServedLog) -> Path:
    for name, content in log.items():
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return path


def test_the_log_of_the_application_is_read(program: Path, books: str, ground: Ground, tmp_path: Path) -> None:
    commit(books, 1, *SOME)
    commit(books, 0, *["i"] * 30)
    once(ground)
    with psycopg.connect(ground.url) as connection:
        origin = origins.opened(connection)
    assert origin is not None
    folder, key = ground.folder(origin), log_signers(ground.home, origin.origin, {})[0].key
    older = tmp_path / "older"
    older.write_bytes(folder.fetch("checkpoint"))
    for _ in range(3):
        commit(books, 1, *["i"] * 200)
        once(ground)
    note = folder.checkpoint()
    assert note is not None
    witness = Cosigner("witness.example/regulator", bytes([7] * 32))
    folder.publish(note.plus([witness.sign(note.text)]))
    assert says(program, folder.path, key.text(), witness.key.text(), old=(older,)) == {
        "origin": origin.origin, "size": 634, "signatures": 2, "ignored": 0, "entries": 634, "inclusions": 159, "consistency": 9,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("size", "inclusions", "consistency"),
    [(0, 0, 0), (1, 1, 2), (255, 128, 6), (256, 128, 7), (257, 129, 8), (70_000, 200, 8)],
)
def test_a_log_of_any_size_is_read(program: Path, tmp_path: Path, size: int, inclusions: int, consistency: int) -> None:
    log = ServedLog().to(size).sign(*WITNESSES)
    said = says(program, write(tmp_path, log), LOG.key.text(), *(one.key.text() for one in WITNESSES))
    assert said == {
        "origin": "example.com/log", "size": size, "signatures": 4, "ignored": 0,
        "entries": size, "inclusions": inclusions, "consistency": consistency,
    }  # fmt: skip


def test_signatures_of_other_algorithms_do_not_disturb(program: Path, tmp_path: Path) -> None:
    folder = Folder(write(tmp_path, ServedLog().to(300)))
    note = folder.checkpoint()
    assert note is not None
    types = {ECDSA_P256: base.P256, ML_DSA_44: base.ML_DSA_44, OTHER: base.SM2}
    further = [ProviderSigner(LOG.key.name, type, software_key(name, new_secret(name))) for type, name in types.items()]
    folder.publish(note.plus(one.sign(note.text) for one in further))
    assert says(program, tmp_path, LOG.key.text())["ignored"] == 3


def spoiled(log: ServedLog, how: str) -> ServedLog:
    match how:
        case "entry":
            log["tile/entries/000"] = log["tile/entries/000"].replace(b"true 17", b"trUe 17")
        case "tile":
            log["tile/0/000"] = log["tile/0/000"][:32] + bytes(32) + log["tile/0/000"][64:]
        case "size":
            log["checkpoint"] = log["checkpoint"].replace(b"300", b"299")
        case "root":
            log.sign(WITNESSES[0], root=bytes(32))
        case "witness":
            text = Note(log["checkpoint"].decode().split("\n\n")[0] + "\n", ()).text
            log.sign()
            log["checkpoint"] += WITNESSES[0].sign(text.replace("300", "200")).line().encode()
    return log


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("entry", "the entries have the root"),
        ("tile", "tile/8/0/000 is not the tile of the entries"),
        ("size", "invalid signature"),
        ("root", "downloaded inconsistent tile"),
        ("witness", "invalid signature"),
    ],
)
def test_a_log_that_was_changed_is_refused_by_others_too(program: Path, tmp_path: Path, how: str, told: str) -> None:
    log = spoiled(ServedLog().to(300).sign(WITNESSES[0]), how)
    assert told in says(program, write(tmp_path, log), LOG.key.text(), WITNESSES[0].key.text())


def test_a_log_that_did_not_grow_from_its_older_checkpoint_is_refused_by_others_too(
    program: Path, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    older.write_bytes(ServedLog().to(200, "false")["checkpoint"])
    folder = write(tmp_path / "log", ServedLog().to(300))
    assert says(program, folder, LOG.key.text(), old=(older,)).startswith("from size 200: ")


def test_a_witness_that_did_not_cosign_is_missed(program: Path, tmp_path: Path) -> None:
    folder = write(tmp_path, ServedLog().to(3).sign(WITNESSES[0]))
    keys = [LOG.key.text(), *(one.key.text() for one in WITNESSES[:2])]
    assert says(program, folder, *keys) == "2 of 3 keys have signed"
