"""The proof of one entry: read as others write it, refused unless the log and enough witnesses stand for it."""

from collections.abc import Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.keys.note_keys import Cosigner, Ed25519Signer, check
from cunguan.transparency import proof
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import COSIGNATURE, Key, Note, NoteWrong
from cunguan.transparency.proof import Proof
from cunguan.transparency.tree import ProofWrong, inclusion, leaf_hashes, of_hashes, root

LOG = Ed25519Signer("example.com/log", bytes(32))
WITNESSES = [Cosigner(f"witness.example/{number}", bytes([number] * 32)) for number in (1, 2, 3)]
KEYS = [witness.key for witness in WITNESSES]
ENTRIES = [b"a", b"b", b"c", b"d", b"e"]
READ = of_hashes(leaf_hashes(ENTRIES))
TEXT = Checkpoint("example.com/log", 5, root(5, READ)).text()
NOTE = Note(TEXT, (LOG.sign(TEXT), *(witness.sign(TEXT) for witness in WITNESSES[:2])))
PROOF = Proof(2, tuple(inclusion(2, 5, READ)), NOTE)


def of(count: int) -> proof.Quorum:
    return lambda keys: len(keys) >= count


def test_is_the_text_of_the_standard() -> None:
    lines = Proof(2, PROOF.hashes, NOTE, b"side").write().decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra c2lkZQ==", "index 2"]
    assert lines[3:7] == [*(proof.coded(one) for one in PROOF.hashes), ""]
    assert "\n".join(lines[7:]).encode() == NOTE.write()


@pytest.mark.parametrize("extra", [b"", b"side\n\n\x00"])
@pytest.mark.parametrize("index", range(5))
def test_is_read_back_and_verified(index: int, extra: bytes) -> None:
    made = Proof(index, tuple(inclusion(index, 5, READ)), NOTE, extra)
    assert proof.read(made.write()) == made
    assert proof.verify(made, ENTRIES[index], LOG.key, check, KEYS, of(2)) == Checkpoint(
        "example.com/log", 5, root(5, READ)
    )


def test_is_verified_of_a_log_of_one_entry() -> None:
    text = Checkpoint("example.com/log", 1, leaf_hashes([b"a"])[0]).text()
    alone = proof.read(Proof(0, (), Note(text, (LOG.sign(text),))).write())
    assert proof.verify(alone, b"a", LOG.key, check).size == 1


WRITTEN = PROOF.write()
HASH = proof.coded(bytes(32)).encode()
WRONG = [
    ("nothing",                       b"",                                                            "no proof"),
    ("another version",               WRITTEN.replace(b"@v1", b"@v2"),                                "no proof"),
    ("an empty line in front",        b"\n" + WRITTEN,                                                "no proof"),
    ("no checkpoint",                 WRITTEN.partition(b"\n\n")[0],                                  "no proof"),
    ("no index",                      WRITTEN.replace(b"index 2\n", b""),                             "does not say the index"),
    ("index without a number",        WRITTEN.replace(b"index 2", b"index"),                          "does not say the index"),
    ("a leading zero",                WRITTEN.replace(b"index 2", b"index 02"),                       "does not say the index"),
    ("a sign",                        WRITTEN.replace(b"index 2", b"index -2"),                       "does not say the index"),
    ("beyond 63 bits",                WRITTEN.replace(b"index 2", b"index 9223372036854775808"),      "does not say the index"),
    ("extra below the index",         WRITTEN.replace(b"index 2", b"index 2\nextra AAAA"),            "way to the root"),
    ("extra twice",                   WRITTEN.replace(b"index 2", b"extra AA==\nextra AA==\nindex 2"), "does not say the index"),
    ("empty extra",                   WRITTEN.replace(b"index 2", b"extra \nindex 2"),                "extra line"),
    ("extra that is no base64",       WRITTEN.replace(b"index 2", b"extra A\nindex 2"),               "extra line"),
    ("a hash of another length",      WRITTEN.replace(b"index 2", b"index 2\nAAAA"),                  "way to the root"),
    ("64 hashes",                     WRITTEN.replace(b"index 2", b"index 2" + 64 * (b"\n" + HASH)),  "way to the root"),
    ("free bits in a hash",           WRITTEN.replace(b"index 2", b"index 2\n" + HASH.replace(b"A=", b"B=")), "way to the root"),
    ("a hash with blanks",            WRITTEN.replace(b"index 2", b"index 2\n " + HASH),              "way to the root"),
    ("carriage returns",              WRITTEN.replace(b"\n", b"\r\n"),                                "no proof"),
    ("a note that is cut",            WRITTEN[:-1],                                                   "no signatures"),
    ("too long",                      WRITTEN + b"x" * proof.MAX_BYTES,                               "longer than"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "content", "says"), WRONG, ids=[case for case, _, _ in WRONG])
def test_is_refused(case: str, content: bytes, says: str) -> None:
    with pytest.raises(NoteWrong, match=says):
        proof.read(content)


@given(st.integers(0, 8 * len(WRITTEN) - 1))
@settings(deadline=None, max_examples=150)
def test_no_bit_of_it_is_free_where_all_who_signed_are_asked(bit: int) -> None:
    flipped = bytearray(WRITTEN)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises((NoteWrong, ProofWrong)):
        proof.verify(proof.read(bytes(flipped)), b"c", LOG.key, check, KEYS, of(2))


@pytest.mark.parametrize("entry", [b"b", b"", b"cc"])
def test_another_entry_is_not_there(entry: bytes) -> None:
    with pytest.raises(ProofWrong):
        proof.verify(PROOF, entry, LOG.key, check)


def test_the_log_must_have_signed() -> None:
    with pytest.raises(NoteWrong, match="has not signed"):
        proof.verify(PROOF, b"c", Ed25519Signer("example.com/log", bytes([9] * 32)).key, check)


@pytest.mark.parametrize(
    ("witnesses", "wanted", "told"),
    [
        (KEYS, 3, r"witness\.example/1, witness\.example/2 of 3"),
        (KEYS[1:], 2, r"witness\.example/2 of 2"),
        (KEYS[2:], 1, "nobody of 1"),
        ([], 1, "nobody of 0"),
        ([KEYS[0], KEYS[0]], 2, r"witness\.example/1 of 2"),
    ],
)
def test_enough_witnesses_must_have_cosigned(witnesses: Collection[Key], wanted: int, told: str) -> None:
    with pytest.raises(NoteWrong, match=told):
        proof.verify(PROOF, b"c", LOG.key, check, witnesses, of(wanted))


def test_a_log_is_no_witness_of_its_own() -> None:
    own = Cosigner("independent.example", bytes(32))
    note = NOTE.plus([own.sign(TEXT)])
    assert own.key.public == LOG.key.public and own.key.algorithm == COSIGNATURE
    assert proof.cosigners(note, LOG.key, check, [own.key, *KEYS]) == KEYS[:2]


def test_a_false_signature_of_a_witness_refuses_the_whole() -> None:
    false = WITNESSES[2].sign("another text\n")
    with pytest.raises(NoteWrong, match="not its own"):
        proof.verify(Proof(2, PROOF.hashes, NOTE.plus([false])), b"c", LOG.key, check, KEYS, of(2))


def test_what_unknown_keys_signed_is_not_looked_at() -> None:
    unknown = Cosigner("unknown.example", bytes([7] * 32)).sign("another text\n")
    assert proof.verify(Proof(2, PROOF.hashes, NOTE.plus([unknown])), b"c", LOG.key, check, KEYS, of(2)).size == 5
