"""Platforms (平台尽职调查与合同): what one person reports of a platform, what two decide, and the versions of its contract.

Does    report: one person's word; decide, agree, terminate, appoint: under two names, which the tables hold again
        one version is in force at a time: the next one supersedes it
Errors  none: what may go wrong is a code with its words
Source  issue "People" 1; docs/parties.md; ADR 0046
"""

from datetime import date, datetime, timedelta
from typing import Final

from cunguan.desks.parties.models import Contract, PlatformFile, Step
from cunguan.desks.parties.numbers import NumberWrong, read
from cunguan.kernel.codes import Code
from cunguan.states.contract import CONTRACT
from cunguan.states.platform_file import PLATFORM_FILE

#: a platform is looked at again after so many days [K]
REVIEW_DAYS: Final = 365
DECISIONS: Final = ("accepted", "sent_back", "refused", "ended")


def may_report(file: PlatformFile) -> bool:
    """Return whether a report may be brought now."""
    return PLATFORM_FILE.may(file.state, "reported")


def report(
    lane: int, company: str, unified_code: str, summary: str, evidence: str, *, maker: str, now: datetime
) -> tuple[Code, str]:
    """Report on a platform; the company's code is held against its check digit."""
    try:
        read("uscc", unified_code, now.date())
    except NumberWrong as wrong:
        return wrong.code, str(wrong)
    file, _ = PlatformFile.objects.select_for_update().get_or_create(
        lane=lane, defaults={"company": company, "unified_code": unified_code, "opened_at": now, "changed_at": now}
    )
    if not may_report(file):
        return Code.state_forbids, f"the file is {file.state}"
    file.company, file.unified_code = company, unified_code
    _step(file, "reported", summary, evidence, maker, "", now)
    return Code.done, ""


def decide(lane: int, event: str, summary: str, evidence: str, maker: str, checker: str, now: datetime) -> Code:
    """Note what two people decided about a platform."""
    file = PlatformFile.objects.select_for_update().filter(pk=lane).first()
    if file is None:
        return Code.platform_not_found
    if not PLATFORM_FILE.may(file.state, event):
        return Code.state_forbids
    if event == "accepted":
        file.review_by = now.date() + timedelta(days=REVIEW_DAYS)
    _step(file, event, summary, evidence, maker, checker, now)
    return Code.done


def _step(file: PlatformFile, event: str, summary: str, evidence: str, maker: str, checker: str, now: datetime) -> None:
    file.state, file.changed_at = PLATFORM_FILE.after(file.state, event), now
    file.save(update_fields=("company", "unified_code", "state", "review_by", "changed_at"))
    Step.objects.create(
        lane=file.lane,
        event=event,
        state=file.state,
        summary=summary,
        evidence=evidence,
        maker=maker,
        checker=checker,
        at=now,
    )


def agree(lane: int, terms: dict[str, object], maker: str, checker: str, now: datetime) -> Code:
    """Put a version of the contract in force, in place of the one before."""
    if not PlatformFile.objects.filter(pk=lane, state__in=("accepted", "due")).exists():
        return Code.platform_not_active
    before = Contract.objects.select_for_update().filter(lane=lane).order_by("-version").first()
    if before is not None and before.state == CONTRACT.initial:
        _end(before, "superseded", now.date())
    Contract.objects.create(
        lane=lane, version=1 if before is None else before.version + 1, maker=maker, checker=checker, at=now, **terms
    )
    return Code.done


def terminate(lane: int, version: int, on: date) -> Code:
    """End a version of the contract; the pools' papers in the books are ended by a proposal of their own."""
    found = Contract.objects.select_for_update().filter(lane=lane, version=version).first()
    if found is None:
        return Code.not_found
    if not CONTRACT.may(found.state, "terminated"):
        return Code.state_forbids
    _end(found, "terminated", on)
    return Code.done


def _end(one: Contract, event: str, on: date) -> None:
    one.state, one.ended_on = CONTRACT.after(one.state, event), on
    one.save(update_fields=("state", "ended_on"))
