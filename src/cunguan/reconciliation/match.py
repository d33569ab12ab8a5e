"""Matching (三方勾对): what platform, ledger and bank say of the same money, as one expression for lines of any number.

When    each day's reconciliation (R1, R3), over the lines up to its date and those that were still open before
Reads   tables with the columns LINES (`lines.py`) on whatever engine; a side that is not given is expected of nobody
Passes  1  by reference: one line a side, all alike: matched, and never looked at again. Its texts are compared by their hash,
           its amount and currency as they are
        2  by reference, what is left of it: several lines a side may make one sum
        3  what has no partner, by amount, date and counterparty, where there are as many on one side as on the other: which
           of two claimants is paid is never guessed
        4  one to many and many to one, up to MOST: by the batch both name; then all of one counterparty, date and direction
        Money is equal or it is not: no pass has a tolerance, and none tries which lines might add up
Returns the breaks, a table with the columns of `Found`: what is wrong with each reference, the first of `ladder.py`
Order   by code, reference and line, whatever the order of the lines
Source  domain.md (e.1) R1, R3; (e.3); ADR 0031
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final

import ibis

from cunguan.reconciliation.ladder import breaks
from cunguan.reconciliation.lines import SIDES

#: one line is matched with at most so many
MOST: Final = 1_000

#: the columns of a side
LINES: Final = ibis.schema(
    {
        "line": "int64",
        "amount_minor": "int64",
        "currency": "string",
        "booked_on": "date",
        "reference": "string",
        "batch": "string",
        "account": "string",
        "counterparty": "string",
        "listing": "string",
        "status": "string",
        "kind": "string",
        "value_on": "date",
        "at_platform": "boolean",
        "at_bank": "boolean",
    }
)

#: what two sides both say besides money and counterparty
ORDER: Final = ("booked_on", "listing", "status")
ENTRY: Final = ("booked_on", "value_on", "account")
#: texts in which sides may differ
TEXTS: Final = ("account", "counterparty", "listing", "status")


def match(
    ledger: ibis.Table,
    *,
    platform: ibis.Table | None = None,
    bank: ibis.Table | None = None,
    day: date,
    hold: Callable[[ibis.Table], ibis.Table] = lambda rest: rest,
) -> ibis.Table:
    """Return the breaks of a day; `hold`: how an engine keeps what is read several times, where it does not by itself."""
    sides = {"platform": platform, "ledger": _expected(ledger, platform, bank), "bank": bank}
    given = {name: table for name, table in sides.items() if table is not None}
    units = _units(hold(_said(_rest(given, _suspects(given)))))
    return breaks(units, _answers(_paired(_claims(units))), day)


def _expected(ledger: ibis.Table, platform: ibis.Table | None, bank: ibis.Table | None) -> ibis.Table:
    return ledger.mutate(
        at_platform=ledger.at_platform if platform is not None else ibis.literal(False),
        at_bank=ledger.at_bank if bank is not None else ibis.literal(False),
    )


# ── pass 1: one line a side, all alike ───────────────────────────────────────
def _suspects(sides: Mapping[str, ibis.Table]) -> ibis.Table:
    """Return the references of which anything is not as it should be; the empty one is among them."""
    told = ibis.union(*(_told(name, table) for name, table in sides.items()))
    groups = told.group_by("reference", "currency").agg(
        platform=told.count(where=told.side == SIDES.index("platform")),
        ledger=told.count(where=told.side == SIDES.index("ledger")),
        bank=told.count(where=told.side == SIDES.index("bank")),
        at_platform=told.at_platform.max(),
        at_bank=told.at_bank.max(),
        **{f"{name}_least": told[name].min() for name in ("amount_minor", "party", "order", "entry")},
        **{f"{name}_most": told[name].max() for name in ("amount_minor", "party", "order", "entry")},
    )
    alike = [groups[f"{name}_least"].identical_to(groups[f"{name}_most"]) for name in ("party", "order", "entry")]
    is_clean = ibis.and_(
        groups.reference != "",
        groups.ledger == 1,
        groups.platform == groups.at_platform,
        groups.bank == groups.at_bank,
        groups.amount_minor_least == groups.amount_minor_most,
        *alike,
    )
    return groups.filter(~is_clean).select("reference")


def _told(side: str, table: ibis.Table) -> ibis.Table:
    nothing = ibis.null("int64")
    return table.select(
        side=ibis.literal(SIDES.index(side), "int8"),
        reference=table.reference.fill_null(""),
        currency=table.currency,
        amount_minor=table.amount_minor,
        at_platform=table.at_platform.cast("int64") if side == "ledger" else ibis.literal(0, "int64"),
        at_bank=table.at_bank.cast("int64") if side == "ledger" else ibis.literal(0, "int64"),
        party=ibis.ifelse(table.counterparty != "", table.counterparty.hash(), nothing),
        order=_digest(table, ORDER) if side != "bank" else nothing,
        entry=_digest(table, ENTRY) if side != "platform" else nothing,
    )


def _digest(table: ibis.Table, names: tuple[str, ...]) -> ibis.Value:
    return ibis.struct({name: table[name] for name in names}).hash()


def _rest(sides: Mapping[str, ibis.Table], suspects: ibis.Table) -> ibis.Table:
    """Return the lines of suspect references, whole."""
    return ibis.union(*(_whole(name, table) for name, table in sides.items())).semi_join(suspects, "reference")


def _whole(side: str, table: ibis.Table) -> ibis.Table:
    said = {name: table[name].nullif("") for name in (*TEXTS, "currency", "batch", "kind")}
    plain = {name: table[name] for name in ("line", "amount_minor", "booked_on", "value_on", "at_platform", "at_bank")}
    return table.select(side=ibis.literal(side), reference=table.reference.fill_null(""), **plain, **said)


# ── pass 2: a reference, or a line that has none ─────────────────────────────
def _units(said: ibis.Table) -> ibis.Table:
    """Return one row a reference, with what each side says of it."""
    references = said.select("reference", "itself").distinct()
    units = reduce(lambda found, side: _beside(found, said, side), SIDES, references)
    return units.mutate(
        **{f"has_{side}": units[f"{side}_line"].notnull() for side in SIDES},
        **{f"{name}_apart": _apart(units, name, name) for name in (*TEXTS, "value_on")},
        currency_apart=_apart(units, "first_currency", "last_currency"),
        since=ibis.least(*(units[f"{side}_day"] for side in SIDES)),
        until=ibis.greatest(*(units[f"{side}_last_day"] for side in SIDES)),
        at_platform=units.ledger_at_platform.fill_null(False),
        at_bank=units.ledger_at_bank.fill_null(False),
        has_exchange=reduce(or_, (units[f"{side}_exchanged"].fill_null(False) for side in SIDES)),
    )


def _beside(units: ibis.Table, said: ibis.Table, side: str) -> ibis.Table:
    here = said.filter(said.side == side).drop("side")
    named = here.rename({f"{side}_{name}": name for name in here.columns if name not in ("reference", "itself")})
    return units.left_join(named, ["reference", "itself"]).drop("reference_right", "itself_right")


def _said(rest: ibis.Table) -> ibis.Table:
    """Return one row a side of a reference."""
    by_itself = ibis.ifelse(rest.reference == "", rest.side + ":" + rest.line.cast("string"), ibis.literal(""))
    lines = rest.mutate(itself=by_itself, value_on=rest.value_on.cast("string"))
    return lines.group_by("reference", "itself", "side").agg(
        count=lines.count(),
        minor=lines.amount_minor.sum(),
        least=lines.amount_minor.min(),
        most=lines.amount_minor.max(),
        line=lines.line.min(),
        day=lines.booked_on.min(),
        last_day=lines.booked_on.max(),
        at_platform=lines.at_platform.max(),
        at_bank=lines.at_bank.max(),
        first_currency=lines.currency.min(),
        last_currency=lines.currency.max(),
        exchanged=(lines.kind == "exchange").max(),
        returned=_sum(lines, "return"),
        reversed=_sum(lines, "reversal"),
        charged=_sum(lines, "charge", "interest"),
        **{name: _only(lines[name]) for name in ("currency", *TEXTS, "value_on", "batch", "kind")},
    )


def _sum(lines: ibis.Table, *kinds: str) -> ibis.Value:
    return lines.amount_minor.sum(where=lines.kind.isin(kinds)).fill_null(0)


def _only(value: ibis.Value) -> ibis.Value:
    """Return the one thing that a side says; null when it says several (a payment and its fee): it is not compared."""
    return ibis.ifelse(value.min() == value.max(), value.min(), ibis.null("string"))


def _apart(units: ibis.Table, first: str, last: str) -> ibis.Value:
    """Test that two sides say different things."""
    return ibis.least(*(units[f"{side}_{first}"] for side in SIDES)) != ibis.greatest(
        *(units[f"{side}_{last}"] for side in SIDES)
    )


# ── passes 3 and 4: what has no partner by its reference ─────────────────────
def _claims(units: ibis.Table) -> ibis.Table:
    """Return one row for each side that a unit of the ledger wants, and for each side a unit offers the ledger."""
    return ibis.union(*(_claims_on(units, side) for side in ("bank", "platform")))


def _claims_on(units: ibis.Table, side: str) -> ibis.Table:
    wants = units.has_ledger & units[f"at_{side}"] & ~units[f"has_{side}"]
    offers = units[f"has_{side}"] & ~units.has_ledger
    of = {name: ibis.ifelse(wants, units[f"ledger_{name}"], units[f"{side}_{name}"]) for name in OWN}
    batch, account = of.pop("batch"), of.pop("account")
    return units.filter(wants | offers).select(
        "reference",
        "itself",
        side=ibis.literal(side),
        wants=wants,
        found=ibis.literal(False),
        group=batch.coalesce(units.reference.nullif("")),
        account=account.fill_null("") if side == "bank" else ibis.literal(""),
        direction=of["minor"].sign(),
        **of,
    )


#: what a claim says of its own side
OWN: Final = ("line", "currency", "account", "counterparty", "minor", "day", "batch")


def _paired(claims: ibis.Table) -> ibis.Table:
    """Mark the claims that are one another's, pass by pass; add the hint of what is left."""
    one = _pass(claims, ("counterparty", "day", "minor"), lambda c: c.wanting == c.offering)
    batch = _pass(one, ("group",), _is_one_to_many)
    party = _pass(batch, ("counterparty", "day", "direction"), _is_one_to_many)
    return _counted(party, ("minor",))


def _pass(claims: ibis.Table, keys: tuple[str, ...], fits: Callable[[Any], Any]) -> ibis.Table:
    counted = _counted(claims, keys)
    is_known = ibis.and_(*(counted[key].notnull() for key in keys))
    return counted.select(
        *(name for name in claims.columns if name != "found"), found=counted.found | is_known & fits(counted)
    )


def _counted(claims: ibis.Table, keys: tuple[str, ...]) -> ibis.Table:
    """Add of the claims that are still open: how many want and offer by these keys, how much, and the first of each."""
    same = ibis.window(group_by=("side", "currency", "account", *keys))
    is_wanting, is_offering = claims.wants & ~claims.found, ~claims.wants & ~claims.found
    return claims.mutate(
        wanting=is_wanting.cast("int64").sum().over(same),
        offering=is_offering.cast("int64").sum().over(same),
        wanted_minor=claims.minor.sum(where=is_wanting).over(same),
        offered_minor=claims.minor.sum(where=is_offering).over(same),
        wanting_line=claims.line.min(where=is_wanting).over(same),
        offering_line=claims.line.min(where=is_offering).over(same),
    )


def _is_one_to_many(c: Any) -> Any:
    is_one = (c.wanting == 1) & c.offering.between(1, MOST) | (c.offering == 1) & c.wanting.between(1, MOST)
    return is_one & (c.wanted_minor == c.offered_minor)


def _answers(claims: ibis.Table) -> ibis.Table:
    """Return what the passes say of each unit."""
    is_hint = (claims.wanting == 1) & (claims.offering == 1) & ~claims.found
    hint = claims.mutate(
        hint_side=ibis.cases((is_hint & claims.wants, claims.side), (is_hint, "ledger"), else_=""),
        hint_line=ibis.cases((is_hint & claims.wants, claims.offering_line), (is_hint, claims.wanting_line)),
    )
    answered = hint.wants & hint.found
    return hint.group_by("reference", "itself").agg(
        bank_found=(answered & (hint.side == "bank")).max(),
        platform_found=(answered & (hint.side == "platform")).max(),
        ledger_found=(~hint.wants & hint.found).max(),
        perhaps_side=hint.hint_side.max(),
        perhaps_line=hint.hint_line.max(),
    )
