"""Fee versions (收费标准版本): ids of versions and consents, and how a version comes into force.

When    a version is confirmed, or the next one is published, once the notice of this one has ended
Units   the pack's `fee_notice_days` are calendar days from the publication; none where the pack is silent
Source  domain-decisions.md 11
"""

from datetime import date, timedelta

from msgspec.structs import replace

from cunguan.kernel.rows import FeeSchedule, Move
from cunguan.policy.evaluate import PACKS
from cunguan.states.fee_schedule import FEE_SCHEDULE


def version_id(schedule: str, version: int) -> str:
    """Return the id of one version.

    >>> version_id("fees", 2)
    'fees:2'
    """
    return f"{schedule}:{version}"


def consent_id(holder: str, schedule: str) -> str:
    """Return the id of a client's consent to a schedule; a schedule's name holds no colon."""
    return f"{holder}:{schedule}"


def notice_until(schedule: FeeSchedule, pack: str) -> date:
    """Return the first day the version may bind anybody."""
    if schedule.state != "announced":
        return schedule.published_date
    return schedule.published_date + timedelta(days=PACKS[pack].params.get("fee_notice_days", 0))


def in_force(schedule: FeeSchedule, before: FeeSchedule | None) -> tuple[tuple[FeeSchedule, ...], tuple[Move, ...]]:
    """Return what changes when a version whose notice has ended is in force; the one before it is superseded."""
    if schedule.state != "announced":
        return (), ()
    assert before is not None and before.state == "in_force", "only the version after the one in force is announced"
    new = replace(schedule, state=FEE_SCHEDULE.after(schedule.state, "notice_ended"))
    old = replace(before, state=FEE_SCHEDULE.after(before.state, "superseded"))
    return (new, old), (
        Move("fee_schedule", new.id, "notice_ended", new.state),
        Move("fee_schedule", old.id, "superseded", old.state),
    )
