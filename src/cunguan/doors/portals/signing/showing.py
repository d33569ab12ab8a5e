"""Showing (展示): the lines a page displays, as they are hashed and signed, and the page as it is kept.

Shape   a line is (label, value); a line without a value is a heading. Several instructions stand under one another
        a page is valid for two minutes; whoever reads it later gets another, with another nonce
Returns what the template shows; it shows nothing of the act that is not in the lines
Source  issue "People" 3; ADR 0048
"""

import secrets
from datetime import datetime, timedelta

import msgspec
from django.utils import translation
from django.utils.translation import gettext

from cunguan.desks.signing.models import SignRequest, SignShown
from cunguan.doors.api import shown
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.tongue import tongue
from cunguan.doors.portals.signing import handing
from cunguan.doors.portals.signing.keeping import FRESH_SECONDS, Kept, acts_of
from cunguan.doors.portals.signing.words import title_of
from cunguan.kernel.shown import Shown, act_of, shown_challenge

Lines = tuple[tuple[str, str], ...]


def shown_anew(one: SignRequest, now: datetime) -> SignShown:
    """Make a page of a request, and keep it as it is displayed."""
    expires_at = now + timedelta(seconds=FRESH_SECONDS)
    told = Shown(
        act=one.act,
        language=translation.get_language() or "zh-hans",
        lines=lines_of(one),
        acts=tuple(act_of(act.text.challenge(), act.body.encode()) for act in acts_of(one)),
        nonce=secrets.token_hex(16),
        expires_at=expires_at.isoformat(),
    )
    canonical = told.canonical()
    return SignShown.objects.create(
        request=one, nonce=told.nonce, shown=canonical, challenge=shown_challenge(canonical), shown_at=now,
        expires_at=expires_at,
    )  # fmt: skip


def lines_of(one: SignRequest) -> Lines:
    """Return the lines of a request."""
    if one.act:
        return ((title_of(one.act), ""), *((str(label), str(value)) for label, value in one.lines))
    return tuple(line for act in acts_of(one) for line in _lines(act))


def _lines(act: Kept) -> Lines:
    view = house().call(handing.view, act)
    language = tongue()
    return (
        (shown.title(view, language), ""),
        *shown.rows(view, language),
        (gettext("Platform"), view.platform),
        (gettext("Reference"), act.id),
        (gettext("What it means"), shown.means(view, language)),
    )


def sums_of(one: SignRequest) -> set[str]:
    """Return the amounts that stand large: what each instruction moves."""
    acts = [act for act in acts_of(one) if act.text.amount_minor]
    return {shown.money(act.text.amount_minor, house().call(handing.currency, act)) for act in acts}


def displayed(page: SignShown) -> Shown:
    """Return a page as it was displayed."""
    return msgspec.json.decode(bytes(page.shown), type=Shown)
