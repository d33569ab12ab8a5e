"""Anchors, stamped by a real authority (openssl ts) behind a loopback server: what is believed, what is not, and where it is kept."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli.main import main
from cunguan.doors.jobs import anchors as job
from cunguan.doors.log import anchors
from cunguan.doors.log.process import Ground, once
from cunguan.store import roles
from tests.doors.log.books import SOME, commit
from tests.doors.witness.house import closed_port, heard
from tests.plane.harness import as_role

pytest.importorskip("rfc3161_client", reason="the extra `tsa` is not installed")
if shutil.which("openssl") is None:
    pytest.skip("there is no openssl, which plays the authority", allow_module_level=True)

#: without `certs`: the certificates it would add are not sorted as the strict reader of tokens wants them
SETTINGS = """
[req]
distinguished_name = name
x509_extensions = root
prompt = no
[name]
CN = Test root
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamp]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = config
[config]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *argv: str) -> None:
    """Run one of its commands in the authority's folder."""
    environ = {**os.environ, "OPENSSL_CONF": "ts.cnf"}
    subprocess.run(["openssl", *argv], cwd=folder, check=True, capture_output=True, timeout=60, env=environ)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a root and an authority below it."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "ts.cnf").write_text(SETTINGS)
    (folder / "serial").write_text("01\n")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl(
        folder, "req", "-x509", *curve, "-keyout", "root.key", "-out", "root.pem", "-days", "2", "-config", "ts.cnf"
    )
    openssl(
        folder,
        "req",
        *curve,
        "-keyout",
        "tsa.key",
        "-out",
        "tsa.csr",
        "-subj",
        "/CN=Test authority",
        "-config",
        "ts.cnf",
    )
    openssl(
        folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-out", "tsa.pem",
        "-days", "2", "-extfile", "ts.cnf", "-extensions", "stamp",
    )  # fmt: skip
    return folder


def answer(folder: Path, request: bytes) -> bytes:
    """Let the authority answer a request."""
    (folder / "asked.tsq").write_bytes(request)
    openssl(folder, "ts", "-reply", "-queryfile", "asked.tsq", "-config", "ts.cnf", "-out", "answer.tsr")
    return (folder / "answer.tsr").read_bytes()


class _Authority(BaseHTTPRequestHandler):
    """Answers at /; at /old with what it answered first; at /away not at all."""

    folder: Path
    first = b""

    def do_POST(self) -> None:
        request = self.rfile.read(int(self.headers["Content-Length"]))
        content = _Authority.first if self.path == "/old" and _Authority.first else answer(self.folder, request)
        _Authority.first = _Authority.first or content
        self.send_response(503 if self.path == "/away" else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(authority: Path) -> Iterator[str]:
    _Authority.folder, _Authority.first = authority, b""
    with heard(ThreadingHTTPServer(("127.0.0.1", 0), _Authority)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"


NOTE = b"log.example/1\n1\nAAAA\n\n"


@pytest.fixture(scope="module")
def stamped(authority: Path) -> tuple[bytes, int]:
    """A stamp of NOTE, and the nonce of its request."""
    request = anchors.question(NOTE)
    return answer(authority, request.as_bytes()), request.nonce


def test_a_stamp_of_the_note_below_a_root_that_is_believed_holds(authority: Path, stamped: tuple[bytes, int]) -> None:
    token, nonce = stamped
    stamp = anchors.verify(token, NOTE, anchors.roots(authority / "root.pem"), nonce)
    assert abs((stamp.at - datetime.now(UTC)).total_seconds()) < 3600


def test_other_data_are_refused(authority: Path, stamped: tuple[bytes, int]) -> None:
    with pytest.raises(anchors.AnchorWrong, match="Mismatch between messages"):
        anchors.verify(stamped[0], NOTE + b"x", anchors.roots(authority / "root.pem"), stamped[1])


def test_the_answer_to_another_question_is_refused(authority: Path, stamped: tuple[bytes, int]) -> None:
    with pytest.raises(anchors.AnchorWrong, match="Nonce mismatch"):
        anchors.verify(stamped[0], NOTE, anchors.roots(authority / "root.pem"), stamped[1] + 1)


def test_an_authority_below_another_root_is_refused(authority: Path, stamped: tuple[bytes, int]) -> None:
    new = ("req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "other.key", "-out", "other.pem")
    openssl(authority, *new, "-days", "2", "-config", "ts.cnf")
    with pytest.raises(anchors.AnchorWrong, match="the stamp is not believed"):
        anchors.verify(stamped[0], NOTE, anchors.roots(authority / "other.pem"), stamped[1])


@pytest.mark.parametrize("place", [10, 100, -10], ids=str)
def test_a_token_with_a_changed_byte_is_refused(authority: Path, stamped: tuple[bytes, int], place: int) -> None:
    token = bytearray(stamped[0])
    token[place] ^= 1
    with pytest.raises(anchors.AnchorWrong):
        anchors.verify(bytes(token), NOTE, anchors.roots(authority / "root.pem"), stamped[1])


def test_roots_that_are_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(anchors.AnchorWrong, match="is not there: write the authorities' root certificates"):
        anchors.roots(tmp_path / "none.pem")
    (tmp_path / "bad.pem").write_text("hello")
    with pytest.raises(anchors.AnchorWrong, match="holds no certificates"):
        anchors.roots(tmp_path / "bad.pem")


def verb(ground: Ground, books: str, *argv: str) -> int:
    return main(
        ["log", "anchor", *argv], Wiring({"CUNGUAN_HOME": str(ground.home), "DATABASE_URL": as_role(books, roles.DOOR)})
    )


def test_the_newest_checkpoint_is_stamped_kept_laid_out_and_verified(
    books: str, ground: Ground, authority: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verb(ground, books, "--url", address, "--roots", str(authority / "root.pem")) == 1
    assert "the log has no checkpoint yet" in capsys.readouterr().err
    commit(books, 1, *SOME)
    once(ground)
    # by the hourly job, once an authority
    (ground.home / anchors.ADDRESSES).write_text(
        f"# ours\n{address}/\n{address}/away\nhttp://127.0.0.1:{closed_port()}/\n"
    )
    (ground.home / anchors.ROOTS).write_bytes((authority / "root.pem").read_bytes())
    for _ in range(2):
        job.stamp(as_role(books, roles.DOOR), ground.home, datetime.now(UTC))
    # by hand: a second authority, whose answer is an old one
    assert verb(ground, books, "--url", f"{address}/old") == 1
    assert "Nonce mismatch" in capsys.readouterr().err
    # by a machine that is on the network, while this one is not
    assert verb(ground, books, "request", "--out", str(ground.home / "q.tsq")) == 0
    (ground.home / "a.tsr").write_bytes(answer(authority, (ground.home / "q.tsq").read_bytes()))
    brought = (
        "--file",
        str(ground.home / "a.tsr"),
        "--note",
        str(ground.home / "q.tsq.note"),
        "--url",
        "https://carried.example/",
    )
    assert verb(ground, books, *brought) == 0
    assert verb(ground, books, *brought) == 1
    assert "has stamped size 4 already" in capsys.readouterr().err
    assert verb(ground, books, "verify", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["authority"], one["size"], one["why"]) for one in told] == [
        (f"{address}/", 4, ""),
        ("https://carried.example/", 4, ""),
    ]
    assert len(list((ground.home / "log" / "1" / "anchors").glob("4.*.tsr"))) == 2
    # a stamp that somebody changed
    with psycopg.connect(books, autocommit=True) as owner:
        owner.execute("ALTER TABLE log_anchor DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE log_anchor SET stamped_at = stamped_at - interval '1 day' WHERE authority LIKE '%carried%'"
        )
    assert verb(ground, books, "verify") == 1
    assert "the token says" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ((), "no authority is named"),
        (("request",), "request writes to --out FILE"),
        (("--out", "x"), "request writes to --out FILE"),
        (("--file", "x"), "give both"),
        (("--file", "x", "--note", "y"), "say whose by --url"),
    ],
)  # fmt: skip
def test_says_what_is_missing(
    books: str, ground: Ground, capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], says: str
) -> None:
    assert verb(ground, books, *argv) == 2
    assert says in capsys.readouterr().err
