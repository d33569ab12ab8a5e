"""Two names: who may stand under an act together."""

import pytest

from cunguan.kernel.codes import Code
from cunguan.operations.two_names import two_names


@pytest.mark.parametrize(
    ("maker", "checker", "code"),
    [
        ("m1", "c1", None),
        ("", "c1", Code.two_names_required),
        ("m1", "", Code.two_names_required),
        (" ", "c1", Code.two_names_required),
        ("m1", "m1", Code.same_person_twice),
        ("m1", " m1 ", Code.same_person_twice),
    ],
)
def test_needs_two_different_names(maker: str, checker: str, code: Code | None) -> None:
    assert two_names(maker, checker) is code
