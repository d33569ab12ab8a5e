"""Quorum: witnesses are asked over real sockets; what they say is checked, and nobody is waited for without end."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cunguan.doors.log.quorum import Cosigned, Quorum
from cunguan.keys.note_keys import Cosigner, check
from cunguan.transparency.note import COSIGNATURE, Key
from cunguan.transparency.policy import PolicyWrong
from tests.doors.witness.house import NAMES, Witnesses, closed_port, heard
from tests.doors.witness.logs import Log

LOG, FORK = Log(), Log(seed=1)


class House(Witnesses):
    """Three witnesses of the test's own log."""

    def cosign(self, size: int, log: Log = LOG, quorum: Quorum | None = None) -> Cosigned:
        """Ask for one checkpoint."""
        asked = quorum or Quorum.from_file(self.policy, [LOG.signer.key], seconds=30)

        async def ask() -> Cosigned:
            try:
                return await asked.cosign(log.note(size), lambda old: log.proof(old, size))
            finally:
                await asked.close()

        return asyncio.run(ask())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with ExitStack() as stack:
        yield House(tmp_path, LOG.signer.key, stack)


def told(cosigned: Cosigned) -> dict[str, int]:
    return {one.witness: one.status for one in cosigned.told}


def test_is_reached_when_all_cosign(house: House) -> None:
    quorum = Quorum.from_file(house.policy, [LOG.signer.key], seconds=30)
    for size in (7, 20, 20, 33):
        cosigned = house.cosign(size, quorum=quorum)
        assert cosigned.reached
        assert quorum.is_reached(cosigned.note)
        assert set(quorum.policy.cosigners(cosigned.note, check)) == set(NAMES)
    assert not quorum.is_reached(LOG.note(33))


def test_sends_a_proof_from_the_size_a_witness_holds(house: House) -> None:
    house.memories["auditor"].add_checkpoint(LOG.request(0, 5))
    house.memories["platform"].add_checkpoint(LOG.request(0, 20))
    assert told(house.cosign(20)) == dict.fromkeys(NAMES, 200)


def test_asks_nobody_twice_who_has_cosigned(house: House) -> None:
    cosigned = house.cosign(7)

    async def again() -> Cosigned:
        return await Quorum.from_file(house.policy).cosign(cosigned.note, lambda old: [])

    assert asyncio.run(again()) == Cosigned(cosigned.note, True, ())


def test_is_reached_without_one_who_is_away(house: House) -> None:
    house.write(auditor=f"http://127.0.0.1:{closed_port()}")
    cosigned = house.cosign(7)
    assert cosigned.reached
    assert told(cosigned) == {"platform": 200, "regulator": 200, "auditor": 0}


def test_is_not_reached_by_one_alone(house: House) -> None:
    away = f"http://127.0.0.1:{closed_port()}"
    house.write(auditor=away, regulator=away)
    cosigned = house.cosign(7)
    assert not cosigned.reached
    assert told(cosigned) == {"platform": 200, "regulator": 0, "auditor": 0}


def test_does_not_wait_for_one_who_is_silent(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        house.write(auditor=f"http://127.0.0.1:{silent.getsockname()[1]}")
        cosigned = house.cosign(7)
    assert cosigned.reached
    assert told(cosigned)["auditor"] == 0


def test_gives_up_on_a_silent_one_whom_the_quorum_needs(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"http://127.0.0.1:{silent.getsockname()[1]}"
        house.write(auditor=where, regulator=where)
        cosigned = house.cosign(7, quorum=Quorum.from_file(house.policy, seconds=0.2))
    assert not cosigned.reached
    silent_ones = {one.witness for one in cosigned.told if one.why == "no answer in 0.2 s"}
    assert silent_ones >= {"auditor", "regulator"}  # the third may be too slow here too


def test_says_who_holds_more_than_what_is_signed(house: House) -> None:
    house.cosign(20)
    cosigned = house.cosign(7)
    assert not cosigned.reached
    assert [one.size for one in cosigned.ahead(7)] == [20, 20, 20]


def test_says_that_the_log_has_forked(house: House) -> None:
    house.cosign(20)
    cosigned = house.cosign(20, log=FORK)
    assert not cosigned.reached
    assert {one.why for one in cosigned.told} == {"it holds another root of size 20: the log has forked"}
    assert told(house.cosign(33, log=FORK)) == dict.fromkeys(NAMES, 422)


@pytest.mark.parametrize(("size", "held"), [(20, 20), (7, 20)])
def test_tells_what_the_witnesses_hold_before_anything_is_signed(house: House, size: int, held: int) -> None:
    house.cosign(20)
    house.write(auditor=f"http://127.0.0.1:{closed_port()}")
    sizes = asyncio.run(Quorum.from_file(house.policy).held_sizes(LOG.note(size)))
    assert sizes == {"platform": held, "regulator": held, "auditor": None}


def test_of_a_new_log_they_hold_what_they_are_shown(house: House) -> None:
    assert asyncio.run(Quorum.from_file(house.policy).held_sizes(LOG.note(0))) == dict.fromkeys(NAMES, 0)


class _Liar(BaseHTTPRequestHandler):
    """Answers with whatever the path says."""

    def do_POST(self) -> None:
        text = LOG.note(7).text
        answers = {
            "stranger": Cosigner("stranger.example/1", bytes([9]) * 32).sign(text).line(),
            "renamed": Cosigner("auditor.example/1", bytes([9]) * 32).sign(text).line(),
            "words": "hello\n", "long": "x" * 2**17, "nothing": "",
        }  # fmt: skip
        content = answers[self.path.split("/")[1]].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("lie", ["stranger", "renamed", "words", "long", "nothing"])
def test_counts_no_cosignature_that_is_not_the_witnesss_own(house: House, lie: str) -> None:
    with heard(ThreadingHTTPServer(("127.0.0.1", 0), _Liar)) as server:
        liar = f"http://127.0.0.1:{server.server_address[1]}/{lie}"
        house.write(auditor=liar, regulator=liar)
        cosigned = house.cosign(7)
    assert not cosigned.reached
    assert Quorum.from_file(house.policy).policy.cosigners(cosigned.note, check) == ("platform",)


def test_never_is_reached_where_nobody_is_asked(house: House) -> None:
    house.policy.write_text(f"log {LOG.key}\nquorum none\n")
    assert house.cosign(7) == Cosigned(LOG.note(7), False, ())


def test_reads_the_policy_again_and_goes_on_with_the_old_where_it_is_wrong(house: House) -> None:
    quorum = Quorum.from_file(house.policy, [LOG.signer.key])
    house.policy.write_text("quorum nobody\n")
    assert quorum.policy.quorum == "witnesses"
    house.policy.write_text("quorum none\n\n")
    assert quorum.policy.asks_nobody


def test_takes_a_policy_of_any_key_that_signs_while_one_is_replaced(house: House) -> None:
    newer = Log(key=8)
    quorum = Quorum.from_file(house.policy, [newer.signer.key, LOG.signer.key], seconds=30)
    assert house.cosign(7, quorum=quorum).reached


OWN = Key("own.example", COSIGNATURE, LOG.signer.key.public).text()


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (f"witness own {OWN}\nquorum own", "a log does not witness itself"),
        (f"log {Log(key=8).key}\nquorum none", "is of other logs than this one: give it the line `log"),
        ("quorum", "line 1: quorum NAME"),
        (f"witness w {Cosigner('w', bytes([9]) * 32).key.text()} http://bank.example\nquorum w", "plain http stays on this host"),
    ],
)  # fmt: skip
def test_refuses_a_policy(tmp_path: Path, lines: str, says: str) -> None:
    (tmp_path / "log-policy").write_text(f"{lines}\n")
    with pytest.raises(PolicyWrong, match=says):
        Quorum.from_file(tmp_path / "log-policy", [LOG.signer.key])
