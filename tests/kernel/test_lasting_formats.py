"""The formats that last: golden files say what they were when the first row was stored; a change here is a migration.

Written by `python -m tests.kernel.test_lasting_formats`, read by these tests; the diff is the review.
"""

import json
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest

from cunguan.kernel.canonical import canonical_bytes, canonical_json, challenge, key16
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText
from cunguan.kernel.leaf import PostingLeaf, leaf_bytes, leaf_salt
from cunguan.keys.evidence import SANDBOX_ED25519, verify
from cunguan.keys.sandbox import SandboxKeys
from cunguan.operations.catalogue import operations

GOLDEN = Path(__file__).parents[1] / "golden"
TEXT = AuthorityText(1, "B-1", "P", "L7", "bid", 60000, "P9", "P9", "")
LEAF = PostingLeaf(1, 7, 0, 11, 13, 60000, None, 7)


class Sample(msgspec.Struct, frozen=True):
    """Every kind of field a message may have."""

    name: str
    amount_minor: int
    until: date
    is_open: bool = True
    note: str = "默认"
    listing: str | None = None
    parts: tuple[int, ...] = (1, 2)
    key: bytes = b"\x00\xff"


def found() -> dict[str, object]:
    """Return each format as it is now."""
    keys = SandboxKeys(b"golden" * 6)
    evidence = keys.confirm("L7:key", TEXT)
    return {
        "codes": {code.name: int(code) for code in Code},
        "canonical": {
            "message": canonical_bytes("sample", 1, Sample("张三 é \u2028", 60000, date(2026, 3, 2))).decode(),
            "answer": canonical_json({"remaining_minor": 0, "holds": ["B1"]}).decode(),
            "key16": key16("B-1").hex(),
            "challenge": challenge(b"text").hex(),
        },
        "authority": {
            "canonical": TEXT.canonical().decode(),
            "challenge": TEXT.challenge().hex(),
            "evidence_kind": evidence.kind,
            "public_key": evidence.public_key.hex(),
            "signature": evidence.signature.hex(),
        },
        "leaf": {"bytes": leaf_bytes(LEAF).decode(), "salt": leaf_salt(b"k" * 32, 1, 7, 0).hex()},
        "bodies": {
            kind: [op.version, [field.encode_name for field in msgspec.structs.fields(op.body)]]
            for kind, op in sorted(operations().items())
        },
    }


@pytest.mark.parametrize("name", ["canonical", "authority", "leaf"])
def test_is_the_same_for_ever(name: str) -> None:
    assert found()[name] == json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


def test_codes_keep_their_numbers_and_only_grow() -> None:
    golden = json.loads((GOLDEN / "codes.json").read_text("utf-8"))
    now = found()["codes"]
    assert isinstance(now, dict)
    assert {name: now.get(name) for name in golden} == golden
    assert set(now) == set(golden), "a new code is appended: run `python -m tests.kernel.test_lasting_formats`"


def test_bodies_keep_their_fields_within_a_version() -> None:
    golden = json.loads((GOLDEN / "bodies.json").read_text("utf-8"))
    assert found()["bodies"] == golden, "another field is another VERSION; a new kind is appended to the golden file"


def test_the_golden_evidence_still_verifies() -> None:
    golden = json.loads((GOLDEN / "authority.json").read_text("utf-8"))
    public, signature = bytes.fromhex(golden["public_key"]), bytes.fromhex(golden["signature"])
    assert verify(SANDBOX_ED25519, public, bytes.fromhex(golden["challenge"]), signature)
    assert not verify(SANDBOX_ED25519, public, bytes(32), signature)
    assert not verify("other", public, bytes.fromhex(golden["challenge"]), signature)


def test_a_float_has_no_canonical_form_in_a_message() -> None:
    for operation in operations().values():
        for field in msgspec.structs.fields(operation.body):
            assert "float" not in str(field.type), f"{operation.kind}.{field.name} is a float"


if __name__ == "__main__":
    for name, value in found().items():
        (GOLDEN / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"written to {GOLDEN}\n")
