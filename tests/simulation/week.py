"""Week: the seeded story of some weeks of two platforms; what happens next is chosen from what the house holds.

Shape   tell(seed): says one sentence after the other to a Teller; the same seed says the same on every store
        A week is its days with their acts, then a rest: everything that may end must have ended after it
Errors  Broken as the house raises it, with what was told so far in the Teller
"""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType

from cunguan.policy.calendars.cn import CN_WORKDAYS
from tests.properties.instructions import Seeded
from tests.simulation.acts import loss
from tests.simulation.sight import CLIENTS, COMPANIES, LANES, Sight, money
from tests.simulation.story import Teller

#: first days: plain weeks, and weeks that run into Qingming, the first of May and the National Day
FIRST_DAYS = (date(2024, 3, 1), date(2024, 3, 4), date(2024, 4, 1), date(2024, 4, 29), date(2024, 9, 27))
DAYS_OF_REST = 9


@cache
def acts() -> tuple[ModuleType, ...]:
    """Return every act, as often as its weight says."""
    folder = Path(__file__).parent / "acts"
    found = [
        importlib.import_module(f"tests.simulation.acts.{info.name}") for info in pkgutil.iter_modules([str(folder)])
    ]
    return tuple(act for act in sorted(found, key=lambda act: act.__name__) for _ in range(act.WEIGHT))


def tell(teller: Teller, seed: int, *, weeks: int = 1, a_day: int = 7) -> None:
    """Tell the story of a seed."""
    pick = Seeded(seed)
    first = pick.one(FIRST_DAYS)
    for said in opening(pick, first):
        teller.tell(said)
    see = Sight(teller.world, pick, teller.told)
    for _ in range(weeks):
        for _ in range(5):
            for said in day(see, a_day):
                teller.tell(said)
        teller.tell("the clock goes on")
        for said in loss.made_good(see):
            teller.tell(said)
        teller.tell(f"everything comes to rest by {latest(see) + timedelta(days=DAYS_OF_REST)}")


def opening(pick: Seeded, first: date) -> Iterator[str]:
    """Say what stands before the first day's work: platforms, clients, papers, a first deposit each."""
    yield f"day {first}"
    yield "the plane runs over a bank of its own" + pick.one(("", ", runs above 2 details", ", runs above 3 details"))
    yield from (f"platform {platform}" for platform in LANES)
    yield f"the cap across platforms is {money(pick.one((20_000_000, 30_000_000)))} from {first}"
    for platform, name, role, person in CLIENTS:
        a = "a company, " if person in COMPANIES else f"a {role} of {platform} as person {person}"
        yield f"{name} is {a}" + (f"{role} of {platform} as person {person}" if person in COMPANIES else "")
    for platform in LANES:
        yield f"{platform} publishes the fees withdrawal_fee of 0.1 %, platform_fee of 2 %"
    for number, client in enumerate(CLIENTS):
        yield f"{client.name} binds a card as card:{client.name}"
        if not pick.chance(3):
            yield f"{client.name} confirms the fees as fees:{client.name}"
        if client.role == "lender":
            yield f"the bank receives {money(pick.one((700_001, 100_000)))} for {client.name} as O{number}"
    for platform in LANES:
        yield f"the bank receives {money(pick.one((20_000, 7)))} of {platform} for marketing as Q{LANES[platform]}"
        yield f"the statement of {platform} is read"
    yield f"day {first + timedelta(days=3)}"  # the cards have cooled


def day(see: Sight, a_day: int) -> Iterator[str]:
    """Say what happens on one day, and how it ends: the next working day, each day, or far later."""
    for _ in range(see.pick.one((a_day - 2, a_day, a_day + 2))):
        act = see.pick.one(acts())
        yield from act.happens(see) or ()
    if not see.chance(3):
        yield "the plane keeps house"
    yield f"day {_next(see, latest(see))}"


def latest(see: Sight) -> date:
    """Return the day of the platform that is ahead."""
    return max(see.today(platform) for platform in LANES)


def _next(see: Sight, today: date) -> date:
    if see.chance(16):
        return today + timedelta(days=see.pick.one((31, 33, 40)))
    day = today + timedelta(days=1)
    while not CN_WORKDAYS.is_working_day(day) and not see.chance(5):
        day += timedelta(days=1)
    return day
