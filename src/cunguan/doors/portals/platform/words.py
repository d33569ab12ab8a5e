"""Words (词汇): what the console calls accounts, kinds, states and warnings; names of the house come from its own tables.

Shape   bucket(code), kind(name): in the reader's language; STATES and WARNINGS are words that templates and views translate
"""

from functools import cache
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop

from cunguan.doors.papers.words import ACCOUNTS
from cunguan.doors.portals.shell.templatetags.shell import when
from cunguan.doors.portals.shell.tongue import either
from cunguan.doors.receipts.page import kinds
from cunguan.ledger.chart import CHART

#: states that are shown as coloured words
STATES: Final = (
    gettext_noop("active"), gettext_noop("closed"), gettext_noop("closing"), gettext_noop("documents_missing"),
    gettext_noop("dormant"), gettext_noop("import_locked"), gettext_noop("imported"), gettext_noop("locked"),
    gettext_noop("pending_review"), gettext_noop("refused"), gettext_noop("review_locked"), gettext_noop("succession"),
    gettext_noop("suspended"), gettext_noop("disbursed"), gettext_noop("disbursing"), gettext_noop("failed"),
    gettext_noop("failing"), gettext_noop("full"), gettext_noop("raising"), gettext_noop("registered"), gettext_noop("repaid"),
    gettext_noop("captured"), gettext_noop("open"), gettext_noop("released"), gettext_noop("exhausted"), gettext_noop("expired"),
    gettext_noop("revoked"), gettext_noop("cancelled"), gettext_noop("challenged"), gettext_noop("held"), gettext_noop("in_doubt"),
    gettext_noop("intercepted"), gettext_noop("recredited"), gettext_noop("rejected"), gettext_noop("returned"),
    gettext_noop("sent"), gettext_noop("settled"), gettext_noop("unconfirmed"), gettext_noop("paid"), gettext_noop("partly_paid"),
    gettext_noop("planned"), gettext_noop("replaced"), gettext_noop("approved"), gettext_noop("asked"), gettext_noop("lapsed"),
    gettext_noop("posted"), gettext_noop("withdrawn"), gettext_noop("opening"), gettext_noop("payouts_stopped"),
    gettext_noop("short"), gettext_noop("stopped"), gettext_noop("done"), gettext_noop("quarantined"), gettext_noop("waiting"),
    gettext_noop("delivered"), gettext_noop("dead"), gettext_noop("disabled"), gettext_noop("deleted"), gettext_noop("confirmed"),
    gettext_noop("differs"), gettext_noop("in_force"), gettext_noop("not_begun"), gettext_noop("ended"),
)  # fmt: skip

#: what a platform's people should look at (doors/api/routes/platform.py), and the page where they can
WARNINGS: Final = {
    "legacy_rsa_sha1": (gettext_noop("The dialect takes RSA with SHA-1 from you: sign with SHA-256, and have it switched off."), ""),
    "key_ends_soon": (gettext_noop("The key %(what)s ends at %(at)s: replace it."), "platform:keys"),
    "check_files_unconfirmed": (
        gettext_noop("%(count)s dates from %(what)s on are not confirmed: three in a row stop new bids."), "platform:differences",
    ),
    "bids_stopped": (gettext_noop("New bids are stopped since %(what)s: confirm the dates that wait."), "platform:differences"),
    "outgoing_stopped": (
        gettext_noop("Nothing leaves your pools since %(what)s: the custodian looks for the cause of a difference."), "",
    ),
    "webhook_disabled": (gettext_noop("The webhook endpoint %(what)s is switched off."), "platform:webhooks"),
    "webhook_failing": (gettext_noop("The webhook endpoint %(what)s has taken nothing since %(at)s."), "platform:webhooks"),
    "webhooks_dead": (
        gettext_noop("%(count)s deliveries to the webhook endpoint %(what)s were given up."), "platform:webhooks",
    ),
}  # fmt: skip


def warning(one: dict[str, Any]) -> dict[str, str]:
    """Return a row of api_warnings as it is shown: a sentence, and the name of the page where it is mended."""
    code, what, count, at = one.values()
    says, page = WARNINGS[code]
    return {"says": gettext(says) % {"what": what, "count": count, "at": when(at)}, "page": page}


def bucket(code: str) -> str:
    """Return what an account of the chart is called."""
    name = CHART[code].name
    return either(name.replace("_", " "), ACCOUNTS.get(code, name))


def kind(name: str) -> str:
    """Return what a kind of instruction is called."""
    return either(*_kinds().get(name, (name, name)))


def kind_choices() -> list[tuple[str, str]]:
    """Return all kinds with what they are called, by it."""
    return sorted(((name, kind(name)) for name in _kinds()), key=lambda one: one[1])


@cache
def _kinds() -> dict[str, tuple[str, str]]:
    return dict(kinds())
