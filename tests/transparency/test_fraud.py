"""Fraud proofs: two trees of one log are seen by whoever has its key, and nobody is accused by what anybody can make."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.keys.note_keys import Ed25519Signer, check
from cunguan.transparency import fraud
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.fraud import Fraud, FraudWrong, between
from cunguan.transparency.note import Note
from cunguan.transparency.tree import ProofWrong, Read, consistency, leaf_hashes, of_hashes, root

LOG = Ed25519Signer("example.com/log", bytes(32))
TRUE = [f"true {number}".encode() for number in range(40)]


def tree(*changed: int) -> Read:
    """Return the tree whose leaves are the true ones, but for those that were changed."""
    return of_hashes(leaf_hashes([b"false" if place in changed else leaf for place, leaf in enumerate(TRUE)]))


def signed(size: int, read: Read, log: Ed25519Signer = LOG) -> tuple[Note, Checkpoint]:
    said = Checkpoint(log.key.name, size, root(size, read))
    return Note(said.text(), (log.sign(said.text()),)), said


def found(known: tuple[Note, Checkpoint], shown: tuple[Note, Checkpoint], larger: Read) -> Fraud | None:
    small, large = sorted((known[1].size, shown[1].size))
    return between(LOG.key, known, shown, root(small, larger), consistency(small, large, larger))


def test_two_roots_of_one_size_are_proved() -> None:
    fork = between(LOG.key, signed(8, tree()), signed(8, tree(3)), b"", [])
    assert fork is not None and fork.kind == fraud.FORKED
    assert "two trees of 8 leaves" in fraud.verify(fraud.read(fork.write()), LOG.key, check)


@given(st.integers(1, 39), st.data())
@settings(deadline=None, max_examples=40)
def test_a_rewritten_beginning_is_proved_from_either_side(small: int, data: st.DataObject) -> None:
    large = data.draw(st.integers(small + 1, 40))
    other = tree(data.draw(st.integers(0, small - 1)))
    pairs = [(signed(small, tree()), signed(large, other)), (signed(large, other), signed(small, tree()))]
    for known, shown in pairs:
        rewritten = found(known, shown, other)
        assert rewritten is not None and rewritten.kind == fraud.REWRITTEN
        assert f"first {small} have the root" in fraud.verify(fraud.read(rewritten.write()), LOG.key, check)


@pytest.mark.parametrize(("known", "shown"), [(8, 8), (8, 9), (0, 8), (0, 0)])
def test_a_log_that_goes_on_is_not_accused(known: int, shown: int) -> None:
    assert found(signed(known, tree()), signed(shown, tree()), tree()) is None


def test_what_comes_after_the_smaller_size_may_be_anything() -> None:
    assert found(signed(8, tree()), signed(20, tree(8)), tree(8)) is None


def test_an_older_checkpoint_that_agrees_is_told_but_proves_nothing() -> None:
    back = found(signed(20, tree()), signed(8, tree()), tree())
    assert back is not None and back.kind == fraud.ROLLED_BACK
    with pytest.raises(FraudWrong, match="do not contradict each other"):
        fraud.verify(back, LOG.key, check)


def test_nothing_is_found_with_a_proof_that_fails() -> None:
    with pytest.raises(ProofWrong):
        between(LOG.key, signed(8, tree()), signed(20, tree(3)), root(8, tree(4)), consistency(8, 20, tree(3)))


REWRITTEN = found(signed(8, tree()), signed(20, tree(3)), tree(3))
HONEST = json.loads((found(signed(20, tree()), signed(8, tree()), tree()) or REWRITTEN).write())  # type: ignore[union-attr]
FALSE_PROOF = [fraud.coded(bytes(32))] * 4


def changed(**fields: Any) -> bytes:
    return json.dumps({**json.loads(REWRITTEN.write()), **fields}).encode()  # type: ignore[union-attr]


def note_of(size: int, read: Read, log: Ed25519Signer = LOG) -> str:
    return signed(size, read, log)[0].write().decode()


OTHER = Ed25519Signer("example.com/log", bytes([1] * 32))
NO_PROOF = [
    ("no JSON",                        b"{",                                                              "no fraud proof"),
    ("another format",                 changed(format="v2"),                                              "of the format"),
    ("a field too many",               changed(more=1),                                                   "no fraud proof"),
    ("one note",                       changed(notes=[note_of(8, tree())]),                               "no fraud proof"),
    ("too long",                       changed(kind="x" * fraud.MAX_BYTES),                               "longer than"),
    ("another kind",                   changed(kind="theft"),                                             "of the kind"),
    ("called a fork",                  changed(kind="forked"),                                            "not of one size"),
    ("a note that is none",            changed(notes=["", note_of(20, tree(3))]),                         "not the log's"),
    ("signed by another key",          changed(notes=[note_of(8, tree(), OTHER), note_of(20, tree(3))]),  "not the log's"),
    ("the larger one first",           changed(notes=[note_of(20, tree(3)), note_of(8, tree())]),         "not in order"),
    ("a size twice",                   changed(notes=[note_of(8, tree()), note_of(8, tree(3))]),          "begins with the smaller"),
    ("one that goes on",               changed(notes=[note_of(8, tree(3)), note_of(20, tree(3))]),        "begins with the smaller"),
    ("a proof that fails",             changed(proof=FALSE_PROOF),                                        "is not shown"),
    ("no proof",                       changed(proof=[]),                                                 "is not shown"),
    ("another prefix",                 changed(prefix=fraud.coded(bytes(32))),                            "is not shown"),
    ("no prefix",                      changed(prefix=""),                                                "is not shown"),
    ("an honest log, a false proof",
     json.dumps({**HONEST, "kind": "rewritten", "prefix": fraud.coded(bytes(32)), "proof": FALSE_PROOF}).encode(), "is not shown"),
    ("an honest log, its own proof",
     json.dumps({**HONEST, "kind": "rewritten", "prefix": fraud.coded(root(8, tree())),
                 "proof": [fraud.coded(one) for one in consistency(8, 20, tree())]}).encode(), "begins with the smaller"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "content", "says"), NO_PROOF, ids=[case for case, _, _ in NO_PROOF])
def test_nobody_is_accused_by_what_proves_nothing(case: str, content: bytes, says: str) -> None:
    with pytest.raises(FraudWrong, match=says):
        fraud.verify(fraud.read(content), LOG.key, check)


def test_a_proof_is_against_the_key_of_the_reader_not_of_the_file() -> None:
    fork = between(OTHER.key, signed(8, tree(), OTHER), signed(8, tree(3), OTHER), b"", [])
    assert fork is not None and fraud.verify(fork, OTHER.key, check)
    with pytest.raises(FraudWrong, match="not the log's"):
        fraud.verify(fork, LOG.key, check)
