"""Related party: who is the platform's own is written down by two people, and ends by two."""

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import RelatedParty
from tests.operations.lending_case import LANE, Loan


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"checker": ""},       Code.two_names_required),
        ({"checker": " m1"},    Code.same_person_twice),
        ({"person": "no id"},   Code.id_malformed),
        ({"relation": ""},      Code.details_missing),
        ({"reason": ""},        Code.reason_missing),
        ({"related": False},    Code.state_forbids),  # of whom nothing was known
        ({},                    Code.done),
    ],
)  # fmt: skip
def test_checks_in_order(body: dict[str, object], code: Code) -> None:
    person = str(body.pop("person", "person:Z"))
    assert Loan().related(person, id="r", **body).code is code


def test_is_known_until_two_people_end_it_and_again() -> None:
    books = Loan()
    for number, related in enumerate((True, False, True)):
        assert books.related("person:Z", related=not related, id=f"{number}:not").code is Code.state_forbids
        assert books.related("person:Z", related=related, id=f"{number}").code is Code.done
        assert books.get(LANE, RelatedParty, "person:Z").state == ("related" if related else "ended")
