"""Person registration and link: one identity in lane 0, and the lanes where he may have accounts."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Link, Person
from tests.operations.driver import Books

ANNA = {"person": "anna", "kind": "person", "method": "four_elements", "source": "sandbox", "reference": "check:1"}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    books.platform(2)
    return books


def test_records_the_outcome_of_the_check_and_no_name(books: Books) -> None:
    books.done(0, "p", "person_registration", **ANNA)
    assert books.get(0, Person, "anna") == Person("anna", "person", "active", "four_elements", "sandbox", "")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"person": ""}, Code.id_malformed),
        ({"person": "an na"}, Code.id_malformed),
        ({"method": ""}, Code.details_missing),
        ({"source": ""}, Code.details_missing),
        ({"reference": ""}, Code.details_missing),
        ({"source": "registry"}, Code.done),
        ({"kind": "company"}, Code.done),
        ({"person": "bert"}, Code.person_exists),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(0, "bert", "person_registration", **{**ANNA, "person": "bert"})
    assert books.submit(0, "p", "person_registration", **{**ANNA, **change}).code is code


def test_takes_no_sandbox_outcome_outside_a_sandbox() -> None:
    books = Books(sandbox=False)
    books.custodian()
    assert books.submit(0, "p", "person_registration", **ANNA).code is Code.source_not_allowed
    books.done(0, "q", "person_registration", **{**ANNA, "source": "registry"})


def test_is_refused_before_lane_0_is_open() -> None:
    assert Books().submit(0, "p", "person_registration", **ANNA).code is Code.lane_not_open
    assert Books().submit(0, "l", "person_link", person="anna", lane=1).code is Code.lane_not_open


def test_links_a_person_to_a_lane_once_and_says_done_again(books: Books) -> None:
    books.done(0, "p", "person_registration", **ANNA)
    books.done(0, "l1", "person_link", person="anna", lane=1)
    assert books.decision(0, "l1").adds == (Link("anna:1", "anna", 1),)
    books.done(0, "l2", "person_link", person="anna", lane=1)
    assert books.decision(0, "l2").adds == ()
    books.done(0, "l3", "person_link", person="anna", lane=2)
    assert [link.id for link in books.rows(0, Link)] == ["anna:1", "anna:2"]


def test_links_nobody_unknown_or_locked_and_to_no_lane_that_was_never_given(books: Books) -> None:
    books.done(0, "p", "person_registration", **ANNA)
    assert books.submit(0, "l1", "person_link", person="bert", lane=1).code is Code.person_not_found
    assert books.submit(0, "l2", "person_link", person="anna", lane=3).code is Code.platform_not_found
    books.done(0, "lock", "person_lock", act="A1", person="anna", reason="stolen phone", maker="m1")
    assert books.submit(0, "l3", "person_link", person="anna", lane=1).code is Code.person_locked
