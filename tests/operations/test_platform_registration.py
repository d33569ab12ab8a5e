"""Platform registration: a name and a lane number, each used once for ever."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import LaneNumber, Platform
from tests.operations.driver import Books

P1 = {"platform": "P1", "lane": 1, "pack": "cn_p2p", "sandbox": True, "maker": "m1", "checker": "c1"}
REGISTER = "platform_registration"


@pytest.fixture
def books() -> Books:
    books = Books()
    books.custodian()
    return books


def test_puts_the_platform_and_its_number_into_the_directory(books: Books) -> None:
    books.done(0, "r1", REGISTER, **P1)
    platform = books.get(0, Platform, "P1")
    assert (platform.state, platform.pack, platform.sandbox) == ("active", "cn_p2p", True)
    assert books.get(0, LaneNumber, "1").platform == "P1"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"lane": 0}, Code.unknown_lane),
        ({"lane": -1}, Code.unknown_lane),
        ({"lane": 2**31}, Code.unknown_lane),
        ({"lane": 2**31 - 1}, Code.done),
        ({"platform": "no id"}, Code.id_malformed),
        ({"pack": ""}, Code.pack_unknown),
        ({"pack": "nowhere"}, Code.pack_unknown),
        ({"sandbox": False}, Code.done),
        ({"platform": "P0"}, Code.platform_exists),
        ({"lane": 7}, Code.lane_exists),
        ({"platform": "P0", "lane": 7}, Code.platform_exists),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(0, "r0", REGISTER, **{**P1, "platform": "P0", "lane": 7})
    assert books.submit(0, "r1", REGISTER, **{**P1, **change}).code is code


def test_is_refused_before_lane_0_is_open() -> None:
    assert Books().submit(0, "r1", REGISTER, **P1).code is Code.lane_not_open


def test_lets_no_sandbox_stand_beside_real_platforms() -> None:
    books = Books(sandbox=False)
    books.custodian()
    assert books.submit(0, "r1", REGISTER, **P1).code is Code.source_not_allowed
    assert books.submit(0, "r2", REGISTER, **{**P1, "sandbox": False}).code is Code.done


def test_belongs_to_lane_0(books: Books) -> None:
    assert books.submit(1, "r1", REGISTER, **P1).code is Code.unknown_lane
