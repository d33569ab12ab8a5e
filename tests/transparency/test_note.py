"""Notes and checkpoints: what is one, whose signature it bears, and every form of it that is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.keys.note_keys import Cosigner, Ed25519Signer, check
from cunguan.transparency import checkpoint, note, tree
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import Key, Note, NoteWrong, Signature
from tests.transparency import published

LOG = Ed25519Signer("example.com/log", bytes(32))
OTHER = Ed25519Signer("example.com/log", bytes([1] * 32))
WITNESS = Cosigner("witness.example/w", bytes([2] * 32))
TEXT = "first\n\nthird\n"
SIGNED = Note(TEXT, (LOG.sign(TEXT), WITNESS.sign(TEXT))).write()


def test_is_read_back_as_it_was_written() -> None:
    read = note.parse(SIGNED)
    assert (read.text, read.write()) == (TEXT, SIGNED)
    assert [note.require(read, key, check) for key in (LOG.key, WITNESS.key)] == list(read.signatures)
    assert [one.name for one in read.of(WITNESS.key)] == ["witness.example/w"]


def test_is_the_note_that_was_written_down() -> None:
    """Made once with another program, in another language: key of 32 zero bytes, its id and signature."""
    assert LOG.key.text() == "example.com/log+1dde4531+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
    assert Note(TEXT, (LOG.sign(TEXT),)).write().decode() == (
        "first\n\nthird\n\n— example.com/log Hd5FMTlTi6h0+efRpUZKUmvPUZjrKTVcdIKhbLVbxULG3EdXa0EgWYs+gbA2QVHzVdRppW+vJEQL71Y8BJnqlfjGRwU=\n"
    )


LINE = LOG.sign(TEXT).line()
WRONG = [
    ("not UTF-8",                         b"\xff" + SIGNED,                                    "UTF-8"),
    ("a control character",               SIGNED.replace(b"first", b"fi\rst"),                 "control character"),
    ("a tab",                             SIGNED.replace(b"first", b"fi\tst"),                 "control character"),
    ("nothing",                           b"",                                                 "no signatures"),
    ("no empty line",                     (TEXT.replace("\n\n", "\n") + LINE).encode(),        "no signatures"),
    ("no signature",                      (TEXT + "\n").encode(),                              "no signature"),
    ("a line that is no signature below", (TEXT + "\n" + LINE + "more\n").encode(),            "no signature line"),
    ("no end of the last line",           SIGNED[:-1],                                         "no signatures"),
    ("a hyphen for the dash",             (TEXT + "\n" + LINE.replace("—", "-")).encode(),     "no signature line"),
    ("no name",                           (TEXT + "\n— " + LINE.split(" ", 2)[2]).encode(),    "no signature line"),
    ("an empty name",                     (TEXT + "\n—  " + LINE.split(" ", 2)[2]).encode(),   "no signature line"),
    ("a plus in the name",                (TEXT + "\n" + LINE.replace("/", "+", 1)).encode(),  "no signature line"),
    ("a wide space in the name",          (TEXT + "\n" + LINE.replace("/", "\u3000", 1)).encode(), "no signature line"),
    ("an id without a signature",         (TEXT + "\n— a AAAAAA==\n").encode(),                "no signature line"),
    ("no base64",                         (TEXT + "\n— a AAAAAAAA!\n").encode(),               "no signature line"),
    ("bits after the last byte",          (TEXT + "\n— a AAAAAAB=\n").encode(),                "no signature line"),
    ("too long",                          b"a" * note.MAX_BYTES + SIGNED,                      "longer than"),
    ("too many signatures",               (TEXT + "\n" + LINE * 65).encode(),                  "more than 64"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "content", "says"), WRONG, ids=[case for case, _, _ in WRONG])
def test_is_refused(case: str, content: bytes, says: str) -> None:
    with pytest.raises(NoteWrong, match=says):
        note.parse(content)


def test_up_to_64_signatures_of_16_algorithms_are_read() -> None:
    post_quantum = Signature("pq.example", b"pqpq", bytes(2420))
    many = Note(TEXT, tuple(Signature(f"w{number}", b"4321", post_quantum.blob) for number in range(63)))
    assert len(note.parse(many.plus([LOG.sign(TEXT), LOG.sign(TEXT)]).write()).signatures) == 64


@pytest.mark.parametrize(
    ("signatures", "says"),
    [
        ([], "has not signed"),
        ([OTHER.sign(TEXT)], "has not signed"),  # the name is the log's, the id is not
        ([Signature("example.com/other", LOG.key.id, LOG.sign(TEXT).blob)], "has not signed"),
        ([LOG.sign("another text\n")], "not its own"),
        ([Signature(LOG.key.name, LOG.key.id, LOG.sign(TEXT).blob[:-1])], "not its own"),
        ([LOG.sign("another text\n"), LOG.sign(TEXT)], "not its own"),
    ],
)
def test_is_not_signed_by_the_log(signatures: list[Signature], says: str) -> None:
    with pytest.raises(NoteWrong, match=says):
        note.require(Note(TEXT, tuple(signatures)), LOG.key, check)


@given(st.integers(0, 8 * len(SIGNED) - 1))
@settings(deadline=None, max_examples=200)
def test_no_bit_of_it_is_free(bit: int) -> None:
    """Every bit that is flipped makes another text, another signature or no note."""
    flipped = bytearray(SIGNED)
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        read = note.parse(bytes(flipped))
        for key in (LOG.key, WITNESS.key):
            note.require(read, key, check)
    except NoteWrong:
        return
    pytest.fail(f"bit {bit} may be flipped: {read}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+12345678",
        LOG.key.text().replace("1dde4531", "1dde4532"),
        LOG.key.text().replace("1dde4531", "1DDE4531"),
        LOG.key.text()[:-4],
        "+1dde4531+" + LOG.key.text().split("+", 2)[2],
        Key("a b", note.ED25519, LOG.key.public).text(),
        Key("a", note.ED25519, LOG.key.public + b"0").text(),
        Key("a", note.COSIGNATURE, b"").text(),
        "a\udcff+12345678+AQ==",
    ],
)
def test_a_key_is_refused(text: str) -> None:
    with pytest.raises(NoteWrong, match="no verifier key"):
        Key.parse(text)


@pytest.mark.parametrize(
    "key", [LOG.key, WITNESS.key, Key("e", note.ECDSA_P256, b"0" * 91), Key("m", note.ML_DSA_44, b"1" * 1312)]
)
def test_a_key_is_read_back(key: Key) -> None:
    assert Key.parse(key.text() + "\n") == key


ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_a_checkpoint_is_three_lines() -> None:
    said = Checkpoint("example.com/log", 0, tree.EMPTY_ROOT)
    assert said.text() == f"example.com/log\n0\n{ROOT}\n"
    assert checkpoint.read(said.text()) == said
    assert checkpoint.read(f"o\n9223372036854775807\n{ROOT}\n").size == checkpoint.MAX_SIZE


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"o\n0\n{ROOT}",
        f"\n0\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n00\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n1 \n{ROOT}\n",
        f"o\n１\n{ROOT}\n",
        f"o\n9223372036854775808\n{ROOT}\n",
        f"o\n1\n{ROOT[:-4]}\n",
        f"o\n1\n{ROOT[:-2]}V=\n",
        f"o\n1\n{ROOT} \n",
        f"o\n1\n{ROOT}\nmore\n",
        f"o\n1\n{ROOT}\n\n",
    ],
)
def test_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteWrong, match="three lines"):
        checkpoint.read(text)


def test_a_checkpoint_is_of_the_log_that_was_asked_for() -> None:
    text = Checkpoint("example.com/other", 0, tree.EMPTY_ROOT).text()
    with pytest.raises(NoteWrong, match=r"it is the log 'example\.com/other'"):
        checkpoint.signed_by(Note(text, (LOG.sign(text),)), LOG.key, check)


def test_answers_the_published_notes() -> None:
    told = json.loads((published.folder("signed-note") / "signed-note.json").read_text())
    assert [one["valid"] for one in told] == [is_signed(one["note"], one["verifier_key"]) for one in told]


def is_signed(content: str, key: str) -> bool:
    try:
        return bool(note.require(note.parse(content.encode()), Key.parse(key), check))
    except NoteWrong:
        return False


REKOR = ["a.dsse.staging-rekor-v2.txt.sigstore.json", "bundle_v3_no_signed_time.txt.sigstore.json"]


@pytest.mark.parametrize("name", REKOR)
def test_reads_the_checkpoints_and_proofs_of_a_log_of_others(name: str) -> None:
    entry = rekor(published.folder("rekor-bundle") / name)
    proof = entry["inclusionProof"]
    said = checkpoint.read(note.parse(proof["checkpoint"]["envelope"].encode()).text)
    assert (str(said.size), said.root) == (proof["treeSize"], published.a_hash(proof["rootHash"]))
    leaf = tree.leaf_hash(published.a_hash(entry["canonicalizedBody"]))
    tree.check_inclusion(int(proof["logIndex"]), said.size, leaf, published.hashes(proof["hashes"]), said.root)
    with pytest.raises(tree.ProofWrong):
        tree.check_inclusion(int(proof["logIndex"]) - 1, said.size, leaf, published.hashes(proof["hashes"]), said.root)


def test_a_bundle_of_others_without_a_checkpoint_has_none() -> None:
    entry = rekor(published.folder("rekor-bundle") / "bundle_no_checkpoint.txt.sigstore")
    assert "checkpoint" not in entry["inclusionProof"]


def rekor(path: Path) -> dict[str, object]:
    return json.loads(path.read_text())["verificationMaterial"]["tlogEntries"][0]
