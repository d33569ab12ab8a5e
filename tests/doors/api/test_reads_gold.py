"""Gold case k.1 as a platform reads it at its door: figures of the loan, claims and balances, to the cent.

Source  domain-decisions.md, "Gold case k.1 as corrected", steps 1 to 7
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from tests.conftest import fresh_database
from tests.doors.api.reading_case import Reads, reads
from tests.operations.lending_case import LANE
from tests.operations.test_gold_k1 import _sold


@pytest.fixture(scope="module")
def api(wheel_server_url: str) -> Iterator[Reads]:
    """The door in front of the books at the end of the case."""
    books = _sold()
    books.move_day(LANE, date(2024, 6, 5))
    assert books.compensate(2, 3_333_333, 16_667).code is Code.done
    assert books.compensate(3, 3_333_333, 33_333).code is Code.done
    for url in fresh_database(wheel_server_url):
        with reads(url, tuple(books.store.batches), {LANE: "P1"}) as made:
            yield made


def available(api: Reads, holder: str, **query: Any) -> int:
    found: int = api.found(LANE, f"/v1/accounts/{holder}/balances", **query)["available_minor"]
    return found


def test_the_balances_at_the_end_are_those_of_the_case(api: Reads) -> None:
    assert [available(api, holder) for holder in ("L1", "L2", "L3", "G")] == [6_125_000, 3_010_000, 1_025_001, 283_334]
    own = {one["code"]: one["balance_minor"] for one in api.found(LANE, "/v1/pools/main")["accounts"]}
    assert (own["2110"], own["2120"], own["2125"]) == (200_000, 90_000, 0)


def test_the_balances_after_the_first_repayment_can_still_be_asked(api: Reads) -> None:
    (repaid,) = api.all(LANE, "/v1/instructions", kind="repayment")
    before, after = repaid["seq"] - 1, repaid["seq"]
    assert [available(api, lender, as_of=before) for lender in ("L1", "L2", "L3")] == [0, 0, 10_001]
    assert [available(api, lender, as_of=after) for lender in ("L1", "L2", "L3")] == [2_060_001, 1_030_000, 353_334]


def test_the_listing_says_what_was_raised_lent_and_repaid(api: Reads) -> None:
    found = api.found(LANE, "/v1/listings/X")
    assert [found[f"{name}_minor"] for name in ("raised", "lent", "repaid", "outstanding", "interest", "late")] == [
        10_000_000, 10_000_000, 3_333_334, 6_666_666, 100_000, 0,
    ]  # fmt: skip
    plan = api.found(LANE, "/v1/listings/X/plan")["items"]
    assert [(row["principal_minor"], row["interest_minor"]) for row in plan] == [
        (3_333_334, 100_000), (3_333_333, 66_667), (3_333_333, 33_333),
    ]  # fmt: skip
    assert [row["compensated_principal_minor"] for row in plan] == [0, 3_333_333, 3_333_333]


def test_the_claims_are_the_guarantors_with_recourse(api: Reads) -> None:
    claims = api.all(LANE, "/v1/listings/X/claims")
    owed = [claim for claim in claims if claim["principal_minor"]]
    assert {claim["holder"] for claim in owed} == {"G"} and {claim["rank"] for claim in owed} == {2}
    assert sum(claim["principal_minor"] for claim in owed) == 6_666_666
    assert sum(claim["recourse_interest_minor"] for claim in owed) == 50_000
    (sale,) = api.all(LANE, "/v1/sales", seller="L2")
    assert (sale["state"], sale["sold_minor"], sale["left_minor"]) == ("sold", 2_000_000, 0)
    assert api.found(LANE, "/v1/claims/bid:L2:X")["state"] == "assigned"
