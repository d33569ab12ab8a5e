"""Hostile input: every file of the collection as a body to every writing operation: refused clearly, and nothing has changed."""

from collections import Counter
from pathlib import Path

import pytest

from cunguan.doors.api.app import endpoints
from cunguan.doors.api.endpoint import Endpoint
from tests.doors.api.harness import Door, Stack
from tests.doors.api.money import standing

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "09-hostile-input"
WRITING = [one for one in endpoints() if one.body is not None and one.scope]


def files() -> list[Path]:
    """Return the collection, or skip saying that it is not there."""
    if not SHARED.is_dir():
        pytest.skip(f"the collection is not here: ../shared/data/{SHARED.name}")
    return sorted(path for path in SHARED.rglob("*") if path.is_file())


@pytest.mark.parametrize("endpoint", WRITING, ids=[f"{one.method} {one.path}" for one in WRITING])
def test_no_file_of_the_collection_is_more_than_a_clear_refusal(stack: Stack, door: Door, endpoint: Endpoint) -> None:
    before, seen = standing(stack), Counter[int]()
    path = endpoint.path.replace("{id:path}", "none").replace("{id}", "none")
    quiet = stack.door(scopes=[endpoint.scope])
    for file in files():
        found = quiet.send(endpoint.method, path, file.read_bytes() or b" ", id="hostile", check=False)
        assert 400 <= found.status_code < 500, (file.name, found.status_code, found.text)
        assert found.json()["code"] and found.json()["title"], file.name
        seen[found.status_code] += 1
    quiet.http.close()
    assert standing(stack) == before
    assert seen.total() == len(files()) and not {401, 403, 429} & set(seen), seen
