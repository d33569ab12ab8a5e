"""Language: scenarios that an accountant reads, one line an instruction or an expectation.

A line is   [N times] <instruction> [as <id>] [-> <what is expected>]     or     <expectation>     or     # a comment

    N times     the same N times at once, under the ids <id>-1 to <id>-N
    N copies of the same N times at once, under one id: all answers must be equal
    as          the instruction's id; what it opens (a hold, deposit, withdrawal, mandate, run) has the same one
    ->          a code, `done` when nothing is said; with what the answer must tell: -> hold_unusable: holds b-1 b-2
                of N times, how often which: -> 50 done, 50 insufficient_balance
    amounts     60,000.00      dates  2024-03-01      rates a year  12 %
    [ ]         may be left away

Instructions
    day DATE                                          the first day; later: every open day is closed, this is the next
    platform P [under PACK]                           a pool, a bank account, its lane; the first platform is lane 1
    P publishes the fee ITEM of RATE                  version 1 of its schedule
    P pays in AMOUNT for marketing
    P closes DATE, next is DATE
    X is a ROLE of P [as person N]                    ROLE: lender, borrower; without a person, one of his own
    X is a company, ROLE of P [as person N]
    X binds a card             X confirms the fees             X mandates TYPE up to AMOUNT until DATE
    X revokes M                X deposits AMOUNT               X withdraws AMOUNT [with the fee ITEM]
    CHANNEL says X paid AMOUNT, due DATE              deposit D settles          deposit D fails
    the custodian sends W      bank settles W         bank rejects W [for good]  bank does not answer W   bank returns W
    B lists L: AMOUNT at RATE for N months, RULE, until DATE[, fee ITEM][, late RATE][, grace N days][, early]
    X bids AMOUNT on L [with AMOUNT of marketing] [under M]               X takes AMOUNT of H back
    L is disbursed [naming H H ...]                   L is given up              L lapses
    B repays row N of L: AMOUNT + AMOUNT[ + AMOUNT late] [under M]
    run R goes on [for N steps]                       hold H expires
    person N is locked         person N is unlocked   messages arrive
    person N locks himself     person N is identified afresh and unlocked
    again [N times]                                   the last instruction once more: the same answer, and nothing moves
    the same id with AMOUNT                           the last instruction with another amount of money
    the writer stops                                  and starts again with nothing in memory
    the writer stops within a step of run R           after it was decided, before it was committed
    the cap on one platform is AMOUNT from DATE       a change of rules; the old rule ends the day before

Expectations (what is not named must be zero)
    X has nothing              X has available AMOUNT, uncleared ..., held ..., outbound ..., frozen ...
    P has cash AMOUNT, clearing ..., firm owes ..., debts ..., fee ..., marketing ..., marketing held ..., suspense ..., returned ...
    listing L has held AMOUNT, lent ..., repaid ..., interest ..., late ...
    claims of L: X AMOUNT, X AMOUNT, ...              principal outstanding, by holder
    row N of L has principal AMOUNT, interest AMOUNT  what is due by the plan
    SUBJECT ID is STATE                               SUBJECT: hold, listing, withdrawal, deposit, mandate, account, run
    N holds of L are STATE                            person N has reserved AMOUNT
    ID and ID were decided under the same rules       ID and ID were decided under other rules
    balances are their postings                       every balance, rebuilt from nothing

A refusal must leave every money table of its lane as it was; this and the invariants are seen to without being written.
"""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.kernel.money import format_minor, parse_minor
from cunguan.kernel.rows import (
    Claim,
    Day,
    Deposit,
    Exposure,
    FeeItem,
    Hold,
    Holder,
    Listing,
    LockOrder,
    Mandate,
    PlanRow,
    Row,
    Run,
    Withdrawal,
)
from cunguan.ledger.chart import HOLDER_CODES
from cunguan.operations import runs
from cunguan.plane.runner import Item, admit
from cunguan.policy.evaluate import PACKS
from cunguan.policy.packs.cn_p2p import cap_on_one_platform
from tests.properties.invariants import Lane, balances_are_their_postings, check
from tests.scenarios.world import World
from tests.store.twins import Twin

CURRENCY = "CNY"
BUCKETS = dict(zip(("available", "uncleared", "held", "outbound", "frozen"), HOLDER_CODES, strict=True))
OF_PLATFORM = {
    "fee": "2110", "marketing": "2120", "marketing held": "2125", "interest": "2130", "transfer": "2150",
    "suspense": "2210", "returned": "2220", "break": "2230", "pool interest": "2240", "custodian": "3010",
}  # fmt: skip
SUBJECTS: dict[str, type[Row]] = {
    "hold": Hold, "listing": Listing, "withdrawal": Withdrawal, "deposit": Deposit, "mandate": Mandate,
    "account": Holder, "run": Run,
}  # fmt: skip

_WORD, _AMOUNT = r"[\w.:/@+#=-]+", r"[0-9][0-9,]*\.[0-9]{2}"
_PARTS = {
    "": _WORD, "$": _AMOUNT, "#": r"[0-9][0-9,]*", "@": r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "%": r"[0-9.]+ %", "*": r".+?",
}  # fmt: skip
_LINE = re.compile(
    r"(?:(?P<times>[0-9][0-9,]*) (?P<how>times|copies of) )?(?P<said>.+?)(?: as (?P<name>"
    + _WORD
    + r"))?(?: +-> +(?P<outcome>.+))?"
)


class Wrong(AssertionError):
    """A scenario and the books differ; the message names file and line."""


class Unreadable(Exception):
    """A line is no sentence of the language; the message names file and line."""


class Place(NamedTuple):
    """A line of a file."""

    file: str
    line: int
    text: str

    def says(self, expected: object, found: object) -> Wrong:
        return Wrong(f"{self.file}:{self.line}: expected {expected}, found {found}\n    {self.text}")


Sentence = Callable[..., Any]
_SENTENCES: list[tuple[re.Pattern[str], Sentence]] = []


def sentence(*forms: str) -> Callable[[Sentence], Sentence]:
    """Let a method answer these forms: {word} {amount$} {number#} {day@} {rate%} {rest*}, and [what may be left away]."""

    def known(method: Sentence) -> Sentence:
        for form in forms:
            text = re.escape(form).replace(r"\[", "(?:").replace(r"\]", ")?").replace(r"\ ", " ")
            pattern = re.sub(r"\\\{(\w+)\\?([$#@%*]?)\\\}", lambda m: f"(?P<{m[1]}>{_PARTS[m[2]]})", text)
            _SENTENCES.append((re.compile(pattern), method))
        return method

    return known


def run(path: Path, store: Twin) -> None:
    """Run one scenario on one store; raise Wrong at the first line that does not hold."""
    run_text(path.read_text(encoding="utf-8"), path.name, store)


def run_text(text: str, file: str, store: Twin) -> None:
    """Run a scenario that is given as text."""
    with whole_house():
        script = Script(store)
        for number, line in enumerate(text.splitlines(), 1):
            said = line.split("#")[0].strip()
            if said:
                script.say(Place(file, number, said))
        assert script.world is not None, f"{file} says nothing"
        check(store)


@contextmanager
def whole_house() -> Iterator[None]:
    """Put the rules and the size of runs back, as a scenario may change them for itself."""
    packs, sizes = dict(PACKS), (runs.ATOMIC_ITEMS, runs.STEP_ITEMS)
    try:
        yield
    finally:
        PACKS.clear()
        PACKS.update(packs)
        runs.ATOMIC_ITEMS, runs.STEP_ITEMS = sizes


class Script:
    """A scenario under way."""

    def __init__(self, store: Twin) -> None:
        self.store = store
        self.world: Any = None
        self.place = Place("", 0, "")
        self.name = ""
        self.times: int | None = None
        self.copies = False
        self.outcome = "done"
        self.lanes: dict[str, int] = {}
        self.lane_of: dict[str, int] = {}
        self.listings: dict[str, int] = {}
        self.asked: tuple[int, list[Instruction], list[Answer]] = (0, [], [])

    def say(self, place: Place) -> None:
        """Understand one line, and do it or expect it."""
        found = _LINE.fullmatch(place.text)
        assert found is not None
        said = _sentence(found["said"])
        if said is None:
            raise Unreadable(f"{place.file}:{place.line}: no sentence of the language\n    {place.text}")
        self.place, self.outcome = place, found["outcome"] or "done"
        self.name = found["name"] or ""
        self.times = int(found["times"].replace(",", "")) if found["times"] else None
        self.copies = found["how"] == "copies of"
        said[0](self, **said[1])

    def unreadable(self, why: str) -> Unreadable:
        """Return what to raise of a line that says nothing."""
        return Unreadable(f"{self.place.file}:{self.place.line}: {why}\n    {self.place.text}")

    # ── asking ───────────────────────────────────────────────────────────────
    def ask(self, lane: int, kind: str, /, default: str = "", **body: Any) -> list[Answer]:
        """Hand the instruction in, as often as the line says, and compare the answers with what it expects."""
        name = self.name or default or f"{kind}-{self.place.line}"
        count = self.times or 1
        names = [name] * count if self.times is None or self.copies else [f"{name}-{n}" for n in range(1, count + 1)]
        answers = self.hand_in(lane, [self.world.ask(lane, each, kind, **body) for each in names])
        if self.copies and any(answer != answers[0] for answer in answers):
            raise self.place.says(f"{count} equal answers", answers)
        return answers

    def hand_in(self, lane: int, asked: list[Instruction]) -> list[Answer]:
        """Hand instructions in at once; what was refused must have moved nothing."""
        before, head = self.store.money(lane), self.store.head(lane).head
        answers: list[Answer] = self.world.batch(lane, asked)
        self.asked = (lane, asked, answers)
        self._compare(answers)
        refused = not any(answer.code in (Code.done, Code.in_doubt) for answer in answers)
        alone = self.store.head(lane).head == head + sum((answer.seq or 0) > head for answer in answers)
        if refused and alone and self.store.money(lane) != before:
            raise self.place.says("a refusal that moves nothing", "money tables that changed")
        return answers

    def _compare(self, answers: Sequence[Answer]) -> None:
        found = Counter(answer.code.name for answer in answers)
        code, _, details = self.outcome.partition(": ")
        if code[0].isdigit():
            parts = [part.split() for part in code.split(", ")]
            expected = Counter({name: int(count.replace(",", "")) for count, name in parts})
        else:
            expected = Counter({code: len(answers)})
        if unknown := [name for name in expected if name not in Code.__members__]:
            raise self.unreadable(f"{unknown[0]} is no code")
        if found != expected:
            raise self.place.says(counts(expected), f"{counts(found)} {answers[0].why}".rstrip())
        for detail in details.split(", ") if details else ():
            self._compare_detail(detail, answers[0].detail)

    def _compare_detail(self, detail: str, found: dict[str, object]) -> None:
        key, *values = detail.split(" ")
        expected: object = values if len(values) > 1 else values[0]
        if re.fullmatch(_AMOUNT, values[0]):
            key, expected = f"{key}_minor", parse_minor(values[0], CURRENCY)
        if isinstance(found.get(key), list):
            expected = values
        if found.get(key) != expected:
            raise self.place.says(f"{key} {expected}", found)

    def lane(self, name: str) -> int:
        """Return the lane of a platform, a client, a listing or a thing that was opened."""
        for known in (self.lanes, self.lane_of, self.listings):
            if name in known:
                return known[name]
        for lane in self.lanes.values():
            if any(self.world.row(lane, kind, name) is not None for kind in SUBJECTS.values()):
                return lane
        raise self.unreadable(f"nothing is called {name}")

    def get(self, kind: type[Row], name: str) -> Any:
        """Return a row by its id."""
        row = self.world.row(self.lane(name), kind, name)
        if row is None:
            raise self.place.says(f"a {kind.__name__} {name}", "none")
        return row

    # ── the house ────────────────────────────────────────────────────────────
    @sentence("day {day@}")
    def day(self, day: str) -> None:
        if self.world is None:
            self.world = World(self.store, day=date.fromisoformat(day))
            return
        for lane in (0, *self.lanes.values()):
            self.world.move_day(lane, date.fromisoformat(day))
        self.world.now += timedelta(days=1)  # what waits a day has waited it

    @sentence("platform {name}[ under {pack}]")
    def platform(self, name: str, pack: str | None) -> None:
        lane = self.lanes[name] = len(self.lanes) + 1
        self.world.platform(lane, pack=pack or "cn_p2p")

    @sentence("{platform} publishes the fee {item} of {rate%}")
    def publish(self, platform: str, item: str, rate: str) -> None:
        self.world.fees(self.lanes[platform], "fees", 1, FeeItem(item, "bp", millionths(rate) // 100, 0, 0, 0))

    @sentence("{platform} pays in {amount$} for marketing")
    def marketing(self, platform: str, amount: str) -> None:
        self.ask(
            self.lanes[platform], "platform_money_in", pool="main", bank_account="bank", account="2120",
            amount_minor=_minor(amount), reference="statement",
        )  # fmt: skip

    @sentence("{platform} closes {day@}, next is {following@}")
    def close(self, platform: str, day: str, following: str) -> None:
        self.ask(self.lanes[platform], "day_close", f"close:{day}", date=day, next_date=following)

    @sentence("{who} is a {role} of {platform}[ as person {person}]")
    def client(self, who: str, role: str, platform: str, person: str | None, kind: str = "person") -> None:
        self.lane_of[who] = self.lanes[platform]
        self.world.client(self.lanes[platform], who, role, person=person or who, kind=kind)

    @sentence("{who} is a company, {role} of {platform}[ as person {person}]")
    def company(self, who: str, role: str, platform: str, person: str | None) -> None:
        self.client(who, role, platform, person, kind="company")

    @sentence("{who} binds a card")
    def card(self, who: str) -> None:
        self.ask(self.lane(who), "card_binding", holder=who, card=f"{who}:card", payee_hash=f"payee:{who}")

    @sentence("{who} confirms the fees")
    def consent(self, who: str) -> None:
        self.ask(self.lane(who), "fee_consent", holder=who, schedule="fees", version=1)

    @sentence("{who} mandates {type} up to {cap$} until {until@}")
    def grant(self, who: str, type: str, cap: str, until: str) -> None:
        self.ask(self.lane(who), "mandate_grant", holder=who, type=type, cap_minor=_minor(cap), until=until)

    @sentence("{who} revokes {mandate}")
    def revoke(self, who: str, mandate: str) -> None:
        self.ask(self.lane(who), "mandate_revoke", holder=who, mandate=mandate)

    # ── money in and out ─────────────────────────────────────────────────────
    @sentence("{who} deposits {amount$}")
    def deposit(self, who: str, amount: str) -> None:
        self.ask(
            self.lane(who), "deposit_direct", holder=who, bank_account="bank", amount_minor=_minor(amount),
            payer_matches=True, reference="statement",
        )  # fmt: skip

    @sentence("{channel} says {who} paid {amount$}, due {day@}")
    def notice(self, channel: str, who: str, amount: str, day: str) -> None:
        self.ask(
            self.lane(who), "deposit_notice", holder=who, channel=channel, settle_date=day, amount_minor=_minor(amount),
            reference="channel",
        )  # fmt: skip

    @sentence("deposit {deposit} {outcome}")
    def settlement(self, deposit: str, outcome: str) -> None:
        outcome = {"settles": "settled", "fails": "failed"}[outcome]
        self.ask(
            self.lane(deposit), "deposit_settlement", f"settle:{deposit}:{outcome}", deposit=deposit, outcome=outcome,
            bank_account="bank" if outcome == "settled" else "", amount_minor=self.get(Deposit, deposit).amount_minor,
        )  # fmt: skip

    @sentence("{who} withdraws {amount$}[ with the fee {item}]")
    def withdrawal(self, who: str, amount: str, item: str | None) -> None:
        self.ask(
            self.lane(who), "withdrawal", holder=who, card=f"{who}:card", bank_account="bank", amount_minor=_minor(amount),
            payee_hash=f"payee:{who}", fee_schedule="fees" if item else "", fee_item=item or "",
        )  # fmt: skip

    @sentence("the custodian sends {withdrawal}")
    def sent(self, withdrawal: str) -> None:
        self.ask(self.lane(withdrawal), "withdrawal_sent", f"send:{withdrawal}", withdrawal=withdrawal)

    @sentence("bank settles {withdrawal}")
    def settles(self, withdrawal: str) -> None:
        self._result(withdrawal, "settled")

    @sentence("bank rejects {withdrawal}")
    def rejects(self, withdrawal: str) -> None:
        self._result(withdrawal, "rejected")

    @sentence("bank rejects {withdrawal} for good")
    def rejects_for_good(self, withdrawal: str) -> None:
        self._result(withdrawal, "rejected", finality=True)

    @sentence("bank does not answer {withdrawal}")
    def timeout(self, withdrawal: str) -> None:
        self._result(withdrawal, "timed_out")

    def _result(self, withdrawal: str, status: str, *, finality: bool = False) -> None:
        self.ask(
            self.lane(withdrawal), "withdrawal_result", f"bank:demobank:{withdrawal}:{status}" + "_final" * finality,
            withdrawal=withdrawal, status=status, finality=finality,
            amount_minor=0 if status == "timed_out" else self.get(Withdrawal, withdrawal).amount_minor,
        )  # fmt: skip

    @sentence("bank returns {withdrawal}")
    def returned(self, withdrawal: str) -> None:
        self.ask(
            self.lane(withdrawal), "withdrawal_return", f"return:bank:demobank:{withdrawal}:returned",
            withdrawal=withdrawal, amount_minor=self.get(Withdrawal, withdrawal).amount_minor,
        )  # fmt: skip

    # ── lending ──────────────────────────────────────────────────────────────
    @sentence(
        "{borrower} lists {listing}: {amount$} at {rate%} for {months#} months, {rule}, until {until@}"
        "[, fee {item}][, late {late%}][, grace {grace#} days][, early]"
    )
    def list(
        self, borrower: str, listing: str, item: str | None, late: str | None, grace: str | None, **said: str
    ) -> None:
        lane = self.lane(borrower)
        self.listings.setdefault(listing, lane)
        self.ask(
            lane, "listing_registration", listing=listing, pool="main", borrower=borrower,
            person=self.get(Holder, borrower).person, currency=CURRENCY, pack=self.world.get(lane, Day, "day").pack,
            amount_minor=_minor(said["amount"]), rate_e6=millionths(said["rate"]), rule=said["rule"],
            months=int(said["months"]), raise_until=said["until"], grace_days=int(grace or 0),
            late_rate_e6=millionths(late) if late else 0, fee_schedule="fees" if item else "", fee_item=item or "",
            early=", early" in self.place.text,
        )  # fmt: skip

    @sentence("{lender} bids {amount$} on {listing}[ with {packet$} of marketing][ under {mandate}]")
    def bid(self, lender: str, amount: str, listing: str, packet: str | None, mandate: str | None) -> None:
        self.ask(
            self.lane(lender), "bid_hold", lender=lender, listing=listing, amount_minor=_minor(amount),
            marketing_minor=_minor(packet or "0.00"), mandate=mandate or "",
        )  # fmt: skip

    @sentence("{lender} takes {amount$} of {hold} back")
    def cancel(self, lender: str, amount: str, hold: str) -> None:
        self.ask(self.lane(lender), "bid_cancel", lender=lender, hold=hold, amount_minor=_minor(amount))

    @sentence("{listing} is disbursed[ naming {holds*}]")
    def disbursed(self, listing: str, holds: str | None) -> None:
        self.ask(self.lane(listing), "disbursement", listing=listing, holds=(holds or "").split())

    @sentence("{listing} is given up")
    def given_up(self, listing: str) -> None:
        self.ask(self.lane(listing), "raise_failure", listing=listing, timer=False)

    @sentence("{listing} lapses")
    def lapses(self, listing: str) -> None:
        self.ask(self.lane(listing), "raise_failure", listing=listing, timer=True)

    @sentence(
        "{borrower} repays row {row#} of {listing}: {principal$} + {interest$}[ + {late$} late][ under {mandate}]"
    )
    def repays(
        self,
        borrower: str,
        row: str,
        listing: str,
        principal: str,
        interest: str,
        late: str | None,
        mandate: str | None,
    ) -> None:
        self.ask(
            self.lane(listing), "repayment", listing=listing, borrower=borrower, plan_row=int(row),
            principal_minor=_minor(principal), interest_minor=_minor(interest), late_minor=_minor(late or "0.00"),
            mandate=mandate or "",
        )  # fmt: skip

    @sentence("run {run} goes on[ for {steps#} steps]")
    def goes_on(self, run: str, steps: str | None) -> None:
        row, posted = self.get(Run, run), 0
        while row.state == "running" and posted != int(steps or 0) - (not steps):
            self.hand_in(self.lane(run), [self._next_step(run)])
            row, posted = self.get(Run, run), posted + 1

    def _next_step(self, run: str) -> Instruction:
        row = self.get(Run, run)
        step: Instruction = self.world.ask(
            self.lane(run), f"{run}:{row.next_step}", "run_step", run=run, step=row.next_step
        )
        return step

    @sentence("hold {hold} expires")
    def expires(self, hold: str) -> None:
        self.ask(self.lane(hold), "hold_expiry", f"expire:{hold}", hold=hold)

    # ── persons ──────────────────────────────────────────────────────────────
    @sentence("person {person} is locked")
    def locked(self, person: str) -> None:
        act = self.name or f"lock:{person}:{self.place.line}"
        self.ask(0, "person_lock", act=act, person=person, reason="asked", maker="m1")

    @sentence("person {person} is unlocked")
    def unlocked(self, person: str) -> None:
        orders = [order for order in self.world.rows(0, LockOrder) if order.person == person]
        orders.sort(key=lambda order: order.state in ("spreading", "in_force"))
        self.ask(
            0, "person_unlock", act=self.name or f"unlock:{person}:{self.place.line}", lock=orders[-1].id, person=person,
            reason="gone", maker="m1", checker="c1",
        )  # fmt: skip

    @sentence("person {person} locks himself")
    def locks_himself(self, person: str) -> None:
        self.ask(0, "person_self_lock", act=self.name or f"freeze:{person}:{self.place.line}", person=person)

    @sentence("person {person} is identified afresh and unlocked")
    def identified_afresh(self, person: str) -> None:
        orders = [order for order in self.world.rows(0, LockOrder) if order.person == person]
        orders.sort(key=lambda order: order.state in ("spreading", "in_force"))
        self.ask(
            0, "person_self_unlock", act=self.name or f"unlock:{person}:{self.place.line}", lock=orders[-1].id, person=person,
            identification="face:1", maker="m1", checker="c1",
        )  # fmt: skip

    @sentence("messages arrive")
    def arrive(self) -> None:
        self.world.deliver()

    # ── repetition, stops and other rules ────────────────────────────────────
    @sentence("again[ {times#} times]")
    def again(self, times: str | None) -> None:
        lane, asked, first = self.asked
        before, head = self.store.money(lane), self.store.head(lane).head
        answers = self.world.batch(lane, asked * int(times or 1))
        for answer, expected in zip(answers, first * int(times or 1), strict=True):
            if answer != expected:
                raise self.place.says(expected, answer)
        if (self.store.money(lane), self.store.head(lane).head) != (before, head):
            raise self.place.says("one effect", "another one")

    @sentence("the same id with {amount$}")
    def same_id(self, amount: str) -> None:
        lane, [first], _ = self.asked
        other = msgspec.structs.replace(first.body, amount_minor=_minor(amount))
        self.hand_in(lane, [self.world.sign(lane, Instruction(first.id, first.kind, other))])

    @sentence("the writer stops")
    def stops(self) -> None:
        self.world.restart()

    @sentence("the writer stops within a step of run {run}")
    def stops_within(self, run: str) -> None:
        lane = self.lane(run)
        item = admit(self._next_step(run), lane)
        assert isinstance(item, Item)
        batch, _ = self.world.runners[lane].decide([item], self.world.now + timedelta(seconds=1))
        self.store.begin(batch)
        self.world.restart()

    @sentence("the cap on one platform is {amount$} from {day@}")
    def other_cap(self, amount: str, day: str) -> None:
        pack, cap, since = PACKS["cn_p2p"], _minor(amount), date.fromisoformat(day)
        rules = []
        for rule in pack.rules:
            if rule.id != "cn_p2p.cap_on_one_platform":
                rules.append(rule)
                continue
            caps = {"person": cap, "company": cap}
            ended = msgspec.structs.replace(rule, effective_until=since)
            rules += [ended, msgspec.structs.replace(
                rule, id=f"{rule.id}_from_{day}", effective_from=since, params=caps, check=partial(cap_on_one_platform, caps)
            )]  # fmt: skip
        PACKS["cn_p2p"] = msgspec.structs.replace(pack, version=pack.version + 1, rules=tuple(rules))

    # ── expectations ─────────────────────────────────────────────────────────
    @sentence("{who} has {figures*}")
    def has(self, who: str, figures: str) -> None:
        lane = self.lane(who)
        if who in self.lanes:
            self._compare_figures(self._of_platform(lane), figures)
        else:
            self._compare_figures(
                {name: self.world.balance(lane, who, code) for name, code in BUCKETS.items()}, figures
            )

    def _of_platform(self, lane: int) -> dict[str, int]:
        sums: Counter[str] = Counter()
        for account, row in self.store.accounts(lane).items():
            sums[row.code] += (
                self.store.balances(lane, [account])[account] if row.code[0] != "2" or row.owner == "main" else 0
            )
        cash = {"cash": sums["1010"], "clearing": sums["1020"], "firm owes": sums["1030"], "debts": sums["1040"]}
        return cash | {name: sums[code] for name, code in OF_PLATFORM.items()}

    @sentence("listing {listing} has {figures*}")
    def listing_has(self, listing: str, figures: str) -> None:
        row = self.get(Listing, listing)
        names = ("held", "lent", "repaid", "interest", "late")
        self._compare_figures({name: getattr(row, f"{name}_minor") for name in names}, figures)

    @sentence("claims of {listing}: {figures*}")
    def claims(self, listing: str, figures: str) -> None:
        sums: Counter[str] = Counter()
        for claim in self.world.rows(self.lane(listing), Claim):
            if claim.listing == listing:
                sums[claim.holder] += claim.principal_minor
        self._compare_figures(sums, figures)

    @sentence("row {row#} of {listing} has {figures*}")
    def row_has(self, row: str, listing: str, figures: str) -> None:
        found = self.world.get(self.lane(listing), PlanRow, f"{listing}:{row}")
        self._compare_figures({"principal": found.principal_minor, "interest": found.interest_minor}, figures)

    @sentence("person {person} has reserved {amount$}")
    def reserved(self, person: str, amount: str) -> None:
        found = self.world.row(0, Exposure, f"{person}:{CURRENCY}")
        self._compare_figures({"reserved": found.reserved_minor if found else 0}, f"reserved {amount}")

    def _compare_figures(self, found: dict[str, int], figures: str) -> None:
        expected = dict.fromkeys(found, 0)
        for part in figures.split(", ") if figures != "nothing" else ():
            name, _, amount = part.rpartition(" ")
            if (name not in expected and name not in self.lane_of) or not re.fullmatch(_AMOUNT, amount):
                raise self.unreadable(f"no figure is {part!r}")
            expected[name] = _minor(amount)
        off = {name: amount for name, amount in expected.items() if found.get(name, 0) != amount}
        if off:
            raise self.place.says(_figures(off), _figures({name: found.get(name, 0) for name in off}))

    @sentence("{subject} {name} is {state}")
    def state(self, subject: str, name: str, state: str) -> None:
        if subject not in SUBJECTS:
            raise self.unreadable(f"no state of a {subject} is kept")
        found = self.get(SUBJECTS[subject], name).state
        if found != state:
            raise self.place.says(state, found)

    @sentence("{count#} holds of {listing} are {state}")
    def holds(self, count: str, listing: str, state: str) -> None:
        holds = [hold for hold in self.world.rows(self.lane(listing), Hold) if hold.listing == listing]
        found = sum(hold.state == state for hold in holds)
        if found != int(count.replace(",", "")):
            raise self.place.says(f"{count} {state}", f"{found} of {len(holds)}")

    @sentence("{one} and {other} were decided under the same rules")
    def same_rules(self, one: str, other: str) -> None:
        if self._rules_of(one) != self._rules_of(other):
            raise self.place.says("the same rules", "other rules")

    @sentence("{one} and {other} were decided under other rules")
    def other_rules(self, one: str, other: str) -> None:
        if self._rules_of(one) == self._rules_of(other):
            raise self.place.says("other rules", "the same rules")

    def _rules_of(self, name: str) -> str:
        for lane in self.lanes.values():
            seen = self.store.seen(lane, [key16(name)])
            if seen:
                return self.store.rules_of(lane, seen[key16(name)].seq)
        raise self.unreadable(f"no instruction is called {name}")

    @sentence("balances are their postings")
    def rebuilt(self) -> None:
        for lane in self.lanes.values():
            balances_are_their_postings(Lane(self.store, lane))


@cache
def _learn_words() -> None:
    """Read the sentences that stand in files of their own, one a chapter of the catalogue: words/<chapter>.py."""
    for info in pkgutil.iter_modules([str(Path(__file__).parent / "words")]):
        importlib.import_module(f"tests.scenarios.words.{info.name}")


def _sentence(text: str) -> tuple[Sentence, dict[str, str | None]] | None:
    _learn_words()
    for pattern, method in _SENTENCES:
        found = pattern.fullmatch(text)
        if found is not None:
            return method, found.groupdict()
    return None


def _minor(amount: str) -> int:
    return parse_minor(amount, CURRENCY)


def millionths(rate: str) -> int:
    """Return a rate as the language says it, in millionths."""
    whole, _, part = rate.removesuffix(" %").partition(".")
    return int(whole) * 10_000 + int(part.ljust(4, "0"))


def _figures(figures: dict[str, int]) -> str:
    return ", ".join(f"{name} {format_minor(amount, CURRENCY)}" for name, amount in figures.items())


def counts(found: Counter[str]) -> str:
    """Return how often which came out, as a line says it."""
    if list(found.values()) == [1]:
        return next(iter(found))
    return ", ".join(f"{count} {name}" for name, count in sorted(found.items()))


def files(folder: Path) -> Iterator[Path]:
    """Yield the scenarios of a folder, by name."""
    yield from sorted(folder.glob("*.txt"))
