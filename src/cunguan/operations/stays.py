"""Stays (平台资金停留期): which accounts of the platform's own a pack allows in the pool, and how long money may stay there.

When    platform money comes to an account of the pool
Reads   the pack's figures `stay_days_<code>`; an account without one is off in this pack
Source  domain-decisions.md 3: 21xx only where the pack allows, each with a longest stay
"""

from datetime import date, timedelta

from cunguan.policy.evaluate import PACKS


def stays_until(pack: str, code: str, day: date) -> date | None:
    """Return the last day on which money that comes to an account now may still stand there, None: not allowed at all.

    >>> stays_until("cn_p2p", "2150", date(2024, 3, 1))
    datetime.date(2024, 3, 8)
    >>> stays_until("cn_p2p", "2130", date(2024, 3, 1)) is None
    True
    """
    days = PACKS[pack].params.get(f"stay_days_{code}")
    return None if days is None else day + timedelta(days=days)
