"""Problem: what the door refuses with is a code of the catalogue, and nothing else."""

import pytest

from cunguan.doors.api.problem import Problem, not_found
from cunguan.kernel.codes import Code


def test_a_problem_is_told_by_the_name_of_its_code() -> None:
    details = not_found("listing").details
    assert (details.status, details.code, details.type) == (404, "not_found", "/docs/codes#not_found")


@pytest.mark.parametrize("code", ["not_found", 7, None])
def test_what_is_no_code_is_not_said(code: object) -> None:
    with pytest.raises(ValueError):
        Problem(404, code)  # type: ignore[arg-type]


@pytest.mark.parametrize(("code", "may"), [(Code.lane_busy, True), (Code.rate_limited, True), (Code.not_found, False)])
def test_whether_a_retry_may_help_is_the_codes_unless_it_is_said(code: Code, may: bool) -> None:
    assert Problem(503, code).details.retry is may
    assert Problem(503, code, retry=not may).details.retry is not may
