"""Words of the life of cards, accounts and withdrawals, and of succession."""

from base64 import b64encode
from typing import Any

from cunguan.kernel.rows import Card, Holder, Withdrawal
from tests.scenarios.language import sentence

TWO = {"maker": "m1", "checker": "c1"}


# ── cards and keys ───────────────────────────────────────────────────────────
@sentence("{who} binds the card {card}")
def bind(script: Any, who: str, card: str) -> None:
    script.ask(script.lane(who), "card_binding", holder=who, card=card, payee_hash=f"payee:{card}")


@sentence("{who} unbinds the card {card}")
def unbind(script: Any, who: str, card: str) -> None:
    script.ask(script.lane(who), "card_unbind", holder=who, card=card)


@sentence("two people {pass_} the card {card} of {who}")
def review(script: Any, pass_: str, card: str, who: str) -> None:
    passed = {"pass": True, "refuse": False}[pass_]
    script.ask(script.lane(who), "card_review", card=card, passed=passed, reason="he was called", **TWO)


@sentence("the bank says the card {card} of {who} is closed")
def invalid(script: Any, card: str, who: str) -> None:
    script.ask(script.lane(who), "card_invalid", card=card, reason="closed", reference="bank", maker="m1")


@sentence("two people find the card {card} of {who} open again")
def check(script: Any, card: str, who: str) -> None:
    script.ask(script.lane(who), "card_check", card=card, reason="the bank says so", **TWO)


@sentence("the card {card} of {who} is {state}")
def card_is(script: Any, card: str, who: str, state: str) -> None:
    found = script.world.get(script.lane(who), Card, card).state
    if found != state:
        raise script.place.says(state, found)


@sentence("two people give {who} another key")
def other_key(script: Any, who: str) -> None:
    holder = script.world.get(script.lane(who), Holder, who)
    key_id = f"{holder.key_id}+"
    script.ask(
        script.lane(who), "key_replacement", holder=who, old_key_id=holder.key_id, key_id=key_id,
        evidence_kind="sandbox_ed25519", public_key=b64encode(script.world.keys.public_key(key_id)).decode(),
        method="face", source="sandbox", **TWO,
    )  # fmt: skip


@sentence("{who} adds the key {key}")
def add_key(script: Any, who: str, key: str) -> None:
    script.ask(
        script.lane(who), "key_addition", holder=who, key_id=key, evidence_kind="sandbox_ed25519",
        public_key=b64encode(script.world.keys.public_key(key)).decode(),
    )  # fmt: skip


@sentence("{who} removes the key {key}")
def remove_key(script: Any, who: str, key: str) -> None:
    script.ask(script.lane(who), "key_removal", holder=who, key_id=key)


@sentence("{who} limits withdrawals to {each$} each and {day$} a day")
def limit(script: Any, who: str, each: str, day: str) -> None:
    minor = [int(amount.replace(",", "").replace(".", "")) for amount in (each, day)]
    script.ask(script.lane(who), "client_limit", holder=who, each_minor=minor[0], day_minor=minor[1])


@sentence("{who} withdraws {amount$} to the card {card}")
def withdraw_to(script: Any, who: str, amount: str, card: str) -> None:
    script.ask(
        script.lane(who), "withdrawal", holder=who, card=card, bank_account="bank",
        amount_minor=int(amount.replace(",", "").replace(".", "")), payee_hash=f"payee:{card}",
    )  # fmt: skip


# ── withdrawals ──────────────────────────────────────────────────────────────
@sentence("{who} takes the withdrawal {withdrawal} back")
def cancel(script: Any, who: str, withdrawal: str) -> None:
    amount = script.get(Withdrawal, withdrawal).amount_minor
    script.ask(script.lane(who), "withdrawal_cancel", holder=who, withdrawal=withdrawal, amount_minor=amount)


@sentence("two people intercept the withdrawal {withdrawal}")
def intercept(script: Any, withdrawal: str) -> None:
    script.ask(
        script.lane(withdrawal), "withdrawal_intercept", withdrawal=withdrawal, reason="the card is in doubt", **TWO
    )


# ── accounts ─────────────────────────────────────────────────────────────────
@sentence("two people suspend {who}")
def suspend(script: Any, who: str) -> None:
    script.ask(script.lane(who), "account_suspension", holder=who, reason="papers", **TWO)


@sentence("two people resume {who}")
def resume(script: Any, who: str) -> None:
    script.ask(script.lane(who), "account_resumption", holder=who, reason="papers", **TWO)


@sentence("{who} asks to close his account")
def close(script: Any, who: str) -> None:
    script.ask(script.lane(who), "account_closing", holder=who)


@sentence("{who} keeps his account")
def keep(script: Any, who: str) -> None:
    script.ask(script.lane(who), "account_closing_withdrawn", holder=who)


@sentence("two people close the account of {who}")
def closed(script: Any, who: str) -> None:
    script.ask(script.lane(who), "account_closed", holder=who, **TWO)


@sentence("{who} comes back to his dormant account")
def back(script: Any, who: str) -> None:
    script.ask(script.lane(who), "client_return", holder=who)


# ── succession ───────────────────────────────────────────────────────────────
@sentence("two people record the death of person {person}")
def death(script: Any, person: str) -> None:
    script.ask(
        0, "death_record", act=f"death:{person}:{script.place.line}", person=person, instrument="certificate", **TWO
    )


@sentence("two people take the death of person {person} back")
def death_back(script: Any, person: str) -> None:
    act = f"back:{person}:{script.place.line}"
    script.ask(0, "death_withdrawal", act=act, person=person, reason="another person", **TWO)


@sentence("{heir} inherits {amount$} of {who}[ with the claims {claims*}]")
def inherit(script: Any, heir: str, amount: str, who: str, claims: str | None) -> None:
    script.ask(
        script.lane(who), "succession_transfer", holder=who, heir=heir,
        amount_minor=int(amount.replace(",", "").replace(".", "")), instrument="deed", method="family register",
        source="sandbox", claims=(claims or "").split(), **TWO,
    )  # fmt: skip


@sentence("two people end the succession of {who}")
def succession_end(script: Any, who: str) -> None:
    script.ask(script.lane(who), "succession_end", holder=who, **TWO)


# ── what is off ──────────────────────────────────────────────────────────────
@sentence("{platform} pays in {amount$} for top-ups")
def for_top_ups(script: Any, platform: str, amount: str) -> None:
    script.ask(
        script.lanes[platform], "platform_money_in", pool="main", bank_account="bank", account="2130",
        amount_minor=int(amount.replace(",", "").replace(".", "")), reference="statement",
    )  # fmt: skip


@sentence("{platform} tops the return of {who} up by {amount$}")
def top_up(script: Any, platform: str, who: str, amount: str) -> None:
    script.ask(
        script.lanes[platform], "interest_top_up", pool="main", holder=who,
        amount_minor=int(amount.replace(",", "").replace(".", "")), reference="promise",
    )  # fmt: skip


@sentence("{platform} takes a top-up back from {who}")
def interest_repayment(script: Any, platform: str, who: str) -> None:
    script.ask(script.lanes[platform], "interest_repayment", pool="main", holder=who, amount_minor=1)


@sentence("{platform} compensates {who} itself")
def platform_compensation(script: Any, platform: str, who: str) -> None:
    script.ask(script.lanes[platform], "platform_compensation", pool="main", listing=who, amount_minor=1)


@sentence("{platform} shares a profit with {who}")
def profit_sharing(script: Any, platform: str, who: str) -> None:
    script.ask(script.lanes[platform], "profit_sharing", pool="main", partner=who, amount_minor=1)


@sentence("{platform} withdraws by itself for {who}")
def auto_withdrawal(script: Any, platform: str, who: str) -> None:
    script.ask(script.lanes[platform], "auto_withdrawal", holder=who, card="c", amount_minor=1, mandate="M")


@sentence("{platform} recharges by itself for {who}")
def auto_recharge(script: Any, platform: str, who: str) -> None:
    script.ask(script.lanes[platform], "auto_recharge", holder=who, channel="q", amount_minor=1, mandate="M")


@sentence("{platform} holds money of {who} for a plan")
def plan_hold(script: Any, platform: str, who: str) -> None:
    script.ask(script.lanes[platform], "plan_hold", lender=who, plan="p", amount_minor=1, mandate="M")


@sentence("the custodian bars the id {name} in the lane of {who}")
def bar(script: Any, name: str, who: str) -> None:
    script.ask(script.lane(who), "bar", name, reason="its payment failed")
