"""Personal data's retention (客户身份资料保存期限): how long the law keeps who a client is, by jurisdiction and day.

When    two people want a client's details shredded; a client asks how long they are kept
Shape   Period: years from the end of the relationship, the first day on which the rule holds, the sentence it answers, whether the
        clause was read (is_confirmed) or is only known of [K]. The longer of the rules that held at the end and that hold today
        binds: a law that came later keeps what is still there
Errors  JurisdictionUnknown: no period is written here; nothing of that jurisdiction is shredded until one is
Not     advice: whoever runs the system has these read by his lawyers. A legal order, an open case or a longer contract keep more
Source  policy/retention.py "identity"; docs/adr/0044
"""

from datetime import date, timedelta
from typing import Final

import msgspec

from cunguan.kernel.dates import add_months


class JurisdictionUnknown(LookupError):
    """No period is written for this jurisdiction."""


class Period(msgspec.Struct, frozen=True):
    """One rule of one jurisdiction."""

    jurisdiction: str
    years: int
    effective_from: date
    source: str
    is_confirmed: bool


PERIODS: Final = (
    Period("CN",  5, date(2007, 1, 1),   "反洗钱法 (2006) 第十九条: 客户身份资料在业务关系结束后保存至少五年 [K]", False),
    Period("CN", 10, date(2025, 1, 1),   "反洗钱法 (2024年修订) 第三十四条: 业务关系结束后至少保存十年 [K]", False),
    Period("EU",  5, date(2017, 6, 26),  "Directive (EU) 2015/849 art. 40: five years after the end of the relationship [K]", False),
    Period("EU",  5, date(2027, 7, 10),  "Regulation (EU) 2024/1624 art. 77: five years [K]", False),
    Period("HK",  5, date(2018, 3, 1),   "AMLO (Cap. 615) Schedule 2 s. 20: at least five years after the relationship ends [K]", False),
    Period("SG",  5, date(2020, 1, 28),  "MAS Notice PSN01, record keeping: at least five years after the relationship ends [K]", False),
    Period("UK",  5, date(2017, 6, 26),  "Money Laundering Regulations 2017 reg. 40: five years from its end [K]", False),
)  # fmt: skip

#: the jurisdiction of a policy pack's or a rule's id, by its first word; what has none is said when details are brought
_WORDS: Final = {one.jurisdiction.lower(): one.jurisdiction for one in PERIODS}


def jurisdiction_of(pack: str) -> str:
    """Return by whose law a platform of a pack keeps its clients; "" where the pack is of no place.

    >>> jurisdiction_of("cn_p2p"), jurisdiction_of("none_recorded")
    ('CN', '')
    """
    return _WORDS.get(pack.partition("_")[0], "")


def binding(jurisdiction: str, ended: date, today: date) -> Period:
    """Return the rule that keeps what a relationship left that ended on a day."""
    held = [one for one in PERIODS if one.jurisdiction == jurisdiction and one.effective_from <= max(ended, today)]
    if not held:
        known = ", ".join(sorted({one.jurisdiction for one in PERIODS}))
        raise JurisdictionUnknown(
            f"no retention period is written for {jurisdiction or 'no jurisdiction'}: there are {known}"
        )
    over = [one for one in held if not _is_replaced(one, held, ended)]
    return max(over, key=lambda one: (one.years, one.effective_from))


def kept_until(jurisdiction: str, ended: date, today: date) -> date:
    """Return the last day on which the law keeps a client's details.

    >>> kept_until("CN", date(2019, 5, 6), date(2024, 5, 7)), kept_until("CN", date(2019, 5, 6), date(2025, 1, 1))
    (datetime.date(2024, 5, 6), datetime.date(2029, 5, 6))
    """
    return add_months(ended, 12 * binding(jurisdiction, ended, today).years)


def _is_replaced(one: Period, held: list[Period], ended: date) -> bool:
    """Return whether a later rule took this one's place before the relationship ended."""
    return any(one.effective_from < other.effective_from <= ended for other in held)


def first_free_day(until: date) -> date:
    """Return the first day on which what was kept until a day may go."""
    return until + timedelta(days=1)
