"""Client limits (客户限额): how much may leave an account by one withdrawal, and in one business day.

When    a withdrawal is decided, a limit is changed, a page shows it
Shape   ClientLimit: what is in force, what comes later and when, what was withdrawn on its day. 0 is "no limit of this kind"
        Without a row a client who confirms by a passkey has amount B of policy/step_up.py, so that more needs a day's notice
Units   minor units; `later_at` in seconds since 1970
Source  transparency.md part 6 "Step-up matrix"; ADR 0048
"""

from datetime import date
from typing import Final

from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Given
from cunguan.kernel.rows import ClientLimit
from cunguan.operations.client_keys import BY_CODE
from cunguan.policy.step_up import COOLING_HOURS, amounts

COOLING_SECONDS: Final = COOLING_HOURS * 3600
_NEVER: Final = date(1970, 1, 1)


def at_first(holder: str, currency: str, day: date) -> ClientLimit:
    """Return the limit of a client who has set none."""
    known = amounts(currency, day)
    return ClientLimit(holder, 0 if known is None else known.b_minor, 0, 0, 0, 0, _NEVER, 0, 0)


def now(limit: ClientLimit, given: Given) -> ClientLimit:
    """Return a limit as it stands at the lane's instant and on its day."""
    if limit.later_at and int(given.at.timestamp()) >= limit.later_at:
        limit = replace(limit, each_minor=limit.later_each_minor, day_minor=limit.later_day_minor, later_at=0)
    if limit.used_date != given.business_date:
        limit = replace(limit, used_date=given.business_date, used_minor=0, used_by_code_minor=0)
    return limit


def changed(limit: ClientLimit, each_minor: int, day_minor: int, given: Given) -> ClientLimit:
    """Return a limit after its owner has said another: what is lower counts at once, what is higher a day later."""
    each, day = lower(limit.each_minor, each_minor), lower(limit.day_minor, day_minor)
    if (each, day) == (each_minor, day_minor):
        return replace(limit, each_minor=each, day_minor=day, later_each_minor=each, later_day_minor=day, later_at=0)
    return replace(
        limit, each_minor=each, day_minor=day, later_each_minor=each_minor, later_day_minor=day_minor,
        later_at=int(given.at.timestamp()) + COOLING_SECONDS,
    )  # fmt: skip


def lower(one: int, other: int) -> int:
    """Return the lower of two limits; 0 is none.

    >>> lower(0, 5), lower(7, 5), lower(0, 0)
    (5, 5, 0)
    """
    return min(one, other) if one and other else one or other


def exceeded(limit: ClientLimit, amount_minor: int) -> bool:
    """Return whether an amount is more than a limit lets out now."""
    if limit.each_minor and amount_minor > limit.each_minor:
        return True
    return bool(limit.day_minor) and limit.used_minor + amount_minor > limit.day_minor


def code_exceeded(limit: ClientLimit, amount_minor: int, currency: str) -> bool:
    """Return whether an amount is more than one-time codes may let out in a day: amount A, however it is divided."""
    known = amounts(currency, limit.used_date)
    return known is None or limit.used_by_code_minor + amount_minor > known.a_minor


def refusal(limit: ClientLimit | None, amount_minor: int, kind: str, currency: str) -> Code | None:
    """Return why an amount may not leave now, by evidence of this kind ("" by a mandate); None where it may."""
    if limit is None:
        return None
    if exceeded(limit, amount_minor):
        return Code.limit_exceeded
    return Code.step_up_required if kind in BY_CODE and code_exceeded(limit, amount_minor, currency) else None


def used(limit: ClientLimit, amount_minor: int, kind: str) -> ClientLimit:
    """Return a limit after a withdrawal; one that is cancelled or comes back is not taken off again."""
    by_code = amount_minor if kind in BY_CODE else 0
    return replace(
        limit, used_minor=limit.used_minor + amount_minor, used_by_code_minor=limit.used_by_code_minor + by_code
    )


def told(limit: ClientLimit) -> dict[str, int | None]:
    """Return what a client is told of his limit."""
    left = max(0, limit.day_minor - limit.used_minor) if limit.day_minor else None
    return {
        "each_minor": limit.each_minor, "day_minor": limit.day_minor, "day_left_minor": left,
        "later_at": limit.later_at or None,
    }  # fmt: skip
