"""Records behind the runs of `cunguan safeguard` (保障资金登记): which rule binds a pool, where money is kept safe, what holders say.

Does    bind: a rule pack binds a pool from a date on, with the facts it needs · means: a bank account with its letter, an asset, an
        insurance, a guarantee, or an account on the way (unplaced) · stated: what a holder says of a day where no file came ·
        recorded: show it
        Each is recorded under two names and never changed; a later record says what is so from its date on
Returns 0 recorded · 2 wrong usage
Units   amounts as people write them, in the pool's currency
"""

import argparse
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from cunguan.doors.cli.arguments import date_of
from cunguan.doors.cli.database import connected, door_url
from cunguan.doors.cli.safeguard_shared import wrong
from cunguan.doors.papers.moments import Wrong, lane_of
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.currency import UnknownCurrency
from cunguan.kernel.money import format_minor, parse_minor
from cunguan.operations.two_names import two_names
from cunguan.policy.safeguarding.rules import RULES, UnknownRule, rule
from cunguan.store import safeguarding as store
from cunguan.store.history import History, LaneSeen
from cunguan.store.safeguarding import Means, Regime
from cunguan.store.sqlfiles import statement

#: kinds of means that are bank accounts of the pool, and those that are not
ACCOUNTS, COVER = ("account", "unplaced"), ("asset", "insurance", "guarantee")


def add_acts(acts: Any) -> None:
    """Register the acts."""
    bind = acts.add_parser("bind", help="record that a rule pack binds a pool, with the facts it needs")
    means = acts.add_parser("means", help="record where a pool's money is kept safe")
    stated = acts.add_parser("stated", help="record what a holder of money says of a day, where no file came")
    for act, does in ((bind, run_bind), (means, run_means), (stated, run_stated)):
        act.set_defaults(run=does)
        act.add_argument("--platform", help="whose pool; needed when there are several platforms")
        act.add_argument("--pool", required=True)
        act.add_argument("--maker", required=True, help="who records it")
        act.add_argument("--checker", required=True, help="who has looked at it")
        act.add_argument("--json", action="store_true", help="print what was recorded as one JSON object")
    bind.add_argument("--rule", required=True, choices=sorted(RULES))
    bind.add_argument("--pool-class", default="", help="the class of the pool, where the pack knows several")
    bind.add_argument("--firm-class", default="", help="the class of the firm, where the pack knows several")
    bind.add_argument("--revenue", help="last year's revenue of the firm's main business")
    bind.add_argument("--firm", default="", help="the firm's own reference at the authority, for its returns")
    means.add_argument(
        "--id", required=True, help="the bank account's id in the books, or a name of your own for a cover"
    )
    means.add_argument("--kind", required=True, choices=(*ACCOUNTS, *COVER))
    means.add_argument("--amount", help="what it is worth; of a bank account the books say it")
    means.add_argument("--institution", required=True, help="who holds or gives it")
    means.add_argument("--letter", default="", help="reference of the acknowledgement letter, policy or bond")
    for act in (bind, means):
        act.add_argument("--from", dest="begins", type=date_of, required=True, metavar="DATE", help="the first day")
        act.add_argument("--until", dest="ends", type=date_of, metavar="DATE", help="the first day it is no longer so")
    recorded = acts.add_parser(
        "recorded", help="show which rule packs bind which pools on a day, and where their money is"
    )
    recorded.set_defaults(run=run_recorded)
    recorded.add_argument("--date", type=date_of, help="the day; without it the open one of each platform")
    recorded.add_argument("--json", action="store_true", help="print one JSON list")
    stated.add_argument("--id", required=True, help="the id of the account, asset or cover")
    stated.add_argument("--date", type=date_of, required=True)
    stated.add_argument("--amount", required=True)
    stated.add_argument("--document", required=True, help="where it stands")


def run_bind(arguments: argparse.Namespace, wiring: Any) -> int:
    """Record a regime."""
    return _record(arguments, wiring, "safeguard_regime_add", _regime)


def run_means(arguments: argparse.Namespace, wiring: Any) -> int:
    """Record a means."""
    return _record(arguments, wiring, "safeguard_means_add", _means)


def run_stated(arguments: argparse.Namespace, wiring: Any) -> int:
    """Record what a holder says."""
    return _record(arguments, wiring, "safeguard_stated_add", _stated)


def run_recorded(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show what is recorded, pool by pool."""
    with connected(wiring), History(door_url(wiring)) as history:
        found = [
            _recorded(history, lane, pool, currency, arguments.date or lane.business_date)
            for lane in history.lanes()
            for pool, currency in store.pools(history, lane.lane)
        ]
    if arguments.json:
        print(canonical_json(found).decode())
        return 0
    for one in found:
        print(f"{one.platform}  {one.pool}  {one.currency}  {one.date}")
        for regime in one.regimes:
            of = " · ".join(part for part in (regime.pool_class, regime.firm_class, regime.firm) if part)
            print(f"  {regime.rule}  {of}".rstrip())
        for means in one.means:
            worth = "" if means.kind in ACCOUNTS else format_minor(means.amount_minor, one.currency)
            print(
                "  "
                + "  ".join(part for part in (means.id, means.kind, worth, means.institution, means.letter) if part)
            )
    return 0


class Recorded(msgspec.Struct, frozen=True):
    """What is recorded of one pool on a day."""

    platform: str
    pool: str
    currency: str
    date: date
    regimes: list[Regime]
    means: list[Means]


def _recorded(history: History, lane: LaneSeen, pool: str, currency: str, day: date) -> Recorded:
    regimes = [one for one in store.regimes(history, day) if (one.lane, one.pool) == (lane.lane, pool)]
    return Recorded(lane.platform, pool, currency, day, regimes, store.means(history, lane.lane, pool, day))


def _record(arguments: argparse.Namespace, wiring: Any, name: str, row_of: Any) -> int:
    refused = two_names(arguments.maker, arguments.checker)
    if refused is not None:
        return wrong(refused.name)
    with connected(wiring) as connection, History(door_url(wiring)) as history:
        try:
            lane = lane_of(history, arguments.platform)
            currency = dict(store.pools(history, lane.lane)).get(arguments.pool)
            if currency is None:
                raise Wrong(f"{lane.platform} has no pool {arguments.pool}")
            row = row_of(arguments, history, lane.lane, currency)
        except (Wrong, UnknownRule, UnknownCurrency, ValueError) as why:
            return wrong(str(why))
        row |= {
            "lane": lane.lane, "pool": arguments.pool, "maker": arguments.maker.strip(), "checker": arguments.checker.strip(),
            "at": datetime.now(UTC),
        }  # fmt: skip
        connection.execute(statement(name), row)
    print(canonical_json(row).decode() if arguments.json else "recorded")
    return 0


def _regime(arguments: argparse.Namespace, history: History, lane: int, currency: str) -> dict[str, object]:
    pack = rule(arguments.rule, arguments.begins)
    if pack.currency not in (None, currency):
        raise Wrong(f"{pack.id} is of {pack.currency}, the pool is of {currency}")
    if arguments.pool_class and arguments.pool_class not in pack.place_within:
        raise Wrong(f"{pack.id} knows no pool of class {arguments.pool_class}: one of {', '.join(pack.place_within)}")
    classes = sorted({tier.firm_class for tier in pack.shares})
    if arguments.firm_class not in (classes or [""]):
        raise Wrong(
            f"{pack.id} needs --firm-class: one of {', '.join(classes)}"
            if classes
            else f"{pack.id} knows no classes of firms"
        )
    return {
        "rule": pack.id, "pool_class": arguments.pool_class, "firm_class": arguments.firm_class,
        "revenue_minor": None if arguments.revenue is None else _amount(arguments.revenue, currency),
        "firm": arguments.firm.strip(), **_period(arguments),
    }  # fmt: skip


def _means(arguments: argparse.Namespace, history: History, lane: int, currency: str) -> dict[str, object]:
    is_account = arguments.kind in ACCOUNTS
    banks = {bank.id for bank in store.banks(history, lane, arguments.pool, arguments.begins)}
    if is_account and arguments.id not in banks:
        raise Wrong(f"the pool has no bank account {arguments.id}; it has {', '.join(sorted(banks)) or 'none'}")
    if not is_account and arguments.id in banks:
        raise Wrong(f"{arguments.id} is a bank account of the pool; give the cover another name")
    if is_account is not (arguments.amount is None):
        raise Wrong("of a bank account the books say what it holds" if is_account else "say what it is worth: --amount")
    return {
        "id": arguments.id, "kind": arguments.kind, "amount_minor": 0 if is_account else _amount(arguments.amount, currency),
        "institution": arguments.institution.strip(), "letter": arguments.letter.strip(), **_period(arguments),
    }  # fmt: skip


def _stated(arguments: argparse.Namespace, history: History, lane: int, currency: str) -> dict[str, object]:
    known = {one.id for one in store.means(history, lane, arguments.pool, arguments.date)}
    if arguments.id not in known:
        raise Wrong(f"nothing is recorded under {arguments.id} on {arguments.date}; see `cunguan safeguard means`")
    return {
        "id": arguments.id, "day": arguments.date, "amount_minor": parse_minor(arguments.amount, currency),
        "document": arguments.document.strip(),
    }  # fmt: skip


def _amount(text: str, currency: str) -> int:
    minor = parse_minor(text, currency)
    if minor < 0:
        raise Wrong(f"{text} is below zero")
    return minor


def _period(arguments: argparse.Namespace) -> dict[str, date | None]:
    if arguments.ends is not None and arguments.ends <= arguments.begins:
        raise Wrong(f"--until {arguments.ends} is not after --from {arguments.begins}")
    return {"valid_from": arguments.begins, "valid_until": arguments.ends}
