"""The pages for a platform's engineer: every type is there, and the code in them verifies."""

import re
from pathlib import Path
from typing import Any

import pytest

from cunguan.doors.webhooks.backoff import PAUSES
from cunguan.doors.webhooks.events import types
from cunguan.keys.webhook import secret_of, signatures

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = ("webhooks.md", "webhooks.zh-CN.md")
BODY = b'{"id":"evt_1_7_0","type":"instruction.done","platform":"P1"}'


@pytest.mark.parametrize("page", PAGES)
def test_every_type_is_in_the_table_and_no_other(page: str) -> None:
    found = []
    for machine, events in re.findall(r"^\| `([a-z_]+)` \| (`.+`) \|$", (DOCS / page).read_text("utf-8"), re.MULTILINE):
        found += [f"{machine}.{event.removeprefix(f'{machine}.')}" for event in re.findall(r"`([^`]+)`", events)]
    assert sorted(found) == sorted(types())


@pytest.mark.parametrize("page", PAGES)
def test_the_code_verifies_what_is_signed_and_nothing_else(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.MULTILINE | re.DOTALL):
        exec(block, names)  # noqa: S102 - the page's own code
    at = 1_772_443_800
    header = signatures("evt_1_7_0", at, BODY, [b"x" * 32, secret_of(names["SECRET"])], None)
    headers = {"webhook-id": "evt_1_7_0", "webhook-timestamp": str(at), "webhook-signature": header}
    assert names["verified"](headers, BODY, names["SECRET"], now=at)["id"] == "evt_1_7_0"
    assert names["verified"](headers, BODY + b" ", names["SECRET"], now=at) is None
    assert names["verified"](headers, BODY, names["SECRET"], now=at + 301) is None
    monkeypatch.setattr("time.time", lambda: at)
    assert names["receive"](headers, BODY) == 204 and names["receive"](headers, BODY + b" ") == 400


def test_the_tries_are_those_of_the_table() -> None:
    said = "5 s, 30 s, 5 min, 30 min, 1, 2, 4, 8, 12, 20 and 25 h"
    hours = [pause.total_seconds() / 3600 for pause in PAUSES]
    assert said in (DOCS / PAGES[0]).read_text("utf-8")
    assert [round(hour * 3600) for hour in hours[:4]] == [5, 30, 300, 1800] and hours[4:] == [1, 2, 4, 8, 12, 20, 25]
