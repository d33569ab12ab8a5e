"""`cunguan log policy` (先留痕后付款规则): from which amount on payments wait for the log, and what happens while nobody cosigns.

When    an operator looks why a payment waits; two people set or change a currency's rule
Does    set adds a version, which holds from now on; every version stays, and is an act in the log
        show: the rules, what waits for the log now, what was let go unseen today
Returns show: 0 nothing waits, 1 something does · set: 0 recorded · 2 wrong usage
Units   amounts as people write them, minor units in --json
Source  ADR 0039
"""

import argparse
import sys
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cunguan.doors.cli.arguments import asked_language
from cunguan.doors.cli.database import connected
from cunguan.doors.log.before_pay import HOLD, RELEASE, Rule, rules
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.currency import EXPONENT
from cunguan.kernel.money import format_minor, parse_minor
from cunguan.operations.two_names import two_names
from cunguan.store.sqlfiles import statement

_WORDS: Final = {
    "en": {
        "none": "no rule: payments leave without waiting for the log",
        "off": "no payment waits",
        "from": "payments from {} on wait for the log",
        HOLD: "while nobody cosigns they are held",
        RELEASE: "while nobody cosigns they leave after {} s, at most {} a day",
        "by": "version {} by {} and {}: {}",
        "waits": "waits since",
        "quiet": "nothing waits for the log",
        "released": "let go unseen today: {} payments, {}",
    },
    "zh": {
        "none": "没有规则：付款不等待留痕",
        "off": "付款不等待留痕",
        "from": "{} 及以上的付款须先留痕",
        HOLD: "见证人不足法定数时一律暂缓",
        RELEASE: "见证人不足法定数时，等待 {} 秒后放行，每日至多 {}",
        "by": "第 {} 版，经办 {}，复核 {}：{}",
        "waits": "等待自",
        "quiet": "没有付款在等待留痕",
        "released": "今日未见证放行：{} 笔，{}",
    },
}


class Waiting(msgspec.Struct, frozen=True):
    """A payment that waits for the log."""

    lane: int
    payment: str
    currency: str
    amount_minor: int
    code: str
    why: str
    since: datetime


class Released(msgspec.Struct, frozen=True):
    """What was let go unseen on a day."""

    currency: str
    payments: int
    amount_minor: int


def add_to(acts: Any) -> None:
    """Register `log policy`."""
    says = "from which amount on payments wait for the log: show, set"
    verbs = acts.add_parser("policy", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    show = verbs.add_parser("show", help="the rules, what waits, what was let go unseen today")
    show.set_defaults(run=run_show)
    show.add_argument("--lang", choices=["en", "zh"], help="language of the words (by LANG)")
    put = verbs.add_parser("set", help="two people set a currency's rule; it holds from now on")
    put.set_defaults(run=run_set)
    put.add_argument("--currency", required=True)
    amount = put.add_mutually_exclusive_group(required=True)
    amount.add_argument("--amount", help="payments from this amount on wait; 0: all")
    amount.add_argument("--off", action="store_true", help="no payment of this currency waits")
    put.add_argument(
        "--away", choices=(HOLD, RELEASE), default=HOLD, help="what happens while the quorum does not cosign (hold)"
    )
    put.add_argument("--after", type=int, metavar="SECONDS", help="with release: how long a payment waits first")
    put.add_argument(
        "--cap", metavar="AMOUNT", help="with release: what may leave unseen in one day, all payments together"
    )
    for name, text in (("reason", "why"), ("maker", "who asks"), ("checker", "who has looked at it")):
        put.add_argument(f"--{name}", required=True, help=text)
    for one in (show, put):
        one.add_argument("--json", action="store_true", help="print one JSON value")


# ── show ─────────────────────────────────────────────────────────────────────
def run_show(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show the rules, and what they hold now."""
    today = datetime.now(wiring.zone).date()
    with connected(wiring) as connection:
        ruled = list(rules(connection).values())
        waiting = [
            Waiting(lane, payment, currency, amount_minor, Code(code).name, why, since)
            for lane, payment, currency, amount_minor, code, why, since in connection.execute(statement("log_waits"))
        ]
        released = [Released(*row) for row in connection.execute(statement("log_released"), {"day": today})]
    if arguments.json:
        print(canonical_json({"rules": ruled, "waiting": waiting, "released_today": released}).decode())
    else:
        print("\n".join(_lines(_WORDS[asked_language(arguments, wiring)], ruled, waiting, released)))
    return 1 if waiting else 0


def _lines(words: dict[str, str], ruled: list[Rule], waiting: list[Waiting], released: list[Released]) -> list[str]:
    lines = [line for rule in ruled for line in _rule(words, rule)] or [words["none"]]
    lines += [
        f"{one.lane}  {one.payment}  {_shown(one.amount_minor, one.currency)}  {words['waits']} {one.since:%Y-%m-%d %H:%M:%S}Z  "
        f"{one.code}: {one.why}" for one in waiting
    ] or [words["quiet"]]  # fmt: skip
    lines += [words["released"].format(one.payments, _shown(one.amount_minor, one.currency)) for one in released]
    return lines


def _rule(words: dict[str, str], rule: Rule) -> list[str]:
    if rule.amount_minor is None:
        says = words["off"]
    else:
        away = words[rule.away].format(rule.patience_seconds, _shown(rule.cap_minor, rule.currency))
        says = f"{words['from'].format(_shown(rule.amount_minor, rule.currency))}; {away}"
    return [
        f"{rule.currency}  {says}",
        f"     {words['by'].format(rule.version, rule.maker, rule.checker, rule.reason)}",
    ]


def _shown(minor: int, currency: str) -> str:
    return f"{format_minor(minor, currency)} {currency}"


# ── set ──────────────────────────────────────────────────────────────────────
def run_set(arguments: argparse.Namespace, wiring: Any) -> int:
    """Add a version of a currency's rule."""
    refused = two_names(arguments.maker, arguments.checker)
    if refused is not None:
        return _wrong(f"two people set a rule, each by a name of his own: --maker, --checker ({refused.name})")
    try:
        row = _row(arguments)
    except ValueError as wrong:
        return _wrong(str(wrong))
    with connected(wiring) as connection, connection.transaction():
        connection.execute(statement("log_pay_lock"), row)
        added = connection.execute(statement("log_pay_rule_add"), row).fetchone()
    assert added is not None
    row["version"] = added[0]
    print(canonical_json(row).decode() if arguments.json else f"recorded: version {added[0]} of {row['currency']}")
    return 0


def _row(arguments: argparse.Namespace) -> dict[str, Any]:
    currency = arguments.currency
    if currency not in EXPONENT:
        raise ValueError(f"{currency} is no currency of ISO 4217 that is known here")
    if not arguments.reason.strip():
        raise ValueError("say why: --reason")
    is_release = arguments.away == RELEASE
    if is_release and arguments.off:
        raise ValueError("--off lets every payment leave: --away has no use with it")
    if is_release is not (arguments.cap is not None) or is_release is not (arguments.after is not None):
        raise ValueError("--away release needs --after and --cap; hold has neither")
    cap = _amount(arguments.cap, currency) if is_release else 0
    if is_release and (cap == 0 or arguments.after < 0):
        raise ValueError("a cap is above zero, and nobody waits less than 0 seconds")
    return {
        "currency": currency, "amount_minor": None if arguments.off else _amount(arguments.amount, currency), "away": arguments.away,
        "patience_seconds": arguments.after or 0, "cap_minor": cap, "reason": arguments.reason.strip(),
        "maker": arguments.maker.strip(), "checker": arguments.checker.strip(), "at": datetime.now(UTC),
    }  # fmt: skip


def _amount(text: str, currency: str) -> int:
    minor = parse_minor(text, currency)
    if minor < 0:
        raise ValueError(f"{text} is below zero")
    return minor


def _wrong(says: str) -> int:
    print(f"cunguan log policy: {says}", file=sys.stderr)
    return 2
