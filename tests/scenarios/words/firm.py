"""Words of the firm's side of a pool: shortfalls, top-ups, net settlement, charge-backs, interest, dormancy, corrections."""

from collections.abc import Callable
from typing import Any

from cunguan.kernel.money import parse_minor
from cunguan.kernel.rows import (
    Adjustment,
    Certificate,
    ClientDebt,
    Deposit,
    ImportedBalance,
    Payout,
    Pool,
    Shortfall,
    Unclaimed,
)
from cunguan.policy.safeguarding.engine import Facts, add_up, compute, line_of
from cunguan.policy.safeguarding.uk_cass15 import UK_CASS15
from tests.scenarios.language import SUBJECTS, sentence

NAMES = {"maker": "m1", "checker": "c1"}

SUBJECTS.update(
    {"shortfall": Shortfall, "debt": ClientDebt, "balance": Unclaimed, "adjustment": Adjustment, "payout": Payout}
)


def _minor(amount: str | None) -> int:
    return parse_minor(amount or "0.00", "CNY")


# ── what is missing, and who makes it good ───────────────────────────────────
@sentence("{platform} loses {amount$}, {cause}[, of {day@}]")
def loses(script: Any, platform: str, amount: str, cause: str, day: str | None) -> None:
    script.ask(
        script.lanes[platform], "pool_loss", pool="main", bank_account="bank", amount_minor=_minor(amount), cause=cause,
        reason=cause, reference="statement", value_date=day, **NAMES,
    )  # fmt: skip


def _made_good(source: str) -> Callable[..., None]:
    def made(script: Any, amount: str, shortfall: str) -> None:
        from_bank = source != "paid_in_before"
        script.ask(
            script.lane(shortfall), "pool_top_up", shortfall=shortfall, source=source, amount_minor=_minor(amount),
            bank_account="bank" if from_bank else "", reference="statement" if from_bank else "", **NAMES,
        )  # fmt: skip

    return made


sentence("the firm makes {amount$} of {shortfall} good")(_made_good("own_money"))
sentence("{amount$} of {shortfall} is recovered")(_made_good("recovered"))
sentence("the firm makes {amount$} of {shortfall} good with what it paid in before")(_made_good("paid_in_before"))


@sentence("the firm pays {amount$} of its own into {platform}")
def pays_in(script: Any, amount: str, platform: str) -> None:
    script.ask(
        script.lanes[platform], "prudent_top_up", pool="main", bank_account="bank", amount_minor=_minor(amount),
        reason="buffer", reference="statement", **NAMES,
    )  # fmt: skip


@sentence("the firm binds its account with {platform}")
def binds(script: Any, platform: str) -> None:
    script.ask(script.lanes[platform], "payee_binding", owner="custodian", payee_hash="firm", reason="letter", **NAMES)


@sentence("the firm takes {amount$} of its own out of {platform}")
def takes_out(script: Any, amount: str, platform: str) -> None:
    script.ask(
        script.lanes[platform], "prudent_top_up_back", pool="main", bank_account="bank", amount_minor=_minor(amount),
        payee_hash="firm", reason="not needed", **NAMES,
    )  # fmt: skip


@sentence("bank pays the firm {payout}")
def pays_firm(script: Any, payout: str) -> None:
    lane, row = script.lane(payout), script.get(Payout, payout)
    script.world.done(lane, f"send:{payout}", "payout_sent", payout=payout)
    script.ask(
        lane, "payout_result", f"bank:demobank:{payout}:settled", payout=payout, status="settled",
        amount_minor=row.amount_minor,
    )  # fmt: skip


@sentence("the line of {platform} is {amount$}")
def line(script: Any, platform: str, amount: str) -> None:
    script.ask(script.lanes[platform], "pool_line", pool="main", line_minor=_minor(amount), reason="rule", **NAMES)


@sentence("pool of {platform} is {state}")
def pool_is(script: Any, platform: str, state: str) -> None:
    found = script.world.get(script.lanes[platform], Pool, "main").state
    if found != state:
        raise script.place.says(state, found)


@sentence("{platform} lacks {amount$}")
def lacks(script: Any, platform: str, amount: str) -> None:
    lane, missing_minor = script.lanes[platform], 0
    for account, row in script.store.accounts(lane).items():
        balance = script.store.balances(lane, [account])[account]
        if row.code == "1010":
            missing_minor -= balance
        elif row.code[0] == "2" and row.code != "2015":
            missing_minor += balance
    if max(missing_minor, 0) != _minor(amount):
        raise script.place.says(amount, missing_minor)


# ── channels ─────────────────────────────────────────────────────────────────
@sentence("{channel} pays {net$} and keeps {fee$} for {deposits*}, due {day@}")
def pays_net(script: Any, channel: str, net: str, fee: str, deposits: str, day: str) -> None:
    named = deposits.split()
    lane = script.lane(named[0])
    name = script.name or f"{script.place.line}"
    script.name = f"net:{name.removeprefix('net:')}"
    script.ask(
        lane, "channel_net_settlement", pool="main", channel=channel, settle_date=day, bank_account="bank",
        net_minor=_minor(net), fee_minor=_minor(fee), deposits=named, reference="statement",
    )  # fmt: skip


@sentence("{channel} takes {deposit} back[, {client$} of it from {who} who got it by {credit}]")
def takes_back(
    script: Any, channel: str, deposit: str, client: str | None, who: str | None, credit: str | None
) -> None:
    row = script.get(Deposit, deposit)
    mirror = {"credited_by": credit, "document": "letter", "notice": "post", **NAMES} if credit else {}
    script.ask(
        script.lane(deposit), "charge_back", deposit=deposit, holder=who or row.holder, bank_account="bank",
        amount_minor=row.amount_minor, reference=channel, client_minor=_minor(client), **mirror,
    )  # fmt: skip


@sentence("{who} pays {amount$} of {debt}")
def pays_debt(script: Any, who: str, amount: str, debt: str) -> None:
    script.ask(script.lane(debt), "client_debt_repayment", holder=who, debt=debt, amount_minor=_minor(amount))


@sentence("{channel} gives {amount$} of {debt} back")
def gives_back(script: Any, channel: str, amount: str, debt: str) -> None:
    script.ask(
        script.lane(debt), "client_debt_recovery", debt=debt, bank_account="bank", amount_minor=_minor(amount),
        reference=channel,
    )  # fmt: skip


@sentence("the firm bears {debt}")
def bears(script: Any, debt: str) -> None:
    script.ask(script.lane(debt), "client_debt_borne", debt=debt, reason="nothing comes", **NAMES)


@sentence("{who} owes the pool {amount$}")
def owes(script: Any, who: str, amount: str) -> None:
    _compare(script, who, "1040", amount)


def _compare(script: Any, who: str, code: str, amount: str) -> None:
    found = script.world.balance(script.lane(who), who, code)
    if found != _minor(amount):
        raise script.place.says(amount, found)


# ── interest ─────────────────────────────────────────────────────────────────
@sentence("bank pays {amount$} of interest to {platform}")
def interest(script: Any, amount: str, platform: str) -> None:
    script.ask(
        script.lanes[platform], "pool_interest", pool="main", bank_account="bank", amount_minor=_minor(amount),
        reference="statement",
    )  # fmt: skip


@sentence("{amount$} of interest of {platform} is shared by weight: {weights*}")
def share(script: Any, amount: str, platform: str, weights: str) -> None:
    shares = [part.split() for part in weights.split(", ")]
    script.ask(
        script.lanes[platform], "pool_interest_share", pool="main", amount_minor=_minor(amount), to="holders",
        contract="clause 7", basis="days times amount", **NAMES,
        weights=[{"holder": holder, "weight": int(weight)} for holder, weight in shares],
    )  # fmt: skip


@sentence("bank takes {amount$} of interest of {platform} back")
def interest_back(script: Any, amount: str, platform: str) -> None:
    script.ask(
        script.lanes[platform], "pool_interest_share", pool="main", amount_minor=_minor(amount), to="bank",
        contract="clause 7", basis="credited by mistake", bank_account="bank", reference="statement", **NAMES,
    )  # fmt: skip


# ── dormant money ────────────────────────────────────────────────────────────
@sentence("{who} was last heard of on {day@}, and {amount$} of his is set apart")
def dormant(script: Any, who: str, day: str, amount: str) -> None:
    script.ask(
        script.lane(who), "dormancy", holder=who, amount_minor=_minor(amount), since_date=day, instrument="act", **NAMES
    )


@sentence("the owner of {balance} is back for {amount$}")
def back(script: Any, balance: str, amount: str) -> None:
    script.ask(
        script.lane(balance), "unclaimed_return", unclaimed=balance, amount_minor=_minor(amount), document="passport",
        **NAMES,
    )  # fmt: skip


@sentence("{balance} goes {direction} the authority")
def handover(script: Any, balance: str, direction: str) -> None:
    row = script.get(Unclaimed, balance)
    script.ask(
        script.lane(balance), "unclaimed_handover", unclaimed=balance, holder=row.holder, bank_account="bank",
        direction={"to": "to_authority", "from": "from_authority"}[direction], instrument="act", receipt="receipt",
        amount_minor=row.amount_minor - row.given_back_minor, **NAMES,
    )  # fmt: skip


@sentence("set apart for {who}: {amount$}")
def unclaimed(script: Any, who: str, amount: str) -> None:
    _compare(script, who, "2310", amount)


# ── corrections ──────────────────────────────────────────────────────────────
@sentence("{asker} says that {amount$} of {credit} are not for {who}")
def asks(script: Any, asker: str, amount: str, credit: str, who: str) -> None:
    script.ask(
        script.lane(who), "adjustment_request", of=credit, line=0, holder=who, amount_minor=_minor(amount),
        reason="not his", asked_by=asker,
    )  # fmt: skip


@sentence("{by} says no to {request}")
def says_no(script: Any, by: str, request: str) -> None:
    _end(script, request, "refused", by)


@sentence("{by} withdraws {request}")
def withdraws(script: Any, by: str, request: str) -> None:
    _end(script, request, "withdrawn", by)


def _end(script: Any, request: str, outcome: str, by: str) -> None:
    script.ask(
        script.lane(request),
        "adjustment_refusal",
        request=request,
        outcome=outcome,
        answered_by=by,
        reason="it was right",
    )


@sentence(
    "{maker} and {checker} carry {request} out, {finding}: {client$} from the client[, {firm$} from the firm][, of {day@}]"
)
def carry_out(
    script: Any, maker: str, checker: str, request: str, finding: str, client: str, firm: str | None, day: str | None
) -> None:
    row = script.get(Adjustment, request)
    script.ask(
        script.lane(request), "adjustment", request=request, of=row.of, holder=row.holder, finding=finding,
        client_minor=_minor(client), firm_minor=_minor(firm), bank_account="bank", document="letter", notice="post",
        maker=maker, checker=checker, value_date=day,
    )  # fmt: skip


# ── taking over ──────────────────────────────────────────────────────────────
@sentence("{platform} takes {certificate} over, {total$}: {lines*}")
def takes_over(script: Any, platform: str, certificate: str, total: str, lines: str) -> None:
    lane, found = script.lanes[platform], []
    for who, amount in (part.split() for part in lines.split(", ")):
        script.lane_of[who] = lane
        script.world.submit(
            0, f"register:{who}", "person_registration", person=who, kind="person", method="four_elements", source="sandbox",
            reference="check",
        )  # fmt: skip
        found.append({
            "holder": who, "person": who, "role": "lender", "kind": "person", "method": "four_elements",
            "source": "sandbox", "key_id": f"{who}:key", "evidence_kind": "sandbox_ed25519",
            "public_key": script.world.keys.public_key(f"{who}:key"), "amount_minor": _minor(amount),
        })  # fmt: skip
    script.ask(
        lane, "opening_import", certificate=certificate, document_hash="ab" * 32, pool="main", bank_account="bank",
        total_minor=_minor(total), signer_old_custodian="o1", signer_platform="p1", signer_bank="b1", lines=found, **NAMES,
    )  # fmt: skip


@sentence("{who} confirms what was taken over[: {amount$}]")
def confirms(script: Any, who: str, amount: str | None) -> None:
    imported = script.world.get(script.lane(who), ImportedBalance, who)
    certificate = script.world.get(script.lane(who), Certificate, imported.certificate)
    script.ask(
        script.lane(who), "import_confirmation", holder=who, certificate=certificate.id,
        amount_minor=_minor(amount) if amount else imported.amount_minor,
    )  # fmt: skip


# ── safeguarding ─────────────────────────────────────────────────────────────
@sentence("{platform} opens the bank account {name}")
def opens(script: Any, platform: str, name: str) -> None:
    script.ask(
        script.lanes[platform], "pool_opening", pools=[], **NAMES,
        bank_accounts=[{"id": name, "pool": "main", "channel": "demobank", "reference": f"ref:{name}"}],
    )  # fmt: skip


@sentence("{who} deposits {amount$} at {bank}")
def deposits_at(script: Any, who: str, amount: str, bank: str) -> None:
    script.ask(
        script.lane(who), "deposit_direct", holder=who, bank_account=bank, amount_minor=_minor(amount),
        payer_matches=True, reference="statement",
    )  # fmt: skip


@sentence("nobody knows for whom {amount$} came to {platform}")
def unidentified(script: Any, amount: str, platform: str) -> None:
    script.ask(
        script.lanes[platform], "unidentified_receipt", bank_account="bank", amount_minor=_minor(amount),
        reference="statement", payee_hash="",
    )  # fmt: skip


@sentence(
    "{platform} must keep {requirement$}, has {resource$}, lacks {shortfall$}; "
    "next day {next_requirement$}, {next_resource$}, {next_shortfall$}; received today {today$}"
)
def safeguarding(script: Any, platform: str, today: str, **expected: str) -> None:
    lane = script.lanes[platform]
    lines = [
        line_of(row.code, row.owner, script.store.balances(lane, [account])[account], {"collection"})
        for account, row in script.store.accounts(lane).items()
    ]
    day = compute(UK_CASS15, add_up(line for line in lines if line), Facts(received_today_minor=_minor(today)))
    assert day.next_day is not None
    found = {
        "requirement": day.now.requirement_minor, "resource": day.now.resource_minor, "shortfall": day.now.shortfall_minor,
        "next_requirement": day.next_day.requirement_minor, "next_resource": day.next_day.resource_minor,
        "next_shortfall": day.next_day.shortfall_minor,
    }  # fmt: skip
    if found != {name: _minor(amount) for name, amount in expected.items()}:
        raise script.place.says(expected, found)
