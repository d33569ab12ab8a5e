"""Reference model: what the books must answer and hold, written a second time, plainly and slowly.

Shape   Model: dictionaries of dictionaries and one method an instruction, `submit(lane, id, kind, body, confirmation)`
        -> the name of a code. It shares no code with operations, ledger or states: only the types of the kernel
        balances   (lane, owner, code of the chart) -> minor units, on the account's own side
        confirmation  good, none, forged (another text was signed) or other (another client signed)
Units   minor units; fractions are exact, and rounded half to even where the domain says so
Source  domain.md (c), (d); domain-decisions.md 5, 8, 11-19, 22, 25, 26, 29, 30
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from cunguan.kernel.dates import Calendar

Fact = dict[str, Any]
LIMIT = 2**62
BUCKETS = ("2010", "2015", "2020", "2030", "2040")
OF_POOL = ("2110", "2120", "2125", "2130", "2150", "2210", "2220", "2230", "2240", "3010", "1030")

PLATFORM_CAP = {"person": 20_000_000, "company": 100_000_000}
CAP_ACROSS = {"person": 100_000_000, "company": 500_000_000}
RAISE_DAYS, FULL_DAYS, LPR_TIMES = 20, 5, 4
LPR = (
    (date(2023, 8, 21), 34_500),
    (date(2024, 7, 22), 33_500),
    (date(2024, 10, 21), 31_000),
    (date(2025, 5, 20), 30_000),
)

#: a message's fields in their order, and what they are when left away
BODIES: dict[str, dict[str, Any]] = {
    "deposit_direct": dict(holder=..., bank_account=..., amount_minor=..., payer_matches=..., reference=...),
    "deposit_notice": dict(holder=..., channel=..., settle_date=..., amount_minor=..., reference=...),
    "pool_papers": dict(pool=..., bank_account=..., contract=..., contract_until=..., letter=..., review_date=..., maker=...,
                        checker=...),
    "deposit_settlement": dict(deposit=..., bank_account=..., outcome=..., amount_minor=...),
    "platform_money_in": dict(pool=..., bank_account=..., account=..., amount_minor=..., reference=...),
    "card_binding": dict(holder=..., card=..., payee_hash=...),
    "card_review": dict(card=..., passed=..., reason=..., maker=..., checker=...),
    "fee_consent": dict(holder=..., schedule=..., version=...),
    "mandate_grant": dict(holder=..., type=..., cap_minor=..., until=..., listing=""),
    "mandate_revoke": dict(holder=..., mandate=...),
    "withdrawal": dict(holder=..., card=..., bank_account=..., amount_minor=..., payee_hash="", fee_schedule="",
                       fee_item="", mandate=""),
    "withdrawal_sent": dict(withdrawal=...),
    "withdrawal_cancel": dict(holder=..., withdrawal=..., amount_minor=...),
    "withdrawal_intercept": dict(withdrawal=..., reason=..., maker=..., checker=...),
    "withdrawal_result": dict(withdrawal=..., status=..., amount_minor=0, reason="", finality=False),
    "withdrawal_return": dict(withdrawal=..., amount_minor=..., reason=""),
    "listing_registration": dict(
        listing=..., pool=..., borrower=..., person=..., currency=..., pack=..., amount_minor=..., rate_e6=..., rule=...,
        months=..., raise_until=..., grace_days=0, late_rate_e6=None, early=False, fee_schedule="", fee_item="",
        recorded=(), opens=True),
    "bid_hold": dict(lender=..., listing=..., amount_minor=..., marketing_minor=0, mandate=""),
    "bid_cancel": dict(lender=..., hold=..., amount_minor=...),
    "raise_failure": dict(listing=..., timer=False),
    "disbursement": dict(listing=..., holds=()),
    "repayment": dict(listing=..., borrower=..., plan_row=..., principal_minor=..., interest_minor=..., late_minor=0,
                      mandate=""),
    "run_step": dict(run=..., step=...),
    "hold_expiry": dict(hold=...),
    "day_close": dict(date=..., next_date=...),
    "bar": dict(reason=...),
    "limit_reserve": dict(person=..., lane=..., instruction_id=..., currency=..., amount_minor=..., pack=...),
    "limit_release": dict(reservation=..., amount_minor=None),
    "person_lock": dict(act=..., person=..., reason=..., maker=...),
    "person_unlock": dict(act=..., lock=..., person=..., reason=..., maker=..., checker=...),
    "person_lock_here": dict(person=..., act=...),
    "person_unlock_here": dict(person=..., act=..., lock=...),
}  # fmt: skip

PREFIX = {
    "bank:": "withdrawal_result", "send:": "withdrawal_sent", "return:": "withdrawal_return", "expire:": "hold_expiry",
    "close:": "day_close", "settle:": "deposit_settlement",
}  # fmt: skip
#: states nothing of a withdrawal leaves
WITHDRAWAL_ENDS = frozenset({"cancelled", "intercepted", "rejected", "recredited"})
FIRST_DIFFERENCE = {"amount_minor": "amount", "holder": "holder", "lender": "holder", "listing": "listing"}


# ── arithmetic, once more ────────────────────────────────────────────────────
def shared(total: int, weights: Sequence[int], start: int) -> list[int]:
    """Share by largest remainder; ties are served from position `start` on, round and round.

    >>> shared(3_333_334, [6_000_000, 3_000_000, 1_000_000], 0)
    [2000001, 1000000, 333333]
    """
    if not total:
        return [0 for _ in weights]
    quotas = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(quota) for quota in quotas]
    turn = {place: (place - start) % len(weights) for place in range(len(weights))}
    waiting = sorted(turn, key=lambda place: (parts[place] - quotas[place], turn[place]))
    for place in waiting[: total - sum(parts)]:
        parts[place] += 1
    return parts


def shared_so_far(amount: int, weights: Sequence[int], received: Sequence[int], start: int) -> list[int]:
    """Share so that all that was ever received follows the weights; nobody pays back."""
    if not amount:
        return [0 for _ in weights]
    target = shared(sum(received) + amount, weights, start)
    parts = [max(due - got, 0) for due, got in zip(target, received, strict=True)]
    return parts if sum(parts) == amount else shared(amount, parts, start)


def months_on(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last."""
    first = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def plan(rule: str, principal: int, rate_e6: int, months: int, from_date: date) -> list[tuple[date, int, int]]:
    """Return the rows of a plan: due date, principal, interest."""
    monthly = Fraction(rate_e6, 12_000_000)
    left, rows = principal, []
    equal = shared(principal, [1] * months, 0)
    instalment = round(
        principal / Fraction(months) if not monthly else principal * monthly / (1 - (1 + monthly) ** -months)
    )
    for month in range(1, months + 1):
        interest = round(left * monthly)
        if rule == "equal_principal":
            part = equal[month - 1]
        elif rule == "bullet":
            part = principal if month == months else 0
        else:
            part = left if month == months else min(instalment - interest, left)
        rows.append((months_on(from_date, month), part, interest))
        left -= part
    return [row for row in rows if row[1] or row[2]]


class Model:
    """The books of a custodian and some platforms, as plainly as they can be written."""

    def __init__(self, day: date, calendar: Calendar, *, atomic_items: int = 2_000, step_items: int = 250) -> None:
        self.calendar, self.atomic_items, self.step_items = calendar, atomic_items, step_items
        self.day: dict[int, date] = {0: day}
        self.balances: dict[tuple[int, str, str], int] = {}
        self.used: dict[tuple[int, str], tuple[str, Fact, str]] = {}
        self.messages: list[Fact] = []
        self.count = 0
        # lane 0
        self.persons: dict[str, Fact] = {}
        self.links: set[tuple[str, int]] = set()
        self.reserved: dict[tuple[str, str], int] = {}
        self.reservations: dict[str, Fact] = {}
        self.orders: dict[str, Fact] = {}
        # lanes of platforms: (lane, id) -> fact
        self.here: dict[tuple[int, str], Fact] = {}
        self.holders: dict[tuple[int, str], Fact] = {}
        self.cards: dict[tuple[int, str], Fact] = {}
        self.fees: dict[tuple[int, str], dict[str, Fact]] = {}
        self.versions: dict[tuple[int, str], str] = {}
        self.consents: dict[tuple[int, str], Fact] = {}
        self.mandates: dict[tuple[int, str], Fact] = {}
        self.deposits: dict[tuple[int, str], Fact] = {}
        self.papers: dict[int, date] = {}
        self.withdrawals: dict[tuple[int, str], Fact] = {}
        self.listings: dict[tuple[int, str], Fact] = {}
        self.holds: dict[tuple[int, str], Fact] = {}
        self.claims: dict[tuple[int, str], Fact] = {}
        self.rows: dict[tuple[int, str], list[Fact]] = {}
        self.runs: dict[tuple[int, str], Fact] = {}

    # ── a starting point ─────────────────────────────────────────────────────
    def platform(self, lane: int) -> None:
        """Open a platform's lane with the pool main and the account bank."""
        self.day[lane] = self.day[0]
        self.balances.update({(lane, "main", code): 0 for code in OF_POOL})
        self.balances[lane, "bank", "1010"] = 0

    def client(self, lane: int, holder: str, role: str, person: str, kind: str) -> None:
        """Register a person and open his account."""
        self.persons.setdefault(person, dict(kind=kind, state="active", lock=""))
        self.links.add((person, lane))
        self.holders[lane, holder] = dict(id=holder, person=person, role=role, kind=kind, state="active")
        self.balances.update({(lane, holder, code): 0 for code in BUCKETS})

    def publish(self, lane: int, schedule: str, version: int, items: dict[str, Fact]) -> None:
        """Publish a version of a fee schedule."""
        self.fees[lane, f"{schedule}:{version}"] = items
        self.versions[lane, f"{schedule}:{version}"] = "in_force" if version == 1 else "announced"

    # ── asking ───────────────────────────────────────────────────────────────
    def submit(self, lane: int, name: str, kind: str, body: Fact, confirmation: str = "good") -> str:
        """Answer one instruction, with what lane 0 does before and after it."""
        full = self._filled(kind, body)
        if not self._may_have_this_id(name, kind):
            return "id_malformed"
        limit = f"{name}:limit:{lane}"
        if kind == "listing_registration":
            first = self.submit(0, limit, "limit_reserve", dict(
                person=full["person"], lane=lane, instruction_id=name, currency=full["currency"],
                amount_minor=full["amount_minor"], pack=full["pack"]))  # fmt: skip
            if first != "done":
                return first
        code, stored = self._answer(lane, name, kind, full, confirmation)
        if kind == "listing_registration" and stored and code != "done":
            self.submit(0, f"{limit}:release", "limit_release", dict(reservation=limit, amount_minor=None))
        return code

    @staticmethod
    def _filled(kind: str, body: Fact) -> Fact:
        return {field: body.get(field, default) for field, default in BODIES[kind].items()}

    @staticmethod
    def _may_have_this_id(name: str, kind: str) -> bool:
        return all(owner == kind for prefix, owner in PREFIX.items() if name.startswith(prefix))

    def _answer(self, lane: int, name: str, kind: str, body: Fact, confirmation: str) -> tuple[str, bool]:
        if (lane, name) in self.used:
            first_kind, first, code = self.used[lane, name]
            if first_kind != kind:
                return "exists_with_different_kind", False
            for field, value in body.items():
                if first[field] != value:
                    return f"exists_with_different_{FIRST_DIFFERENCE.get(field, 'field')}", False
            return code, True
        self.count += 1
        decide: Callable[..., str | None] = getattr(self, f"_{kind}")
        code = decide(lane, name, body, confirmation) or "done"
        self.used[lane, name] = (kind, body, code)
        return code, True

    def deliver(self) -> list[str]:
        """Hand every waiting message over, lane by lane, in the order they were written."""
        codes = []
        for origin in sorted(self.day):
            waiting = [m for m in self.messages if m["origin"] == origin and m["state"] == "waiting"]
            for message in sorted(waiting, key=lambda m: (m["order"], m["id"])):
                codes.append(self.submit(message["lane"], message["id"], message["kind"], message["body"]))
                message["state"] = "answered"
        return codes

    # ── words that many ladders use ──────────────────────────────────────────
    def _usable(self, lane: int, holder: str, role: str = "") -> str | None:
        found = self.holders.get((lane, holder))
        if found is None:
            return "account_not_found"
        if role and found["role"] != role:
            return "account_role_differs"
        return None if found["state"] == "active" else f"account_{found['state']}"

    @staticmethod
    def _confirmed(confirmation: str) -> str | None:
        return {
            "good": None, "none": "authority_missing", "forged": "authority_evidence_invalid",
            "other": "authority_key_differs",
        }[confirmation]  # fmt: skip

    def _mandated(self, lane: int, mandate: str, owner: str, type: str, amount: int, listing: str) -> str | None:
        found = self.mandates.get((lane, mandate))
        if found is None:
            return "mandate_not_found"
        if found["holder"] != owner:
            return "mandate_owner_differs"
        if found["type"] != type:
            return "mandate_type_differs"
        if found["state"] != "active":
            return "mandate_not_active"
        if self.day[lane] > found["until"]:
            return "mandate_expired"
        if found["listing"] and found["listing"] != listing:
            return "mandate_scope_exceeded"
        return "mandate_cap_exceeded" if found["used"] + amount > found["cap"] else None

    def _authority(
        self, lane: int, body: Fact, owner: str, type: str, amount: int, listing: str, given: str
    ) -> str | None:
        if body["mandate"]:
            return self._mandated(lane, body["mandate"], owner, type, amount, listing)
        return self._confirmed(given)

    def _use(self, lane: int, mandate: str, amount: int) -> None:
        if mandate:
            self.mandates[lane, mandate]["used"] += amount

    def _fee(self, lane: int, holder: str, schedule: str, item: str, amount: int) -> tuple[str | None, int]:
        consent = self.consents.get((lane, f"{holder}:{schedule}"))
        if consent is None:
            return "fee_consent_missing", 0
        line = self.fees[lane, f"{schedule}:{consent['version']}"].get(item)
        if line is None:
            return "fee_item_not_found", 0
        fee = line["fixed"] + round(Fraction(amount * line["bp"], 10_000))
        if line["cap"]:
            fee = min(fee, line["cap"])
        if line["month_cap"]:
            fee = min(fee, max(line["month_cap"] - consent["used"].get(self._month(lane), 0), 0))
        return None, fee

    def _charge(self, lane: int, holder: str, schedule: str, fee: int) -> None:
        if fee:
            month = self._month(lane)
            used = self.consents[lane, f"{holder}:{schedule}"]["used"]
            before = used.get(month, 0)
            used.clear()  # only the month at hand is counted
            used[month] = before + fee

    def _month(self, lane: int) -> str:
        return self.day[lane].isoformat()[:7]

    def _move(self, lane: int, debit: tuple[str, str], credit: tuple[str, str], amount: int) -> None:
        for (owner, code), is_debit in ((debit, True), (credit, False)):
            up = is_debit if code.startswith("1") else not is_debit
            self.balances[lane, owner, code] += amount if up else -amount
            assert 0 <= self.balances[lane, owner, code] < LIMIT, (lane, owner, code)

    def _at(self, lane: int, owner: str, code: str) -> int:
        return self.balances[lane, owner, code]

    def _working_days_on(self, day: date, days: int) -> date:
        while days:
            day += timedelta(days=1)
            days -= self.calendar.is_working_day(day)
        return day

    def _message(self, origin: int, lane: int, name: str, kind: str, body: Fact) -> None:
        self.messages.append(
            dict(origin=origin, lane=lane, id=name, kind=kind, body=body, order=self.count, state="waiting")
        )

    # ── money in ─────────────────────────────────────────────────────────────
    def _deposit_direct(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        amount, holder = body["amount_minor"], body["holder"]
        if amount <= 0:
            return "amount_not_positive"
        if body["bank_account"] != "bank":
            return "bank_account_not_found"
        is_his = (lane, holder) in self.holders and body["payer_matches"] and self._has_papers(lane)
        if is_his:
            self._move(lane, ("bank", "1010"), (holder, "2010"), amount)
        else:
            self._move(lane, ("bank", "1010"), ("main", "2210"), amount)
        state = "cleared" if is_his else "in_suspense"
        self.deposits[lane, name] = dict(holder=holder, clearing="", amount=amount, state=state)
        return None

    def _deposit_notice(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        amount, holder = body["amount_minor"], body["holder"]
        if amount <= 0:
            return "amount_not_positive"
        if (lane, holder) not in self.holders:
            return "account_not_found"
        if not self._has_papers(lane):
            return "pool_without_papers"
        clearing = f"main:{body['channel']}:{body['settle_date'].isoformat()}"
        self.balances.setdefault((lane, clearing, "1020"), 0)
        self._move(lane, (clearing, "1020"), (holder, "2015"), amount)
        self.deposits[lane, name] = dict(holder=holder, clearing=clearing, amount=amount, state="uncleared")
        return None

    def _pool_papers(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        if body["maker"] == body["checker"]:
            return "same_person_twice"
        if body["bank_account"] != "bank":
            return "bank_account_not_found"
        until = min(body["contract_until"], body["review_date"])
        if lane not in self.papers and until < self.day[lane]:
            return "date_in_the_past"
        self.papers[lane] = until
        return None

    def _has_papers(self, lane: int) -> bool:
        return lane not in self.papers or self.day[lane] <= self.papers[lane]

    def _deposit_settlement(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        deposit, settled = self.deposits.get((lane, body["deposit"])), body["outcome"] == "settled"
        if deposit is None:
            return "deposit_not_found"
        may = {"uncleared", "failed"} if settled else {"uncleared"}
        if not deposit["clearing"] or deposit["state"] not in may:
            return "deposit_not_uncleared"
        if body["amount_minor"] != deposit["amount"]:
            return "deposit_differs"
        if settled and body["bank_account"] != "bank":
            return "bank_account_not_found"
        amount, holder = deposit["amount"], deposit["holder"]
        if not settled:
            self._move(lane, (holder, "2015"), (deposit["clearing"], "1020"), amount)
            deposit["state"] = "failed"
        elif deposit["state"] == "failed":
            self._move(lane, ("bank", "1010"), ("main", "2210"), amount)
            deposit["state"] = "in_suspense"
        else:
            self._move(lane, ("bank", "1010"), (deposit["clearing"], "1020"), amount)
            self._move(lane, (holder, "2015"), (holder, "2010"), amount)
            deposit["state"] = "cleared"
        return None

    def _platform_money_in(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        if body["amount_minor"] <= 0:
            return "amount_not_positive"
        if body["account"] not in ("2120", "2150"):
            return "instruction_switched_off"
        self._move(lane, ("bank", "1010"), ("main", body["account"]), body["amount_minor"])
        return None

    # ── cards, fees, mandates ────────────────────────────────────────────────
    def _card_binding(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        holder = body["holder"]
        refusal = self._usable(lane, holder)
        if refusal:
            return refusal
        in_force = [card for (at, _), card in self.cards.items() if at == lane and card["holder"] == holder
                    and card["state"] == "active"]  # fmt: skip
        if in_force and self._at(lane, holder, "2030"):
            return "card_in_use"
        if in_force and self._at(lane, holder, "2015"):
            return "uncleared_money"
        if any(at == lane and card["holder"] == holder and card["state"] == "pending_review"
               for (at, _), card in self.cards.items()):  # fmt: skip
            return "card_under_review"
        refusal = self._confirmed(given)
        if refusal:
            return refusal
        if (lane, body["card"]) in self.cards:
            return "card_exists"
        until = self._working_days_on(self.day[lane], 1)
        waits = bool(in_force) and any(self._at(lane, holder, code) for code in BUCKETS)
        for card in () if waits else in_force:
            card["state"] = "unbound"
        state = "pending_review" if waits else "active"
        self.cards[lane, body["card"]] = dict(holder=holder, payee=body["payee_hash"], until=until, state=state)
        return None

    def _card_review(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        card = self.cards.get((lane, body["card"]))
        if card is None:
            return "card_not_found"
        if card["state"] != "pending_review":
            return "state_forbids"
        if not body["passed"]:
            card["state"] = "refused"
            return None
        refusal = self._usable(lane, card["holder"])
        if refusal:
            return refusal
        if self._at(lane, card["holder"], "2030"):
            return "card_in_use"
        for (at, _), other in self.cards.items():
            if at == lane and other["holder"] == card["holder"] and other["state"] == "active":
                other["state"] = "unbound"
        card.update(state="active", until=self._working_days_on(self.day[lane], 1))
        return None

    def _fee_consent(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        refusal = self._usable(lane, body["holder"])
        if refusal:
            return refusal
        version, before = (f"{body['schedule']}:{body['version'] - back}" for back in (0, 1))
        if (lane, version) not in self.fees:
            return "fee_schedule_not_found"
        if self.versions[lane, version] == "superseded":
            return "state_forbids"
        consent = self.consents.get((lane, f"{body['holder']}:{body['schedule']}"))
        if consent is not None and consent["version"] >= body["version"]:
            return "state_forbids"
        refusal = self._confirmed(given)
        if refusal:
            return refusal
        if self.versions[lane, version] == "announced":
            self.versions[lane, version], self.versions[lane, before] = "in_force", "superseded"
        used = consent["used"] if consent is not None else {}
        self.consents[lane, f"{body['holder']}:{body['schedule']}"] = dict(version=body["version"], used=used)
        return None

    def _mandate_grant(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        if body["cap_minor"] <= 0:
            return "amount_not_positive"
        refusal = self._usable(lane, body["holder"])
        if refusal:
            return refusal
        if body["type"] not in ("bid", "repayment"):
            return "mandate_type_differs"
        if body["until"] < self.day[lane]:
            return "date_in_the_past"
        if body["until"] > months_on(self.day[lane], 36):
            return "mandate_scope_exceeded"
        if self.holders[lane, body["holder"]]["role"] != {"bid": "lender", "repayment": "borrower"}[body["type"]]:
            return "account_role_differs"
        if body["listing"] and (lane, body["listing"]) not in self.listings:
            return "listing_not_found"
        refusal = self._confirmed(given)
        if refusal:
            return refusal
        self.mandates[lane, name] = dict(
            holder=body["holder"], type=body["type"], cap=body["cap_minor"], used=0, until=body["until"],
            listing=body["listing"], state="active",
        )  # fmt: skip
        return None

    def _mandate_revoke(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        if (lane, body["holder"]) not in self.holders:
            return "account_not_found"
        mandate = self.mandates.get((lane, body["mandate"]))
        if mandate is None:
            return "mandate_not_found"
        if mandate["holder"] != body["holder"]:
            return "mandate_owner_differs"
        refusal = self._confirmed(given)
        if refusal:
            return refusal
        if mandate["state"] != "active":
            return "mandate_not_active"
        mandate["state"] = "revoked"
        return None

    # ── withdrawals ──────────────────────────────────────────────────────────
    def _withdrawal(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        amount, holder = body["amount_minor"], body["holder"]
        if amount <= 0:
            return "amount_not_positive"
        refusal = self._usable(lane, holder)
        if refusal:
            return refusal
        if body["bank_account"] != "bank":
            return "bank_account_not_found"
        card = self.cards.get((lane, body["card"]))
        if card is None:
            return "card_not_found"
        if card["holder"] != holder:
            return "card_not_own"
        if card["state"] != "active":
            return "card_not_active"
        if self.day[lane] < card["until"]:
            return "card_cooling"
        fee = 0
        if body["fee_item"]:
            refusal, fee = self._fee(lane, holder, body["fee_schedule"], body["fee_item"], amount)
            if refusal:
                return refusal
        if not body["mandate"] and body["payee_hash"] != card["payee"]:
            return "confirmation_text_differs"
        refusal = self._authority(lane, body, holder, "withdrawal", amount, "", given)
        if refusal:
            return refusal
        if amount + fee > self._at(lane, holder, "2010"):
            return "insufficient_balance"
        self._move(lane, (holder, "2010"), (holder, "2030"), amount)
        self._charge(lane, holder, body["fee_schedule"], fee)
        if fee:
            self._move(lane, (holder, "2010"), (holder, "2020"), fee)
            self.holds[lane, f"{name}:fee"] = dict(
                owner=holder, purpose="withdrawal_fee", listing="", amount=fee, left=fee, state="open",
                release_by=self.day[lane] + timedelta(days=90),
            )  # fmt: skip
        self.withdrawals[lane, name] = dict(
            holder=holder, card=body["card"], amount=amount, state="held", mandate=body["mandate"]
        )
        return None

    def _withdrawal_sent(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        withdrawal = self.withdrawals.get((lane, body["withdrawal"]))
        if withdrawal is None:
            return "withdrawal_not_found"
        if withdrawal["state"] != "held":
            return "withdrawal_not_held"
        if self.cards[lane, withdrawal["card"]]["state"] != "active":
            return "card_not_active"
        withdrawal["state"] = "sent"
        return None

    def _withdrawal_result(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        withdrawal = self.withdrawals.get((lane, body["withdrawal"]))
        if withdrawal is None:
            return "withdrawal_not_found"
        state, amount = withdrawal["state"], withdrawal["amount"]
        if state == "settled" or state in WITHDRAWAL_ENDS:
            return "withdrawal_final"
        if state == "held":
            return "withdrawal_not_sent"
        if body["status"] == "timed_out":
            withdrawal["state"] = "in_doubt"
            return "state_forbids" if state == "in_doubt" else None
        if body["amount_minor"] != amount:
            return "withdrawal_differs"
        if body["status"] == "rejected" and state == "in_doubt" and not body["finality"]:
            return "state_forbids"
        if body["status"] == "settled" and amount > self._at(lane, "bank", "1010"):
            return "insufficient_pool_cash"
        paid = body["status"] == "settled"
        self._end_withdrawal(lane, body["withdrawal"], "settled" if paid else "rejected")
        return None

    def _end_withdrawal(self, lane: int, name: str, state: str) -> None:
        withdrawal, fee = self.withdrawals[lane, name], self.holds.get((lane, f"{name}:fee"))
        holder, amount, paid = withdrawal["holder"], withdrawal["amount"], state == "settled"
        self._move(lane, (holder, "2030"), ("bank", "1010") if paid else (holder, "2010"), amount)
        if fee is not None and fee["state"] == "open":
            self._move(lane, (holder, "2020"), ("main", "2110") if paid else (holder, "2010"), fee["left"])
            fee.update(left=0, state="captured" if paid else "released")
        if not paid:
            self._use(lane, withdrawal["mandate"], -amount)
        withdrawal["state"] = state

    def _withdrawal_cancel(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        withdrawal = self.withdrawals.get((lane, body["withdrawal"]))
        if (lane, body["holder"]) not in self.holders:
            return "account_not_found"
        if withdrawal is None:
            return "withdrawal_not_found"
        if withdrawal["holder"] != body["holder"]:
            return "withdrawal_owner_differs"
        if withdrawal["amount"] != body["amount_minor"]:
            return "withdrawal_differs"
        return self._confirmed(given) or self._stop(lane, body["withdrawal"], "cancelled")

    def _withdrawal_intercept(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        if (lane, body["withdrawal"]) not in self.withdrawals:
            return "withdrawal_not_found"
        return self._stop(lane, body["withdrawal"], "intercepted")

    def _stop(self, lane: int, name: str, state: str) -> str | None:
        before = self.withdrawals[lane, name]["state"]
        if before in WITHDRAWAL_ENDS:
            return "withdrawal_final"
        if before != "held":
            return "withdrawal_not_held"
        self._end_withdrawal(lane, name, state)
        return None

    def _withdrawal_return(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        withdrawal = self.withdrawals.get((lane, body["withdrawal"]))
        if withdrawal is None:
            return "withdrawal_not_found"
        if withdrawal["state"] == "recredited":
            return "withdrawal_final"
        if withdrawal["state"] != "settled":
            return "withdrawal_not_settled"
        if body["amount_minor"] != withdrawal["amount"]:
            return "withdrawal_differs"
        self._move(lane, ("bank", "1010"), ("main", "2220"), withdrawal["amount"])
        self._move(lane, ("main", "2220"), (withdrawal["holder"], "2010"), withdrawal["amount"])
        withdrawal["state"] = "recredited"
        return None

    # ── listings and bids ────────────────────────────────────────────────────
    def _listing_registration(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        today, amount, borrower = self.day[lane], body["amount_minor"], body["borrower"]
        if amount <= 0:
            return "amount_not_positive"
        if (lane, body["listing"]) in self.listings:
            return "listing_exists"
        if body["pool"] != "main":
            return "pool_not_found"
        refusal = self._usable(lane, borrower, "borrower")
        if refusal:
            return refusal
        holder = self.holders[lane, borrower]
        if holder["person"] != body["person"]:
            return "borrower_differs"
        refusal = self._confirmed(given)
        if refusal:
            return refusal
        if body["raise_until"] < today:
            return "date_in_the_past"
        if (body["raise_until"] - today).days > 366:
            return "raise_too_long"
        if body["months"] < 1:
            return "schedule_malformed"
        mine = [x for (at, _), x in self.listings.items() if at == lane and x["borrower"] == borrower]
        owed = sum(
            x["amount"] if x["state"] in ("raising", "full", "disbursing") else x["lent"] - x["repaid"] for x in mine
        )
        if owed + amount > PLATFORM_CAP[holder["kind"]]:
            return "borrower_cap_exceeded"
        if sum(self.calendar.is_working_day(today + timedelta(days=n))
               for n in range((body["raise_until"] - today).days + 1)) > RAISE_DAYS:  # fmt: skip
            return "raise_too_long"
        if body["rate_e6"] > LPR_TIMES * [rate for since, rate in LPR if since <= today][-1]:
            return "rate_cap_exceeded"
        self.listings[lane, body["listing"]] = dict(
            id=body["listing"], borrower=borrower, amount=amount, rate=body["rate_e6"], rule=body["rule"],
            months=body["months"], until=body["raise_until"], full_by=None, grace=body["grace_days"],
            release_by=self._working_days_on(body["raise_until"], FULL_DAYS), late_rate=body["late_rate_e6"],
            early=body["early"], schedule=body["fee_schedule"], item=body["fee_item"], reservation=f"{name}:limit:{lane}",
            held=0, lent=0, repaid=0, interest=0, late=0, lent_on=None, state="raising",
        )  # fmt: skip
        return None

    def _bid_hold(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        amount, packet, lender = body["amount_minor"], body["marketing_minor"], body["lender"]
        if amount <= 0 or packet < 0:
            return "amount_not_positive"
        refusal = self._usable(lane, lender, "lender")
        if refusal:
            return refusal
        listing = self.listings.get((lane, body["listing"]))
        if listing is None:
            return "listing_not_found"
        if listing["state"] == "full":
            return "listing_remaining_exceeded"
        if listing["state"] != "raising":
            return "listing_not_raising"
        if self.day[lane] > listing["until"]:
            return "raise_ended"
        if self.holders[lane, lender]["person"] == self.holders[lane, listing["borrower"]]["person"]:
            return "borrower_is_lender"
        refusal = self._authority(lane, body, lender, "bid", amount, listing["id"], given)
        if refusal:
            return refusal
        if listing["held"] + amount + packet > listing["amount"]:
            return "listing_remaining_exceeded"
        if packet > self._at(lane, "main", "2120"):
            return "insufficient_marketing"
        if amount > self._at(lane, lender, "2010"):
            return "insufficient_balance"
        self._hold_bid(lane, name, lender, "bid", listing, amount, body["mandate"])
        if packet:
            self._hold_bid(lane, f"{name}:marketing", "main", "marketing_bid", listing, packet, "")
        self._use(lane, body["mandate"], amount)
        if listing["held"] == listing["amount"]:
            listing["state"] = "full"
            listing["full_by"] = min(self._working_days_on(self.day[lane], FULL_DAYS), listing["release_by"])
        return None

    def _hold_bid(
        self, lane: int, name: str, owner: str, purpose: str, listing: Fact, amount: int, mandate: str
    ) -> None:
        free, held = self._buckets(purpose)
        self._move(lane, (owner, free), (owner, held), amount)
        self.holds[lane, name] = dict(
            owner=owner, purpose=purpose, listing=listing["id"], amount=amount, left=amount, state="open",
            release_by=listing["release_by"], mandate=mandate,
        )  # fmt: skip
        listing["held"] += amount

    @staticmethod
    def _buckets(purpose: str) -> tuple[str, str]:
        return ("2120", "2125") if purpose == "marketing_bid" else ("2010", "2020")

    def _give_back(self, lane: int, hold: Fact, amount: int) -> None:
        free, held = self._buckets(hold["purpose"])
        self._move(lane, (hold["owner"], held), (hold["owner"], free), amount)
        hold["left"] -= amount
        self._use(lane, hold.get("mandate", ""), -amount)
        if not hold["left"]:
            hold["state"] = "released"

    def _bid_cancel(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        amount = body["amount_minor"]
        if amount <= 0:
            return "amount_not_positive"
        refusal = self._usable(lane, body["lender"], "lender")
        if refusal:
            return refusal
        hold = self.holds.get((lane, body["hold"]))
        if hold is None:
            return "hold_not_found"
        if hold["owner"] != body["lender"]:
            return "hold_owner_differs"
        if hold["purpose"] != "bid":
            return "hold_purpose_differs"
        listing = self.listings[lane, hold["listing"]]
        if listing["state"] == "disbursing":
            return "listing_disbursing"
        if listing["state"] == "failing":
            return "raise_failing"
        if hold["state"] != "open":
            return "hold_not_open"
        if listing["state"] == "full":
            return "listing_not_raising"
        refusal = self._confirmed(given)
        if refusal:
            return refusal
        if amount > hold["left"]:
            return "hold_remaining_exceeded"
        packet = self.holds.get((lane, f"{body['hold']}:marketing"))
        if packet is not None and amount == hold["left"]:
            listing["held"] -= packet["left"]
            self._give_back(lane, packet, packet["left"])
        listing["held"] -= amount
        self._give_back(lane, hold, amount)
        return None

    def _open_bids(self, lane: int, listing: str) -> list[tuple[str, Fact]]:
        return sorted(
            (name, hold) for (at, name), hold in self.holds.items()
            if at == lane and hold["listing"] == listing and hold["state"] == "open" and hold["purpose"] == "bid"
        )  # fmt: skip

    def _with_packets(self, lane: int, bids: Sequence[tuple[str, Fact]]) -> list[list[tuple[str, Fact]]]:
        groups = []
        for name, hold in bids:
            packet = self.holds.get((lane, f"{name}:marketing"))
            beside = [(f"{name}:marketing", packet)] if packet is not None and packet["state"] == "open" else []
            groups.append([(name, hold), *beside])
        return groups

    def _raise_failure(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        listing = self.listings.get((lane, body["listing"]))
        if listing is None:
            return "listing_not_found"
        state = listing["state"]
        if state not in ("raising", "full"):
            return {
                "disbursing": "listing_disbursing", "disbursed": "listing_has_captures", "repaid": "listing_has_captures",
                "failing": "raise_failing",
            }.get(state, "listing_not_raising")  # fmt: skip
        if body["timer"] and self.day[lane] <= (listing["full_by"] if state == "full" else listing["until"]):
            return "raise_not_ended"
        groups = self._with_packets(lane, self._open_bids(lane, listing["id"]))
        if sum(map(len, groups)) > self.atomic_items:
            listing["state"] = "failing"
            self._start_run(lane, name, "raise_failure", listing, self._in_steps(groups), 0)
            return None
        for group in groups:
            self._release_group(lane, listing, group)
        self._failed(lane, listing)
        return None

    def _release_group(self, lane: int, listing: Fact, group: Sequence[tuple[str, Fact]]) -> None:
        for _, hold in group:
            listing["held"] -= hold["left"]
            self._give_back(lane, hold, hold["left"])

    def _failed(self, lane: int, listing: Fact) -> None:
        assert listing["held"] == 0
        listing["state"] = "failed"
        self._ended(lane, listing)

    def _ended(self, lane: int, listing: Fact) -> None:
        body = dict(reservation=listing["reservation"], amount_minor=None)
        self._message(lane, 0, f"{listing['reservation']}:release", "limit_release", body)

    # ── disbursement ─────────────────────────────────────────────────────────
    def _disbursement(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        listing = self.listings.get((lane, body["listing"]))
        if listing is None:
            return "listing_not_found"
        wrong = {
            "disbursing": "listing_disbursing", "disbursed": "listing_has_captures", "repaid": "listing_has_captures",
            "failing": "raise_failing", "failed": "listing_not_full", "raising": "listing_not_full",
        }.get(listing["state"])  # fmt: skip
        if wrong:
            return wrong
        if self.day[lane] > listing["full_by"]:
            return "raise_ended"
        bids = self._open_bids(lane, listing["id"])
        wrong = self._named(lane, body["holds"], listing, bids)
        if wrong:
            return wrong
        fee = 0
        if listing["item"]:
            wrong, fee = self._fee(lane, listing["borrower"], listing["schedule"], listing["item"], listing["held"])
            if wrong:
                return wrong
        if fee > listing["held"]:
            return "insufficient_fee_money"
        if any(self.holders[lane, hold["owner"]]["state"] != "active" for _, hold in bids):
            return "hold_unusable"
        self._charge(lane, listing["borrower"], listing["schedule"], fee)
        listing["lent_on"] = self.day[lane]
        groups = self._with_packets(lane, bids)
        if sum(map(len, groups)) > self.atomic_items:
            listing["state"] = "disbursing"
            self._start_run(lane, name, "disbursement", listing, self._in_steps(groups), fee)
            return None
        for group in groups:
            self._capture_group(lane, listing, group)
        if fee:
            self._move(lane, (listing["borrower"], "2010"), ("main", "2110"), fee)
        self._lent(lane, listing)
        return None

    def _named(self, lane: int, names: Sequence[str], listing: Fact, bids: Sequence[tuple[str, Fact]]) -> str | None:
        if not names:
            return None
        if len(set(names)) < len(names):
            return "duplicate_detail"
        for name in names:
            hold = self.holds.get((lane, name))
            if hold is None:
                return "hold_not_found"
            if hold["purpose"] != "bid":
                return "hold_purpose_differs"
            if hold["listing"] != listing["id"]:
                return "hold_listing_differs"
            if hold["state"] != "open":
                return "hold_not_open"
        return None if len(names) == len(bids) else "details_missing"

    def _capture_group(self, lane: int, listing: Fact, group: Sequence[tuple[str, Fact]]) -> None:
        total = 0
        for _, hold in group:
            total += hold["left"]
            self._move(
                lane, (hold["owner"], self._buckets(hold["purpose"])[1]), (listing["borrower"], "2010"), hold["left"]
            )
            hold.update(left=0, state="captured")
        name, bid = group[0]
        self.claims[lane, name] = dict(
            id=name, listing=listing["id"], holder=bid["owner"], weight=total, principal=total, interest=0, late=0
        )
        listing["held"] -= total
        listing["lent"] += total

    def _lent(self, lane: int, listing: Fact) -> None:
        listing["state"] = "disbursed"
        rows = plan(listing["rule"], listing["lent"], listing["rate"], listing["months"], listing["lent_on"])
        self.rows[lane, listing["id"]] = [
            dict(number=n, due=due, principal=principal, interest=interest, paid=0, paid_interest=0, paid_late=0)
            for n, (due, principal, interest) in enumerate(rows, 1)
        ]

    # ── repayment ────────────────────────────────────────────────────────────
    def _repayment(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        principal, interest, late = body["principal_minor"], body["interest_minor"], body["late_minor"]
        total, borrower = principal + interest + late, body["borrower"]
        if min(principal, interest, late) < 0 or not total:
            return "amount_not_positive"
        listing = self.listings.get((lane, body["listing"]))
        if listing is None:
            return "listing_not_found"
        if listing["state"] == "disbursing":
            return "listing_disbursing"
        if listing["state"] != "disbursed":
            return "listing_not_disbursed"
        if listing["borrower"] != borrower:
            return "borrower_differs"
        state = self.holders[lane, borrower]["state"]
        if state != "active" and not (body["mandate"] and state == "locked"):
            return f"account_{state}"
        rows = self.rows[lane, listing["id"]]
        row = next((row for row in rows if row["number"] == body["plan_row"]), None)
        if row is None:
            return "plan_row_not_found"
        if self._is_paid(row):
            return "plan_row_paid"
        if not listing["early"] and not all(self._is_paid(other) for other in rows if other["number"] < row["number"]):
            return "plan_row_not_next"
        if any(run["state"] == "running" and run["listing"] == listing["id"] for (at, _), run in self.runs.items()
               if at == lane):  # fmt: skip
            return "state_forbids"
        due, due_interest = row["principal"] - row["paid"], row["interest"] - row["paid_interest"]
        if principal > due:
            return "principal_exceeds_due"
        if interest > due_interest:
            return "interest_exceeds_due"
        if listing["late_rate"] is not None:
            days = max((self.day[lane] - row["due"]).days - listing["grace"], 0)
            charge = round(Fraction((due + due_interest) * listing["late_rate"] * days, 365_000_000))
            if late > max(charge - row["paid_late"], 0):
                return "late_charge_exceeds_due"
        refusal = self._authority(lane, body, borrower, "repayment", total, listing["id"], given)
        if refusal:
            return refusal
        if total > self._at(lane, borrower, "2010"):
            return "insufficient_balance"
        parts = [
            part for part in self._shares(lane, listing, principal, interest, late, row["number"]) if sum(part[1:])
        ]
        self._use(lane, body["mandate"], total)
        self._move(lane, (borrower, "2010"), (borrower, "2020"), total)
        if len(parts) > self.atomic_items:
            self.holds[lane, name] = dict(
                owner=borrower, purpose="repayment", listing=listing["id"], amount=total, left=total, state="open",
                release_by=self._working_days_on(self.day[lane], FULL_DAYS), mandate=body["mandate"],
            )  # fmt: skip
            steps = [parts[n : n + self.step_items] for n in range(0, len(parts), self.step_items)]
            self._start_run(lane, name, "repayment", listing, steps, 0, row=row["number"])
            return None
        self._pay(lane, listing, row, parts, is_last=True)
        return None

    def _shares(
        self, lane: int, listing: Fact, principal: int, interest: int, late: int, number: int
    ) -> list[tuple[Any, ...]]:
        claims = [claim for (at, _), claim in self.claims.items() if at == lane and claim["listing"] == listing["id"]]
        claims.sort(key=lambda claim: claim["id"])
        weights = [claim["weight"] for claim in claims]
        columns = (
            shared(principal, [claim["principal"] for claim in claims], number - 1),
            shared_so_far(interest, weights, [claim["interest"] for claim in claims], number - 1),
            shared_so_far(late, weights, [claim["late"] for claim in claims], number - 1),
        )
        return list(zip(claims, *columns, strict=True))

    def _pay(self, lane: int, listing: Fact, row: Fact, parts: Sequence[tuple[Any, ...]], *, is_last: bool) -> None:
        for claim, principal, interest, late in parts:
            self._move(lane, (listing["borrower"], "2020"), (claim["holder"], "2010"), principal + interest + late)
            claim["principal"] -= principal
            listing["repaid"] += principal
            for fact in (claim, listing):
                fact["interest"] += interest
                fact["late"] += late
            row["paid"] += principal
            row["paid_interest"] += interest
            row["paid_late"] += late
        if is_last and listing["repaid"] == listing["lent"] and all(map(self._is_paid, self.rows[lane, listing["id"]])):
            listing["state"] = "repaid"
            self._ended(lane, listing)

    @staticmethod
    def _is_paid(row: Fact) -> bool:
        return bool(row["paid"] == row["principal"] and row["paid_interest"] == row["interest"])

    # ── runs ─────────────────────────────────────────────────────────────────
    def _in_steps(self, groups: Sequence[list[tuple[str, Fact]]]) -> list[list[list[tuple[str, Fact]]]]:
        steps: list[list[list[tuple[str, Fact]]]] = [[]]
        for group in groups:
            if sum(map(len, steps[-1])) + len(group) > self.step_items:
                steps.append([])
            steps[-1].append(group)
        return steps

    def _start_run(
        self, lane: int, name: str, kind: str, listing: Fact, steps: Sequence[Any], fee: int, row: int = 0
    ) -> None:
        self.runs[lane, name] = dict(
            kind=kind, listing=listing["id"], steps=steps, next=1, fee=fee, total=listing["held"], so_far=0, row=row,
            state="running",
        )  # fmt: skip

    def _run_step(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        run = self.runs.get((lane, body["run"]))
        if run is None:
            return "run_not_found"
        if run["state"] == "finished":
            return "run_finished"
        if body["step"] != run["next"]:
            return "run_step_not_next"
        listing, items = self.listings[lane, run["listing"]], run["steps"][run["next"] - 1]
        run["next"] += 1
        is_last = run["next"] > len(run["steps"])
        if is_last:
            run["state"] = "finished"
        if run["kind"] == "repayment":
            self._pay_step(lane, body["run"], run, listing, items, is_last)
            return None
        for group in items:
            if run["kind"] == "raise_failure":
                self._release_group(lane, listing, group)
            else:
                before = run["fee"] * run["so_far"] // run["total"]
                run["so_far"] += sum(hold["left"] for _, hold in group)
                self._capture_group(lane, listing, group)
                fee = run["fee"] * run["so_far"] // run["total"] - before
                self._move(lane, (listing["borrower"], "2010"), ("main", "2110"), fee)
        if is_last and run["kind"] == "raise_failure":
            self._failed(lane, listing)
        elif is_last:
            self._lent(lane, listing)
        return None

    def _pay_step(
        self, lane: int, name: str, run: Fact, listing: Fact, parts: Sequence[tuple[Any, ...]], is_last: bool
    ) -> None:
        hold = self.holds[lane, name]
        hold["left"] -= sum(sum(part[1:]) for part in parts)
        if is_last:
            assert hold["left"] == 0
            hold["state"] = "captured"
        row = next(row for row in self.rows[lane, listing["id"]] if row["number"] == run["row"])
        self._pay(lane, listing, row, parts, is_last=is_last)

    # ── time, and what nobody can do ─────────────────────────────────────────
    def _hold_expiry(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        hold = self.holds.get((lane, body["hold"]))
        if name != f"expire:{body['hold']}":
            return "id_malformed"
        if hold is None:
            return "hold_not_found"
        if hold["state"] != "open":
            return "hold_not_open"
        if self.day[lane] <= hold["release_by"]:
            return "hold_not_expired"
        if hold["purpose"] in ("bid", "marketing_bid"):
            state = self.listings[lane, hold["listing"]]["state"]
            return {"disbursing": "listing_disbursing", "failing": "raise_failing"}.get(state, "state_forbids")
        if self.runs.get((lane, body["hold"]), dict(state=""))["state"] == "running":
            return "state_forbids"
        self._give_back(lane, hold, hold["left"])
        return None

    def _day_close(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        closed = f"close:{body['date'].isoformat()}"
        if name != closed and not name.startswith(f"{closed}:"):
            return "id_malformed"
        if body["date"] < self.day[lane]:
            return "day_closed"
        if body["date"] > self.day[lane] or body["next_date"] <= body["date"]:
            return "date_not_next"
        self.day[lane] = body["next_date"]
        return None

    def _bar(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        return "barred" if body["reason"] else "reason_missing"

    # ── lane 0 ───────────────────────────────────────────────────────────────
    def _limit_reserve(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        amount, person = body["amount_minor"], self.persons.get(body["person"])
        if amount <= 0:
            return "amount_not_positive"
        if person is None:
            return "person_not_found"
        if person["state"] != "active":
            return "person_locked"
        key = (body["person"], body["currency"])
        if self.reserved.get(key, 0) + amount > CAP_ACROSS[person["kind"]]:
            return "cross_platform_cap_exceeded"
        self.reserved[key] = self.reserved.get(key, 0) + amount
        self.reservations[name] = dict(key=key, amount=amount, state="reserved")
        return None

    def _limit_release(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        reservation = self.reservations.get(body["reservation"])
        if reservation is None:
            return "reservation_missing"
        if reservation["state"] == "released":
            return "reservation_not_open"
        self.reserved[reservation["key"]] -= reservation["amount"]
        reservation.update(amount=0, state="released")
        return None

    def _person_lock(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        person = self.persons.get(body["person"])
        if person is None:
            return "person_not_found"
        if person["state"] != "active":
            return "person_locked"
        if body["act"] in self.orders:
            return "state_forbids"
        person.update(state="locked", lock=body["act"])
        self.orders[body["act"]] = dict(person=body["person"], state="in_force")
        for who, where in sorted(self.links):
            if who == body["person"]:
                here = dict(person=who, act=body["act"])
                self._message(0, where, f"{body['act']}:{where}", "person_lock_here", here)
        return None

    def _person_unlock(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        person, order = self.persons.get(body["person"]), self.orders.get(body["lock"])
        if person is None:
            return "person_not_found"
        if order is None or order["person"] != body["person"]:
            return "lock_not_found"
        if person["lock"] != body["lock"] or order["state"] == "lifted":
            return "lock_not_in_force"
        person.update(state="active", lock="")
        order["state"] = "lifted"
        for who, where in sorted(self.links):
            if who == body["person"]:
                here = dict(person=who, act=body["act"], lock=body["lock"])
                self._message(0, where, f"{body['act']}:{where}", "person_unlock_here", here)
        return None

    def _person_lock_here(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        if self.orders[body["act"]]["state"] == "lifted":
            return None
        self.here[lane, body["person"]] = dict(state="locked", act=body["act"])
        self._set(lane, body["person"], "active", "locked")
        return None

    def _person_unlock_here(self, lane: int, name: str, body: Fact, given: str) -> str | None:
        here = self.here.get((lane, body["person"]))
        if here is None or here["state"] != "locked" or here["act"] != body["lock"]:
            return None
        here.update(state="active", act=body["act"])
        self._set(lane, body["person"], "locked", "active")
        return None

    def _set(self, lane: int, person: str, before: str, after: str) -> None:
        for (at, _), holder in self.holders.items():
            if at == lane and holder["person"] == person and holder["state"] == before:
                holder["state"] = after
