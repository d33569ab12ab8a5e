"""`cunguan suspense` (挂账处理): money nobody is known to own: list it by age, give it to its owner, send it back where it came from.

When    a clerk of the custodian works off what the inbox could not place
Does    allocate and return hand in one instruction each, under two names; the plane checks everything. A return goes to the account the
        money came from and to no other; its bank is told by the details that were sealed when it came
Returns list: 0 nothing is open, 1 something is · the acts: 0 done, 1 refused, in doubt, or no such item · 2 wrong usage
Units   minor units in --json; age in days by the books' own date, in the classes 0, 1, 2-5, 6-30, >30
Source  domain.md (e.3); domain-decisions.md 4, 6; invariant 8
"""

import argparse
import sys
from datetime import date
from typing import Any, Final

import msgspec

from cunguan.doors.cli.arguments import asked_language
from cunguan.doors.cli.database import connected
from cunguan.doors.cli.inbox import MOST
from cunguan.doors.papers import layout
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.kernel.money import format_minor
from cunguan.operations import suspense_allocation, suspense_return
from cunguan.plane.client import Client
from cunguan.store.sqlfiles import statement

#: classes of age: up to so many days
CLASSES: Final = ((0, "0"), (1, "1"), (5, "2-5"), (30, "6-30"))
_HEADS: Final = {
    "en": ("item", "lane", "pool", "account", "left", "since", "days", "class", "reference", "can go back", "state"),
    "zh": ("挂账项", "通道", "存管专户", "科目", "余额", "挂账日", "天数", "账龄", "银行流水号", "可退回", "状态"),
}
_NONE: Final = {"en": "nothing is in suspense", "zh": "没有挂账"}
_YES: Final = {"en": ("no", "yes"), "zh": ("否", "是")}


class Item(msgspec.Struct, frozen=True):
    """An item of suspense; `is_payer_known`: its bank can be told where it goes back to."""

    lane: int
    id: str
    pool: str
    bank_account: str
    code: str
    currency: str
    amount_minor: int
    left_minor: int
    received_date: date
    today: date
    reference: str
    owner: str
    payee_hash: str
    is_payer_known: bool
    break_id: str
    state: str
    returns: int  # how often it was sent back

    @property
    def days(self) -> int:
        """How long it has been there."""
        return (self.today - self.received_date).days

    @property
    def age(self) -> str:
        """Its class of age."""
        return next((name for most, name in CLASSES if self.days <= most), ">30")


def add_parser(subparsers: Any) -> None:
    """Register `suspense` and its acts."""
    says = "money nobody is known to own: list by age, allocate, return"
    acts = subparsers.add_parser("suspense", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    listing = acts.add_parser("list", help="items that are open, the oldest first; --all every one")
    listing.set_defaults(run=run_list)
    listing.add_argument("--all", action="store_true", help="also those that ended")
    listing.add_argument("--lang", choices=["en", "zh"], help="language of the labels (by LANG)")
    allocate = acts.add_parser("allocate", help="give an item, or a part of it, to the client it belongs to")
    allocate.set_defaults(run=run_allocate)
    allocate.add_argument("--to", required=True, metavar="HOLDER", help="whose it is")
    allocate.add_argument("--amount", type=int, metavar="MINOR", help="how much; without it all that is left")
    back = acts.add_parser("return", help="send all that is left of an item back to the account it came from")
    back.set_defaults(run=run_return)
    back.add_argument("--bank-account", help="by which account it leaves; without it the one it came to")
    for act in (allocate, back):
        act.add_argument("item", help="the id of the item")
        act.add_argument("--lane", type=int, help="its lane, where two have an item of that id")
        act.add_argument("--id", help="the id of this act; without it one made of it: the same line twice is one act")
        for option, text in (("reason", "what shows it"), ("maker", "who asks"), ("checker", "who has looked at it")):
            act.add_argument(f"--{option}", required=True, help=text)
    for act in (listing, allocate, back):
        act.add_argument("--json", action="store_true", help="print one JSON value")


def run_list(arguments: argparse.Namespace, wiring: Any) -> int:
    """List items."""
    items, language = _items(wiring, everything=arguments.all), asked_language(arguments, wiring)
    if arguments.json:
        told = [{**msgspec.structs.asdict(one), "days": one.days, "age": one.age} for one in items]
        print(canonical_json(told).decode())
    else:
        lines = layout.table(_HEADS[language], [_row(one, language) for one in items], (4, 6))
        print("\n".join(lines) if items else _NONE[language])
    return 1 if any(one.state == "open" for one in items) else 0


def run_allocate(arguments: argparse.Namespace, wiring: Any) -> int:
    """Give an item to its owner."""

    def asked(item: Item) -> Instruction:
        amount_minor = item.left_minor if arguments.amount is None else arguments.amount
        body = suspense_allocation.Body(
            item.id, arguments.to, amount_minor, arguments.reason, arguments.maker, arguments.checker
        )
        part = "all" if arguments.amount is None else str(arguments.amount)
        name = arguments.id or f"suspense:allocate:{part}:{arguments.to}:{item.id}"
        return Instruction(name, suspense_allocation.KIND, body)

    return _ask(arguments, wiring, asked)


def run_return(arguments: argparse.Namespace, wiring: Any) -> int:
    """Send an item back."""

    def asked(item: Item) -> Instruction:
        body = suspense_return.Body(
            item.id, arguments.bank_account or item.bank_account, item.left_minor, item.payee_hash, arguments.reason,
            arguments.maker, arguments.checker,
        )  # fmt: skip
        name = (
            arguments.id or f"suspense:return:{item.returns + 1}:{item.id}"
        )  # one that a bank rejected may be asked again
        return Instruction(name, suspense_return.KIND, body)

    return _ask(arguments, wiring, asked)


def _ask(arguments: argparse.Namespace, wiring: Any, asked: Any) -> int:
    found = [one for one in _items(wiring, everything=True)
             if one.id == arguments.item and arguments.lane in (None, one.lane)]  # fmt: skip
    if len(found) != 1:
        says = "is in several lanes: name one with --lane" if found else "is no item of suspense"
        print(f"cunguan suspense: {arguments.item} {says}", file=sys.stderr)
        return 2 if found else 1
    client = Client(wiring.plane)
    try:
        answer: Answer = client.ask(found[0].lane, asked(found[0]))
    finally:
        client.close()
    if arguments.json:
        print(canonical_json({**msgspec.structs.asdict(answer), "code": answer.code.name}).decode())
    else:
        print(f"{answer.id}  {answer.code.name}  {answer.why}".rstrip())
    return 0 if answer.code is Code.done else 1


def _items(wiring: Any, *, everything: bool) -> list[Item]:
    most = 2**31 - 1 if everything else MOST
    with connected(wiring) as connection:
        return [
            Item(*row) for row in connection.execute(statement("suspense_items"), {"all": everything, "most": most})
        ]


def _row(one: Item, language: str) -> list[str]:
    left = f"{format_minor(one.left_minor, one.currency)} {one.currency}"
    back = _YES[language][bool(one.payee_hash) and one.is_payer_known]
    return [one.id, str(one.lane), one.pool, one.code, left, str(one.received_date), str(one.days), one.age, one.reference,
            back, one.state]  # fmt: skip
