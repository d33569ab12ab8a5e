"""Encrypted fields (字段加密基准): what a client's record of ten fields costs to encrypt and to read, his key ready and not.

When    `cunguan bench log`, part `fields`
Does    makes a key for each client by the provider of files, encrypts ten fields of his each in its place, reads them again; then
        unwraps the keys anew, as a process that has just begun does. No database: what PostgreSQL costs is another bench's
Units   µs a record, of a round the mean
Source  the issue "Trust nobody", "Speed": a 10-field record < 0.2 ms
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cunguan.doors.bench.form import Figure, figure
from cunguan.keys.drawers import Drawers
from cunguan.keys.fields import FieldKey, Place
from cunguan.keys.installation import Keys
from cunguan.keys.subjects import StoredKey, SubjectKeys

NAME: Final = "fields"
COUNT: Final = 2_000
COUNTED: Final = "records of 10 fields"

_FIELDS: Final = tuple((f"field_{number}", b"x" * (12 + 4 * number)) for number in range(10))


def measure(count: int, rounds: int, say: Callable[[str], None]) -> list[Figure]:
    """Measure with so many records."""
    with tempfile.TemporaryDirectory(prefix="cunguan-bench-") as place:
        provider, drawers = Keys(Path(place)).provider, Drawers.make(Path(place) / "drawers")
        keys = SubjectKeys(provider, drawers, most=count)
        stored = [keys.new(f"1:{number}", 1) for number in range(count)]
        say("the keys are made")
        found = [_round(keys, stored) for _ in range(rounds)]
    unwrapped, encrypted, read = zip(*found, strict=True)
    return [
        figure("a record of 10 fields encrypted", "µs", encrypted, bar="< 200 µs", meets=lambda us: us < 200),
        figure("the same read again", "µs", read),
        figure("a client's key unwrapped (provider: files)", "µs", unwrapped),
    ]


def _round(keys: SubjectKeys, stored: list[StoredKey]) -> tuple[float, float, float]:
    """Return µs a record: the key unwrapped, the fields encrypted, the fields read."""
    begun = time.perf_counter()
    ready = [keys.ready(one) for one in stored]
    unwrapped = time.perf_counter()
    held = list(map(_encrypt, ready, stored))
    encrypted = time.perf_counter()
    clear = list(map(_decrypt, ready, stored, held))
    read = time.perf_counter()
    assert all(one == [value for _, value in _FIELDS] for one in clear)
    keys.forget_all()
    spans = (unwrapped - begun, encrypted - unwrapped, read - encrypted)
    return tuple(span * 1_000_000 / len(stored) for span in spans)  # type: ignore[return-value]  # three, as given


def _place(name: str, stored: StoredKey) -> Place:
    return Place("person_detail", name, stored.subject, stored.subject)


def _encrypt(key: FieldKey, stored: StoredKey) -> list[bytes]:
    return [key.encrypt(clear, _place(name, stored)) for name, clear in _FIELDS]


def _decrypt(key: FieldKey, stored: StoredKey, held: list[bytes]) -> list[bytes]:
    return [key.decrypt(sealed, _place(name, stored)) for (name, _), sealed in zip(_FIELDS, held, strict=True)]
