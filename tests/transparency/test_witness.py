"""Witness: one row a status, in the order they are checked."""

import base64

import pytest

from cunguan.keys.note_keys import Ed25519Signer, check
from cunguan.transparency import tree
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import Note
from cunguan.transparency.witness import NOTHING, Held, RequestWrong, Verdict, judge, read, write

LOG, OTHER = Ed25519Signer("log.example/1", bytes(32)), Ed25519Signer("log.example/2", bytes([1]) * 32)
THIEF = Ed25519Signer("log.example/1", bytes([2]) * 32)
LOGS = {LOG.key.name: (LOG.key,)}
LEAVES = tree.leaf_hashes([bytes([place]) for place in range(20)])
FORKED = tree.leaf_hashes([bytes([place + 1]) for place in range(20)])


def root(size: int, leaves: list[bytes] = LEAVES) -> bytes:
    return tree.root(size, tree.of_hashes(leaves))


def proof(old: int, new: int, leaves: list[bytes] = LEAVES) -> list[bytes]:
    return tree.consistency(old, new, tree.of_hashes(leaves))


def note(size: int, *signers: Ed25519Signer, leaves: list[bytes] = LEAVES, origin: str = LOG.key.name) -> Note:
    text = Checkpoint(origin, size, root(size, leaves)).text()
    return Note(text, tuple(signer.sign(text) for signer in signers or (LOG,)))


SEVEN = Held(7, root(7))
EMPTY_TEXT = Checkpoint(LOG.key.name, 0, root(7)).text()
EMPTY = Note(EMPTY_TEXT, (LOG.sign(EMPTY_TEXT),))


@pytest.mark.parametrize(
    ("name", "body", "held", "status", "now", "suspicion"),
    [
        ("the first one", write(0, [], note(7)), NOTHING, 200, SEVEN, False),
        ("an empty log", write(0, [], note(0)), NOTHING, 200, NOTHING, False),
        ("a further one", write(7, proof(7, 20), note(20)), SEVEN, 200, Held(20, root(20)), False),
        ("the same again", write(7, [], note(7)), SEVEN, 200, SEVEN, False),
        ("one with lines of others", write(7, [], note(7, THIEF, OTHER, LOG)), SEVEN, 200, SEVEN, False),
        ("of another log", write(0, [], note(7, OTHER, origin=OTHER.key.name)), NOTHING, 404, None, False),
        ("of another log, even where nothing fits", write(9, [], note(7, OTHER, origin=OTHER.key.name)), SEVEN, 404, None, False),
        ("signed by another key", write(0, [], note(7, THIEF)), NOTHING, 403, None, False),
        ("signed by another key, even beyond", write(9, [], note(7, THIEF)), NOTHING, 403, None, False),
        ("older than the old size", write(9, [], note(7)), SEVEN, 400, None, False),
        ("from a size it has passed", write(3, proof(3, 20), note(20)), SEVEN, 409, None, False),
        ("from a size it has not seen", write(9, proof(9, 20), note(20)), SEVEN, 409, None, False),
        ("the same size, another root", write(7, [], note(7, leaves=FORKED)), SEVEN, 409, None, True),
        ("an empty log with a root", write(0, [], EMPTY), NOTHING, 409, None, True),
        ("from nothing with a proof", write(0, proof(7, 20), note(20)), NOTHING, 422, None, True),
        ("without a proof", write(7, [], note(20)), SEVEN, 422, None, True),
        ("another tree", write(7, proof(7, 20, FORKED), note(20, leaves=FORKED)), SEVEN, 422, None, True),
        ("with a proof too long", write(7, [*proof(7, 20), LEAVES[0]], note(20)), SEVEN, 422, None, True),
    ],
)  # fmt: skip
def test_answers(name: str, body: bytes, held: Held, status: int, now: Held | None, suspicion: bool) -> None:
    verdict = judge(read(body), LOGS, held, check)
    assert (verdict.status, verdict.held, verdict.suspicion) == (status, now, suspicion)
    assert bool(verdict.why) is (status != 200)


GOOD = write(7, proof(7, 20), note(20)).decode()
HASH = base64.b64encode(LEAVES[0]).decode()


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("nothing", "", "no empty line"),
        ("no old size", GOOD.partition("\n")[2], "the first line is `old SIZE`"),
        ("a leading zero", GOOD.replace("old 7", "old 07"), "the first line is `old SIZE`"),
        ("a sign", GOOD.replace("old 7", "old -7"), "the first line is `old SIZE`"),
        ("a digit that is not ASCII", GOOD.replace("old 7", "old ٧"), "are ASCII"),
        ("a short hash", f"old 7\n{HASH[4:]}\n\n{note(20).write().decode()}", "is no hash of 32 bytes"),
        ("64 lines", "old 7\n" + f"{HASH}\n" * 64 + f"\n{note(20).write().decode()}", "64 proof lines; at most 63"),
        ("no signature", f"old 7\n\n{note(20).text}", "no signatures"),
        ("no checkpoint", f"old 7\n\n{Note('text' + chr(10), (LOG.sign('text'),)).write().decode()}", "a checkpoint has three lines"),
    ],
)  # fmt: skip
def test_refuses_what_it_cannot_read(name: str, body: str, says: str) -> None:
    with pytest.raises(RequestWrong, match=says):
        read(body.encode())


def test_takes_63_lines_of_proof() -> None:
    request = read(("old 7\n" + f"{HASH}\n" * 63).encode() + b"\n" + note(20).write())
    assert (len(request.proof), judge(request, LOGS, SEVEN, check).status) == (63, 422)


def test_believes_any_of_a_logs_keys_while_they_change() -> None:
    old_and_new = {LOG.key.name: (THIEF.key, LOG.key)}
    assert judge(read(write(0, [], note(7))), old_and_new, NOTHING, check) == Verdict(200, "", SEVEN)
