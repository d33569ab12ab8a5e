"""Write tests/golden/liabilities.json: `python -m tests.transparency.liabilities_golden`.

A second writing of the tree, from the text of transparency/liabilities.py: the library's HMAC, dictionaries, recursion.
"""

import hmac
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

KEY = bytes(range(32))
PARTS = ("available", "uncleared", "held", "outbound", "frozen", "unclaimed")


def mac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, sha256).digest()


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def client(holder: str, *amounts: int) -> dict[str, Any]:
    return {
        "holder": holder,
        **{f"{part}_minor": minor for part, minor in zip(PARTS, (*amounts, 0, 0, 0, 0, 0, 0), strict=False)},
    }


CLIENTS = [
    client("L1", 60000), client("L2", 0), client("G7", 12345, 100, 5000, 700, 9, 1), client("B3", 2**52),
    client("L4", 1, 2, 3, 4, 5, 6),
]  # fmt: skip


def leaf(holder: dict[str, Any]) -> bytes:
    salt = mac(KEY, b"client\n" + holder["holder"].encode())
    return sha256(b"\x00" + mac(salt, b"liability\n1\n" + compact(holder).encode())).digest()


def minor_of(holder: dict[str, Any]) -> int:
    return sum(holder[f"{part}_minor"] for part in PARTS)


ORDERED = sorted(CLIENTS, key=lambda one: mac(KEY, b"place\n" + one["holder"].encode()))
DEPTH = 3


def node(level: int, index: int) -> tuple[int, bytes, bytes]:
    """Return sum, commitment and hash of a node."""
    if level:
        left, right = node(level - 1, 2 * index), node(level - 1, 2 * index + 1)
        minor = left[0] + right[0]
        hashed = sha256(b"\x01" + left[1] + left[2] + right[1] + right[2]).digest()
    elif index < len(ORDERED):
        minor, hashed = minor_of(ORDERED[index]), leaf(ORDERED[index])
    else:
        minor, hashed = 0, sha256(b"\x00" + mac(mac(KEY, b"padding\n%d" % index), b"")).digest()
    return minor, mac(mac(KEY, b"sum\n%d\n%d" % (level, index)), minor.to_bytes(8, "big")), hashed


def inclusion(index: int) -> dict[str, Any]:
    steps = []
    for level in range(DEPTH):
        beside = node(level, (index >> level) ^ 1)
        above = node(level + 1, index >> (level + 1))
        steps.append({"sum": beside[1].hex(), "hash": beside[2].hex(), "above": above[1].hex()})
    holder = ORDERED[index]
    return {
        "index": index, "owed": holder, "salt": mac(KEY, b"client\n" + holder["holder"].encode()).hex(),
        "sum_salt": mac(KEY, b"sum\n0\n%d" % index).hex(), "steps": steps,
    }  # fmt: skip


def file_of(shown: dict[str, Any]) -> str:
    row = {
        "id": "20261126-1200-0a1b2c", "lane": 1, "pool": "main", "currency": "CNY", "at": "2026-11-26T12:00:00.000001Z",
        "business_date": "2026-11-26", "seq": 42, "run": "20261126-1200-0a1b2c", "slot": "daily:2026-11-26", "drawn_by": "",
        "root": ROOT.hex(), "total": node(DEPTH, 0)[1].hex(), "detail": "00" * 32,
    }  # fmt: skip
    content = json.dumps({"act": "insert", "row": row, "table": "liability_snapshot"})
    act = {"sequence": 5, "salt": "11" * 32, "content": content}
    whole = {"format": "cunguan-liabilities-proof/1", "act": act, "inclusion": shown, "log": "", "attestations": []}
    return compact(whole) + "\n"


ROOT = sha256(b"\x02" + node(DEPTH, 0)[1] + node(DEPTH, 0)[2]).digest()


def changes(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return proofs that say something else, by what was changed."""
    owed, steps = shown["owed"], shown["steps"]
    other = "ab" * 32
    return {
        "another amount": {**shown, "owed": {**owed, "available_minor": owed["available_minor"] + 1}},
        "another split of the same sum": {
            **shown, "owed": {**owed, "available_minor": owed["available_minor"] + owed["held_minor"], "held_minor": 0,
                              "frozen_minor": owed["frozen_minor"] if owed["held_minor"] else owed["frozen_minor"] + 1}},
        "a part below zero": {**shown, "owed": {**owed, "available_minor": -1}},
        "another holder": {**shown, "owed": {**owed, "holder": owed["holder"] + "x"}},
        "another leaf": {**shown, "index": shown["index"] ^ 1},
        "a leaf outside": {**shown, "index": 8},
        "another salt": {**shown, "salt": other},
        "another salt of the sum": {**shown, "sum_salt": other},
        "another sum beside": {**shown, "steps": [{**steps[0], "sum": other}, *steps[1:]]},
        "another hash beside": {**shown, "steps": [*steps[:-1], {**steps[-1], "hash": other}]},
        "another sum above": {**shown, "steps": [*steps[:-1], {**steps[-1], "above": other}]},
        "a level less": {**shown, "steps": steps[:-1]},
        "upper-case digits": {**shown, "salt": shown["salt"].upper()},
    }  # fmt: skip


def main() -> None:
    shown = inclusion(2)
    vectors = {
        "what": "a tree of liabilities, proofs of all its clients, and files that must be refused; ADR 0042",
        "key": KEY.hex(), "clients": CLIENTS, "order": [one["holder"] for one in ORDERED],
        "minor": node(DEPTH, 0)[0], "root": ROOT.hex(), "total": node(DEPTH, 0)[1].hex(),
        "proofs": [
            {"minor": minor_of(ORDERED[index]), "file": file_of(inclusion(index))} for index in range(len(ORDERED))
        ],
        "refused": [{"why": why, "file": file_of(changed)} for why, changed in changes(shown).items()],
    }  # fmt: skip
    path = Path(__file__).parent.parent / "golden" / "liabilities.json"
    path.write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
