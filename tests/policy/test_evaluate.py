"""Policy: the edges of each rule, on both sides, and what a change of law does to what was decided before it."""

from datetime import date, timedelta

import msgspec
import pytest

from cunguan.kernel.rules import OK, Rule, Verdict, row_in_force
from cunguan.policy.evaluate import PACKS, Pack, evaluate, rule_set_hash, rules_in_force
from cunguan.policy.facts import ListingFacts, ReserveFacts
from cunguan.policy.packs.cn_p2p import LPR_ONE_YEAR

CN_P2P = PACKS["cn_p2p"]
TODAY = date(2024, 3, 1)
TOMORROW = TODAY + timedelta(days=1)

USUAL = ListingFacts(
    borrower_kind="person",
    outstanding_minor=0,
    asked_minor=1_000_000,
    rate_e6=120_000,
    raise_from=TODAY,
    raise_until=date(2024, 3, 15),
    currency="CNY",
    day=TODAY,
)


def registration(**changes: object) -> Verdict:
    facts = msgspec.structs.replace(USUAL, **changes)
    return evaluate(CN_P2P, "listing_registration", facts.day, facts)


@pytest.mark.parametrize(
    ("kind", "outstanding", "asked", "code"),
    [
        # the caps of the measures, in fen, on both sides of the edge
        ("person",           0,  20_000_000, ""),
        ("person",           0,  20_000_001, "borrower_cap_exceeded"),
        ("person",  19_999_999,           1, ""),
        ("person",  19_999_999,           2, "borrower_cap_exceeded"),
        ("company",          0, 100_000_000, ""),
        ("company",          0, 100_000_001, "borrower_cap_exceeded"),
        ("company", 99_999_999,           2, "borrower_cap_exceeded"),
    ],
)  # fmt: skip
def test_caps_a_borrower_on_one_platform(kind: str, outstanding: int, asked: int, code: str) -> None:
    verdict = registration(borrower_kind=kind, outstanding_minor=outstanding, asked_minor=asked)
    assert (verdict.code, verdict.ok) == (code, not code)


@pytest.mark.parametrize(
    ("kind", "reserved", "asked", "code"),
    [
        ("person",             0, 100_000_000, ""),
        ("person",             0, 100_000_001, "cross_platform_cap_exceeded"),
        ("person",    80_000_000,  20_000_000, ""),
        ("person",    80_000_000,  20_000_001, "cross_platform_cap_exceeded"),
        ("company",            0, 500_000_000, ""),
        ("company",            0, 500_000_001, "cross_platform_cap_exceeded"),
    ],
)  # fmt: skip
def test_caps_a_borrower_across_platforms(kind: str, reserved: int, asked: int, code: str) -> None:
    verdict = evaluate(CN_P2P, "limit_reserve", TODAY, ReserveFacts(kind, reserved, asked))
    assert (verdict.code, verdict.ok) == (code, not code)


def test_names_the_sum_the_cap_and_the_rule() -> None:
    verdict = registration(outstanding_minor=15_000_000, asked_minor=5_000_001)
    assert verdict == Verdict(
        ok=False,
        code="borrower_cap_exceeded",
        why="would owe 200,000.01 on this platform, cap 200,000.00",
        rule_id="cn_p2p.cap_on_one_platform",
    )


@pytest.mark.parametrize(
    ("raise_from", "raise_until", "code"),
    [
        # half-open: the day of raise_until takes no bid any more
        (date(2024, 3, 1),  date(2024, 3, 29),  ""),  # 20 working days, no holiday
        (date(2024, 3, 1),  date(2024, 3, 30),  "raise_too_long"),
        (date(2024, 2, 1),  date(2024, 3, 5),   ""),  # 20: Sundays 4 and 18 February worked, 10 to 17 free
        (date(2024, 2, 1),  date(2024, 3, 6),   "raise_too_long"),
        (date(2024, 2, 1),  date(2024, 3, 1),   ""),  # 19 by the swaps, 21 by weekends only
        (date(2020, 1, 10), date(2020, 2, 14),  ""),  # 20 over the spring festival that was made longer that year
        (date(2020, 1, 10), date(2020, 2, 15),  "raise_too_long"),
        (date(2027, 3, 1),  date(2027, 3, 27),  ""),  # beyond the table: weekends only
        (date(2027, 3, 1),  date(2027, 3, 30),  "raise_too_long"),
    ],
)  # fmt: skip
def test_lets_a_raise_last_twenty_working_days(raise_from: date, raise_until: date, code: str) -> None:
    # 1.0 %: under any rate cap.
    assert registration(raise_from=raise_from, raise_until=raise_until, rate_e6=10_000).code == code


@pytest.mark.parametrize(
    ("day", "rate_e6", "code"),
    [
        (date(2020, 8, 19),  900_000, ""),  # the day before the rule
        (date(2020, 8, 20),  154_000, ""),
        (date(2020, 8, 20),  154_001, "rate_cap_exceeded"),
        (date(2022, 8, 21),  148_000, ""),  # the day before the LPR fell to 3.65 %
        (date(2022, 8, 22),  148_000, "rate_cap_exceeded"),
        (date(2022, 8, 22),  146_000, ""),
        (date(2024, 3, 1),   138_000, ""),
        (date(2024, 3, 1),   138_001, "rate_cap_exceeded"),
        (date(2025, 12, 31), 120_000, ""),
        (date(2025, 12, 31), 120_001, "rate_cap_exceeded"),
    ],
)  # fmt: skip
def test_caps_the_rate_at_four_times_the_rate_of_the_day(day: date, rate_e6: int, code: str) -> None:
    assert registration(day=day, raise_from=day, raise_until=day, rate_e6=rate_e6).code == code


def test_names_the_first_rule_that_fails() -> None:
    everything_wrong = {"asked_minor": 20_000_001, "rate_e6": 999_999, "raise_until": date(2024, 12, 31)}
    assert registration(**everything_wrong).code == "borrower_cap_exceeded"
    del everything_wrong["asked_minor"]
    assert registration(**everything_wrong).code == "raise_too_long"


def test_judges_no_listing_in_another_currency() -> None:
    with pytest.raises(AssertionError, match="USD"):
        registration(currency="USD")


def test_lets_a_recorded_book_pass_without_a_rule() -> None:
    pack = PACKS["none_recorded"]
    wild = msgspec.structs.replace(USUAL, asked_minor=10**15, rate_e6=999_999, currency="USD")
    assert evaluate(pack, "listing_registration", TODAY, wild) == OK
    assert evaluate(pack, "limit_reserve", TODAY, ReserveFacts("person", 10**15, 10**15)) == OK
    assert pack.params["raise_working_days"] and pack.params["full_working_days"]


def _refuse(facts: object) -> Verdict:
    return Verdict(False, "borrower_cap_exceeded", "refused by the new law")


def _with(pack: Pack, **changes: object) -> Pack:
    return msgspec.structs.replace(pack, version=pack.version + 1, **changes)


def _new_law() -> Rule:
    return Rule("cn_p2p.new_law", ("listing_registration",), "nobody lends", "a law", TOMORROW, None, True, _refuse)


def test_leaves_todays_decision_as_it_is_when_a_rule_begins_tomorrow() -> None:  # S-28
    changed = _with(CN_P2P, rules=(*CN_P2P.rules, _new_law()))
    assert evaluate(changed, "listing_registration", TODAY, USUAL) == OK
    assert rule_set_hash(changed, TODAY) == rule_set_hash(CN_P2P, TODAY)
    tomorrow = evaluate(changed, "listing_registration", TOMORROW, USUAL)
    assert (tomorrow.ok, tomorrow.rule_id) == (False, "cn_p2p.new_law")
    assert rule_set_hash(changed, TOMORROW) != rule_set_hash(CN_P2P, TOMORROW)


def test_keeps_the_old_rule_for_the_days_before_its_end() -> None:  # S-28
    cap, *others = CN_P2P.rules
    ended = _with(CN_P2P, rules=(msgspec.structs.replace(cap, effective_until=TOMORROW), *others))
    large = msgspec.structs.replace(USUAL, asked_minor=20_000_001)
    assert evaluate(ended, "listing_registration", TODAY, large).rule_id == cap.id
    assert evaluate(ended, "listing_registration", TOMORROW, large) == OK
    assert rule_set_hash(ended, TODAY) == rule_set_hash(CN_P2P, TODAY)
    assert rule_set_hash(ended, TOMORROW) != rule_set_hash(CN_P2P, TOMORROW)


def test_changes_the_hash_with_every_figure_that_binds() -> None:
    cap, *others = CN_P2P.rules
    lower = msgspec.structs.replace(cap, params={**cap.params, "person": 1})
    later_rate = msgspec.structs.replace(others[-1], dated=tuple(sorted((*LPR_ONE_YEAR, (TOMORROW, 1)))))
    assert rule_set_hash(_with(CN_P2P, rules=(lower, *others)), TODAY) != rule_set_hash(CN_P2P, TODAY)
    assert rule_set_hash(_with(CN_P2P, params={"raise_working_days": 19}), TODAY) != rule_set_hash(CN_P2P, TODAY)
    with_rate = _with(CN_P2P, rules=(cap, *others[:-1], later_rate))
    assert rule_set_hash(with_rate, TODAY) == rule_set_hash(CN_P2P, TODAY)
    assert rule_set_hash(with_rate, TOMORROW) != rule_set_hash(CN_P2P, TOMORROW)


def test_changes_the_hash_on_the_day_a_published_rate_changes() -> None:
    assert rule_set_hash(CN_P2P, date(2022, 8, 21)) == rule_set_hash(CN_P2P, date(2022, 8, 20))
    assert rule_set_hash(CN_P2P, date(2022, 8, 22)) != rule_set_hash(CN_P2P, date(2022, 8, 21))
    assert len(rule_set_hash(CN_P2P, TODAY)) == 64


def test_binds_nothing_before_the_measures() -> None:
    assert rules_in_force(CN_P2P, "listing_registration", date(2016, 8, 23)) == ()
    assert len(rules_in_force(CN_P2P, "listing_registration", date(2016, 8, 24))) == 2
    assert rules_in_force(CN_P2P, "withdrawal", TODAY) == ()


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS.keys())
def test_gives_each_rule_a_source_a_sentence_and_dates_that_run_forward(pack: Pack) -> None:
    assert PACKS[pack.id] is pack
    assert len({rule.id for rule in pack.rules}) == len(pack.rules)
    for rule in pack.rules:
        assert rule.sentence and rule.source and rule.applies_to
        assert rule.id.startswith(f"{pack.id}.")
        assert rule.effective_until is None or rule.effective_from < rule.effective_until
        assert [day for day, _ in rule.dated] == sorted({day for day, _ in rule.dated})
        assert not rule.dated or row_in_force(rule.dated, rule.effective_from)


def test_marks_what_was_not_read_in_its_text() -> None:
    unconfirmed = {rule.id for rule in CN_P2P.rules if not rule.confirmed}
    assert unconfirmed == {"cn_p2p.cap_across_platforms", "cn_p2p.rate_cap"}
