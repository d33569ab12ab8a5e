"""Words of the simulation: the plane that keeps house over a bank of its own, and what goes wrong with both.

the plane runs over a bank of its own[, runs above N details]      after the first day; a run's step has N details too
the plane dies after N steps                      of what follows, wherever that is; who asked has no answer: in_doubt
the next batch fails                              after it was decided: it is decided again
the next commit is not heard of                   the store has it, and the plane must find that out
the plane keeps house                             one round: messages, answers, timers, steps of runs
the clock stands still     the clock goes on      the clock jumps N hours
the bank means W to be FATE                       what becomes of a payment that was not sent yet; FATE as in FATES
the bank receives AMOUNT for X as D               money on the pool's account, which the books do not know yet
the bank books AMOUNT at P as NAME                a line for an instruction of that name, which is asked next
the bank takes AMOUNT from P as NAME              the same, going out
the bank receives AMOUNT of P for marketing as D  the platform's own
the statement of P is read                        every receipt becomes a deposit; read again, it is the same ones
the bank is paid for deposit D                    the channel's money is there; deposit D settles comes after it
P publishes the fees ITEM of RATE, ITEM of RATE   version 1 of its schedule
the cap across platforms is AMOUNT from DATE      a change of rules
everything comes to rest by DATE                  days pass with nothing new; then nothing waits and nothing is in doubt
"""

from datetime import date, timedelta
from functools import partial

import msgspec

from cunguan.channels.demobank.bank import Behaviour
from cunguan.kernel.money import parse_minor
from cunguan.kernel.rows import Deposit, FeeItem
from cunguan.operations import runs
from cunguan.policy.evaluate import PACKS
from cunguan.policy.packs.cn_p2p import cap_across_platforms
from tests.scenarios.language import CURRENCY, Script, millionths, sentence
from tests.simulation.house import House

#: what becomes of a payment, in the words of a story
FATES = {
    "paid at once": Behaviour(),
    "paid without a word": Behaviour(answers=False),
    "paid and told of twice": Behaviour(callbacks=2),
    "paid late": Behaviour(answers=False, after_days=1, callbacks=1),
    "paid late without a word": Behaviour(answers=False, after_days=2),
    "paid and not be told of for days": Behaviour(answers=False, mute_days=3),
    "paid at the second message": Behaviour(answers=False, lost=1),
    "paid and sent back": Behaviour(returned_days=3),
    "paid and sent back at once": Behaviour(returned_days=1, callbacks=1),
    "rejected at once": Behaviour(pays=False),
    "rejected without a word": Behaviour(pays=False, answers=False),
    "rejected late": Behaviour(pays=False, answers=False, after_days=1, callbacks=1),
    "rejected and told of twice": Behaviour(pays=False, callbacks=2),
    "rejected and paid after all": Behaviour(pays=False, callbacks=1, contradicted_days=1),
    "rejected without a word and paid after all": Behaviour(pays=False, answers=False, contradicted_days=1),
}


@sentence("the plane runs over a bank of its own[, runs above {details#} details]")
def begins(script: Script, details: str | None) -> None:
    """Let this scenario's world be a house."""
    assert script.world is not None and not script.lanes, "the house stands before its platforms"
    script.world = House(script.store, day=script.world.day)
    if details:
        runs.ATOMIC_ITEMS = runs.STEP_ITEMS = int(details)


@sentence("the plane dies after {steps#} steps")
def dies(script: Script, steps: str) -> None:
    """Let the plane die in what follows."""
    script.world.dies_in = int(steps)


@sentence("the next batch fails")
def fails(script: Script) -> None:
    """Let the store refuse the next batch for a reason of its own."""
    script.world.next_batch = "fails"


@sentence("the next commit is not heard of")
def goes_silent(script: Script) -> None:
    """Let the answer to the next COMMIT be lost."""
    script.world.next_batch = "goes silent"


@sentence("the plane keeps house")
def keeps_house(script: Script) -> None:
    """Do one round of the plane's own work."""
    script.world.keep_house()


@sentence("the clock jumps {hours#} hours")
def jumps(script: Script, hours: str) -> None:
    """Move the clock, and no business date."""
    script.world.now += timedelta(hours=int(hours))


@sentence("the clock stands still")
def stands_still(script: Script) -> None:
    """Let every batch from here on have the same instant."""
    script.world.tick = timedelta(0)


@sentence("the clock goes on")
def ticks(script: Script) -> None:
    """Let the clock move with every batch."""
    script.world.tick = timedelta(seconds=1)


@sentence("{platform} publishes the fees {items*}")
def publishes(script: Script, platform: str, items: str) -> None:
    """Publish version 1 of a schedule of several items, each a rate."""
    found = []
    for item in items.split(", "):
        name, _, rate = item.partition(" of ")
        found.append(FeeItem(name, "bp", millionths(rate) // 100, 0, 0, 0))
    script.world.fees(script.lanes[platform], "fees", 1, *found)


@sentence("the bank means {withdrawal} to be {fate*}")
def means(script: Script, withdrawal: str, fate: str) -> None:
    """Tell the bank what shall become of a payment, in every platform's name."""
    if fate not in FATES:
        raise script.unreadable(f"no payment can be {fate}")
    for platform in script.lanes:
        script.world.bank.tell(platform, withdrawal, FATES[fate])


@sentence("the bank receives {amount$} for {who}")
def receives(script: Script, amount: str, who: str) -> None:
    """Book a receipt at the bank."""
    lane, minor = script.lane(who), parse_minor(amount, CURRENCY)
    script.world.bank.receive(f"ref:{lane}", minor, script.name)
    script.world.receipts[script.name] = (lane, who, minor)


@sentence("the bank receives {amount$} of {platform} for marketing")
def receives_own(script: Script, amount: str, platform: str) -> None:
    """Book a platform's own money at the bank."""
    lane, minor = script.lanes[platform], parse_minor(amount, CURRENCY)
    script.world.bank.receive(f"ref:{lane}", minor, script.name)
    script.world.receipts[script.name] = (lane, "", minor)


@sentence("the bank books {amount$} at {platform}")
def books(script: Script, amount: str, platform: str) -> None:
    """Book money that comes in for an instruction of the same name, which is asked next."""
    script.world.bank.receive(f"ref:{script.lanes[platform]}", parse_minor(amount, CURRENCY), script.name)
    script.world.loose.add(script.name)


@sentence("the bank takes {amount$} from {platform}")
def takes(script: Script, amount: str, platform: str) -> None:
    """Book money that goes out for an instruction of the same name, which is asked next."""
    script.world.bank.charge(f"ref:{script.lanes[platform]}", parse_minor(amount, CURRENCY), script.name)
    script.world.loose.add(script.name)


@sentence("the statement of {platform} is read")
def is_read(script: Script, platform: str) -> None:
    """Hand in what the bank's statement shows."""
    lane = script.lanes[platform]
    asked = script.world.statement(lane)
    if asked:
        script.hand_in(lane, asked)


@sentence("the bank is paid for deposit {deposit}")
def is_paid(script: Script, deposit: str) -> None:
    """Book the channel's money at the bank."""
    row = script.get(Deposit, deposit)
    script.world.bank.receive(f"ref:{script.lane(deposit)}", row.amount_minor, deposit)


@sentence("the cap across platforms is {amount$} from {day@}")
def cap_across(script: Script, amount: str, day: str) -> None:
    """Let another cap hold across platforms from a day on."""
    cap, since, rules = parse_minor(amount, CURRENCY), date.fromisoformat(day), []
    pack = PACKS["cn_p2p"]
    caps = {"person": cap, "company": cap}
    for rule in pack.rules:
        rules.append(rule)
        if rule.id == "cn_p2p.cap_across_platforms":
            rules[-1] = msgspec.structs.replace(rule, effective_until=since)
            rules.append(msgspec.structs.replace(
                rule, id=f"{rule.id}_from_{day}", effective_from=since, params=caps, check=partial(cap_across_platforms, caps)
            ))  # fmt: skip
    PACKS["cn_p2p"] = msgspec.structs.replace(pack, version=pack.version + 1, rules=tuple(rules))
    script.world.cap_across_minor = cap


@sentence("everything comes to rest by {day@}")
def rests(script: Script, day: str) -> None:
    """Let time pass with nothing new; what may end has ended then."""
    script.world.come_to_rest(date.fromisoformat(day))
