"""Words of the pool: suspense, payouts, the platform's own money, partners, red packets, fees.

Instructions
    unknown money of AMOUNT comes to P [from SOURCE]         a stranger pays AMOUNT for X [from SOURCE]
    two people park AMOUNT of P for break B                  two people allocate AMOUNT of ITEM to X
    two people send ITEM back to SOURCE by PAYOUT            two people bind ACCOUNT for OWNER of P
    P pays in AMOUNT of its own                              P moves AMOUNT to marketing|interest
    two people pay AMOUNT of the fees of P to ACCOUNT        two people pay AMOUNT of the marketing money of P to ACCOUNT
    P registers the partner G    G gets AMOUNT of the fees   two people pay AMOUNT of the share of G to ACCOUNT
    the custodian sends payout F    bank settles payout F    bank rejects payout F [for good]
    bank does not answer payout F   bank sends payout F back         two people cancel payout F
    P gives X a red packet of AMOUNT                         P wants the red packet R back
    P publishes the fee ITEM of RATE, at most AMOUNT a charge and AMOUNT a month
    X pays AMOUNT for ITEM on AMOUNT                         by his password for this charge
    AMOUNT for ITEM on AMOUNT is taken from X                by the schedule he confirmed
    two people give AMOUNT of the fee C of P back

Expectations
    item ITEM is STATE     item ITEM has AMOUNT left     payout F is STATE     partner G has AMOUNT     pool of P is STATE
    P has ..., on its way AMOUNT
"""

from typing import Any

from cunguan.kernel.money import parse_minor
from cunguan.kernel.rows import FeeItem, Payout, Pool, SuspenseItem
from tests.scenarios.language import CURRENCY, OF_PLATFORM, SUBJECTS, sentence

TWO = {"maker": "m1", "checker": "c1"}
SUBJECTS |= {"payout": Payout, "item": SuspenseItem}
OF_PLATFORM |= {"on its way": "2155"}


def _minor(amount: str) -> int:
    return parse_minor(amount, CURRENCY)


# ── suspense ─────────────────────────────────────────────────────────────────
@sentence("unknown money of {amount$} comes to {platform}[ from {source}]")
def unknown(script: Any, amount: str, platform: str, source: str | None) -> None:
    script.ask(
        script.lanes[platform], "unidentified_receipt", bank_account="bank", amount_minor=_minor(amount), reference="line",
        payee_hash=source or "",
    )  # fmt: skip


@sentence("a stranger pays {amount$} for {who}[ from {source}]")
def stranger(script: Any, amount: str, who: str, source: str | None) -> None:
    script.ask(
        script.lane(who), "deposit_direct", holder=who, bank_account="bank", amount_minor=_minor(amount),
        payer_matches=False, reference="line", payee_hash=source or "",
    )  # fmt: skip


@sentence("two people park {amount$} of {platform} for break {break_}")
def park(script: Any, amount: str, platform: str, break_: str) -> None:
    script.ask(
        script.lanes[platform], "break_parking", break_id=break_, bank_account="bank", amount_minor=_minor(amount),
        reference="line", **TWO,
    )  # fmt: skip


@sentence("two people allocate {amount$} of {item} to {who}")
def allocate(script: Any, amount: str, item: str, who: str) -> None:
    script.ask(
        script.lane(item), "suspense_allocation", item=item, holder=who, amount_minor=_minor(amount),
        reason="his bank confirms it", **TWO,
    )  # fmt: skip


@sentence("two people send {item} back to {source} by {payout}")
def send_back(script: Any, item: str, source: str, payout: str) -> None:
    script.ask(
        script.lane(item), "suspense_return", payout, item=item, bank_account="bank", payee_hash=source,
        amount_minor=script.get(SuspenseItem, item).left_minor or 1, reason="nobody here owns it", **TWO,
    )  # fmt: skip


@sentence("item {item} has {amount$} left")
def left(script: Any, item: str, amount: str) -> None:
    found = script.get(SuspenseItem, item).left_minor
    if found != _minor(amount):
        raise script.place.says(_minor(amount), found)


# ── the platform's own money ─────────────────────────────────────────────────
@sentence("two people bind {account} for {owner} of {platform}")
def bind(script: Any, account: str, owner: str, platform: str) -> None:
    script.ask(
        script.lanes[platform], "payee_binding", owner=owner, payee_hash=account, reason="letter of the bank", **TWO
    )


@sentence("{platform} pays in {amount$} of its own")
def pay_in(script: Any, platform: str, amount: str) -> None:
    script.ask(
        script.lanes[platform], "platform_money_in", pool="main", bank_account="bank", account="2150",
        amount_minor=_minor(amount), reference="line",
    )  # fmt: skip


@sentence("{platform} moves {amount$} to {account}")
def move(script: Any, platform: str, amount: str, account: str) -> None:
    script.ask(
        script.lanes[platform], "platform_transfer", pool="main", account=OF_PLATFORM[account],
        amount_minor=_minor(amount),
    )  # fmt: skip


@sentence("two people pay {amount$} of the fees of {platform} to {account}")
def pay_fees(script: Any, amount: str, platform: str, account: str) -> None:
    script.ask(
        script.lanes[platform], "fee_payout", pool="main", bank_account="bank", amount_minor=_minor(amount),
        payee_hash=account, **TWO,
    )  # fmt: skip


@sentence("two people pay {amount$} of the {what} money of {platform} to {account}")
def pay_unused(script: Any, amount: str, what: str, platform: str, account: str) -> None:
    script.ask(
        script.lanes[platform], "unused_money_back", pool="main", bank_account="bank", account=OF_PLATFORM[what],
        amount_minor=_minor(amount), payee_hash=account, **TWO,
    )  # fmt: skip


@sentence("pool of {platform} is {state}")
def pool_is(script: Any, platform: str, state: str) -> None:
    found = script.world.get(script.lanes[platform], Pool, "main").state
    if found != state:
        raise script.place.says(state, found)


# ── partners ─────────────────────────────────────────────────────────────────
@sentence("{platform} registers the partner {partner}")
def partner(script: Any, partner: str, platform: str) -> None:
    script.lane_of[partner] = script.lanes[platform]
    script.ask(
        script.lanes[platform], "partner_registration", partner=partner, pool="main", kind="collaborator",
        contract="contract", **TWO,
    )  # fmt: skip


@sentence("{partner} gets {amount$} of the fees")
def share(script: Any, partner: str, amount: str) -> None:
    script.ask(script.lane(partner), "partner_share", partner=partner, amount_minor=_minor(amount), reference="march")


@sentence("two people pay {amount$} of the share of {partner} to {account}")
def pay_partner(script: Any, amount: str, partner: str, account: str) -> None:
    script.ask(
        script.lane(partner), "partner_payout", partner=partner, bank_account="bank", amount_minor=_minor(amount),
        payee_hash=account, **TWO,
    )  # fmt: skip


@sentence("partner {partner} has {amount$}")
def partner_has(script: Any, partner: str, amount: str) -> None:
    found = script.world.balance(script.lane(partner), partner, "2160")
    if found != _minor(amount):
        raise script.place.says(_minor(amount), found)


# ── payouts under way ────────────────────────────────────────────────────────
@sentence("the custodian sends payout {payout}")
def sent(script: Any, payout: str) -> None:
    script.ask(script.lane(payout), "payout_sent", f"send:{payout}", payout=payout)


@sentence("bank settles payout {payout}")
def settles(script: Any, payout: str) -> None:
    _told(script, payout, "settled")


@sentence("bank rejects payout {payout}[ for {good}]")
def rejects(script: Any, payout: str, good: str | None) -> None:
    _told(script, payout, "rejected", finality=good is not None)


@sentence("bank does not answer payout {payout}")
def timeout(script: Any, payout: str) -> None:
    _told(script, payout, "timed_out")


def _told(script: Any, payout: str, status: str, *, finality: bool = False) -> None:
    script.ask(
        script.lane(payout), "payout_result", f"bank:demobank:{payout}:{status}" + "_final" * finality, payout=payout,
        status=status, amount_minor=0 if status == "timed_out" else script.get(Payout, payout).amount_minor,
        finality=finality,
    )  # fmt: skip


@sentence("bank sends payout {payout} back")
def returned(script: Any, payout: str) -> None:
    script.ask(
        script.lane(payout), "payout_returned", f"return:bank:demobank:{payout}:returned", payout=payout,
        amount_minor=script.get(Payout, payout).amount_minor,
    )  # fmt: skip


@sentence("two people cancel payout {payout}")
def cancel(script: Any, payout: str) -> None:
    script.ask(script.lane(payout), "payout_cancel", payout=payout, reason="not wanted any more", **TWO)


# ── red packets ──────────────────────────────────────────────────────────────
@sentence("{platform} gives {who} a red packet of {amount$}")
def packet(script: Any, platform: str, who: str, amount: str) -> None:
    script.ask(script.lanes[platform], "red_packet", holder=who, amount_minor=_minor(amount), reference="spring")


@sentence("{platform} wants the red packet {packet} back")
def packet_back(script: Any, platform: str, packet: str) -> None:
    script.ask(script.lanes[platform], "red_packet_cancel", red_packet=packet)


# ── fees ─────────────────────────────────────────────────────────────────────
@sentence("{platform} publishes the fee {item} of {rate%}, at most {cap$} a charge and {month$} a month")
def publish(script: Any, platform: str, item: str, rate: str, cap: str, month: str) -> None:
    basis_points = round(float(rate.removesuffix(" %")) * 100)
    line = FeeItem(item, "bp", basis_points, 0, _minor(cap), _minor(month))
    script.world.fees(script.lanes[platform], "fees", 1, line)


@sentence("{who} pays {fee$} for {item} on {base$}")
def pays(script: Any, who: str, fee: str, item: str, base: str) -> None:
    _charge(script, who, fee, item, base, agreed=False)


@sentence("{fee$} for {item} on {base$} is taken from {who}")
def taken(script: Any, fee: str, item: str, base: str, who: str) -> None:
    _charge(script, who, fee, item, base, agreed=True)


def _charge(script: Any, who: str, fee: str, item: str, base: str, *, agreed: bool) -> None:
    script.ask(
        script.lane(who), "fee_charge", holder=who, fee_schedule="fees", fee_item=item, base_minor=_minor(base),
        fee_minor=_minor(fee), agreed=agreed,
    )  # fmt: skip


@sentence("two people give {amount$} of the fee {charge} of {platform} back")
def refund(script: Any, amount: str, charge: str, platform: str) -> None:
    script.ask(
        script.lanes[platform], "fee_refund", charge=charge, amount_minor=_minor(amount), reason="not owed", **TWO
    )
