"""Fee schedule and consent: what may be charged, and to whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import FeeConsent, FeeItem, FeeSchedule
from cunguan.policy import evaluate
from tests.operations.driver import FRIDAY, Books

ITEM = FeeItem("platform_fee", "bp", 200, 0, 0, 0)
PUBLISH: dict[str, Any] = {"schedule": "fees", "version": 1, "items": [ITEM], "maker": "m1", "checker": "c1"}
CONFIRM = {"holder": "L1", "schedule": "fees", "version": 1}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    books.client(1, "L1")
    books.client(1, "L2")
    return books


@pytest.fixture
def notice(monkeypatch: pytest.MonkeyPatch) -> int:
    """Give the pack a notice of three days."""
    pack = evaluate.PACKS["cn_p2p"]
    monkeypatch.setitem(evaluate.PACKS, "cn_p2p", replace(pack, params={**pack.params, "fee_notice_days": 3}))
    return 3


# ── publication ──────────────────────────────────────────────────────────────
def test_publishes_the_first_version_in_force_and_the_next_one_announced(books: Books) -> None:
    books.done(1, "v1", "fee_schedule", **PUBLISH)
    assert books.get(1, FeeSchedule, "fees:1") == FeeSchedule("fees:1", "fees", 1, FRIDAY, (ITEM,), "in_force")
    books.done(1, "v2", "fee_schedule", **{**PUBLISH, "version": 2})
    assert [row.state for row in books.rows(1, FeeSchedule)] == ["in_force", "announced"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"schedule": ""}, Code.id_malformed),
        ({"schedule": "a:b"}, Code.id_malformed),
        ({"version": 1}, Code.fee_schedule_exists),
        ({"version": 0}, Code.fee_schedule_not_found),
        ({"version": -1}, Code.fee_schedule_not_found),
        ({"version": 3}, Code.fee_schedule_not_found),
        ({"schedule": "other"}, Code.fee_schedule_not_found),
        ({"items": []}, Code.details_missing),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(1, "v1", "fee_schedule", **PUBLISH)
    assert books.submit(1, "v2", "fee_schedule", **{**PUBLISH, "version": 2, **change}).code is code


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([replace(ITEM, item="")], Code.details_missing),
        ([ITEM, ITEM], Code.duplicate_detail),
        ([replace(ITEM, fixed_minor=-1)], Code.amount_not_positive),
        ([replace(ITEM, cap_minor=-1)], Code.amount_not_positive),
        ([replace(ITEM, month_cap_minor=-1)], Code.amount_not_positive),
        ([replace(ITEM, rate_bp=0)], Code.rate_malformed),
        ([replace(ITEM, rate_bp=1)], Code.done),
        ([replace(ITEM, rate_bp=10_000)], Code.done),
        ([replace(ITEM, rate_bp=10_001)], Code.rate_malformed),
        ([replace(ITEM, basis="fixed", fixed_minor=1)], Code.rate_malformed),
        ([replace(ITEM, basis="fixed", rate_bp=0)], Code.rate_malformed),
        ([replace(ITEM, basis="fixed", rate_bp=0, fixed_minor=1)], Code.done),
        ([replace(ITEM, basis="free", rate_bp=1)], Code.rate_malformed),
        ([ITEM, replace(ITEM, item="withdrawal_fee", fixed_minor=200)], Code.done),
    ],
)
def test_takes_only_items_that_have_a_price(books: Books, items: list[FeeItem], code: Code) -> None:
    assert books.submit(1, "v1", "fee_schedule", **{**PUBLISH, "items": items}).code is code


def test_is_refused_before_the_lane_is_open() -> None:
    assert Books().submit(1, "v1", "fee_schedule", **PUBLISH).code is Code.lane_not_open


def test_announces_no_version_while_the_one_before_has_its_notice(books: Books, notice: int) -> None:
    books.done(1, "v1", "fee_schedule", **PUBLISH)
    books.done(1, "v2", "fee_schedule", **{**PUBLISH, "version": 2})
    assert books.submit(1, "v3", "fee_schedule", **{**PUBLISH, "version": 3}).code is Code.fee_notice_too_short
    books.move_day(1, FRIDAY + timedelta(days=notice))
    books.done(1, "v3b", "fee_schedule", **{**PUBLISH, "version": 3})
    assert [row.state for row in books.rows(1, FeeSchedule)] == ["superseded", "in_force", "announced"]


# ── consent ──────────────────────────────────────────────────────────────────
def test_stores_the_clients_confirmation_as_the_authority_of_his_fees(books: Books) -> None:
    books.done(1, "v1", "fee_schedule", **PUBLISH)
    answer = books.done(1, "c1", "fee_consent", **CONFIRM)
    assert answer.seq is not None
    assert books.get(1, FeeConsent, "L1:fees") == FeeConsent("L1:fees", "L1", "fees", 1, answer.seq, "", 0, "active")
    authority = books.decision(1, "c1").authority
    assert authority is not None
    assert (authority.text.kind, authority.text.type, authority.text.payee) == ("F", "fee_consent", "fees:1")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"holder": "L9"}, Code.account_not_found),
        ({"version": 2}, Code.fee_schedule_not_found),
        ({"schedule": "other"}, Code.fee_schedule_not_found),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
    ],
)
def test_confirms_nothing_in_these_cases(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(1, "v1", "fee_schedule", **PUBLISH)
    assert books.submit(1, "c1", "fee_consent", **{**CONFIRM, **change}).code is code
    assert books.rows(1, FeeConsent) == []


def test_confirms_a_version_once_and_never_goes_back(books: Books) -> None:
    books.fees(1)
    books.consent(1, "L1")
    assert books.submit(1, "again", "fee_consent", **CONFIRM).code is Code.state_forbids
    books.fees(1, "fees", 2)
    books.consent(1, "L1", version=2)
    assert books.get(1, FeeConsent, "L1:fees").version == 2
    assert books.submit(1, "back", "fee_consent", **{**CONFIRM, "version": 1}).code is Code.state_forbids
    # L2 comes late: he is offered only what is in force
    assert books.submit(1, "late", "fee_consent", **{**CONFIRM, "holder": "L2"}).code is Code.state_forbids
    books.consent(1, "L2", version=2)


def test_leaves_the_others_at_the_price_they_confirmed(books: Books) -> None:
    books.fees(1)
    books.consent(1, "L1")
    books.consent(1, "L2")
    books.fees(1, "fees", 2)
    books.consent(1, "L1", version=2)
    assert (books.get(1, FeeConsent, "L1:fees").version, books.get(1, FeeConsent, "L2:fees").version) == (2, 1)
    assert [row.state for row in books.rows(1, FeeSchedule)] == ["superseded", "in_force"]
    assert books.get(1, FeeConsent, "L2:fees").state == "active"


def test_moves_the_authority_and_keeps_the_months_sum_with_a_new_version(books: Books) -> None:
    books.fees(1)
    books.consent(1, "L1")
    charged = replace(books.get(1, FeeConsent, "L1:fees"), month="2024-03", used_month_minor=70)
    books.store.tables[(1, FeeConsent)]["L1:fees"] = charged
    books.runners.clear()
    books.fees(1, "fees", 2)
    answer = books.done(1, "c2", "fee_consent", **{**CONFIRM, "version": 2})
    assert books.get(1, FeeConsent, "L1:fees") == replace(charged, version=2, authority=answer.seq)


@pytest.mark.parametrize(("days", "code"), [(2, Code.fee_notice_too_short), (3, Code.done)])
def test_waits_for_the_notice_of_a_new_version(books: Books, notice: int, days: int, code: Code) -> None:
    books.fees(1)
    books.fees(1, "fees", 2)
    books.move_day(1, FRIDAY + timedelta(days=days))
    answer = books.submit(1, "c", "fee_consent", **{**CONFIRM, "version": 2})
    assert answer.code is code
    if code is not Code.done:
        assert answer.detail == {"until": date(2024, 3, 4).isoformat()}


def test_gives_the_first_version_no_notice(books: Books, notice: int) -> None:
    books.fees(1)
    books.consent(1, "L1")
