"""Tags and filters (模板标签) that all templates have without loading them.

Shape   {{ minor|money:"CNY" }} 1,234.50 · {% amount minor currency %} right-aligned, with its currency, red where it is less
        than nothing · {% icon "wallet" %} · {{ instant|when }} in the reader's zone · {{ "in_doubt"|said }}
        {% state "done" %} a coloured word
"""

from datetime import date, datetime
from typing import Any, Final

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cunguan.kernel.money import format_minor

register = template.Library()

#: which colour a state has; what is not named is grey
COLOURS: Final = {
    "active": "green", "done": "green", "settled": "green", "paid": "green", "closed": "secondary", "matched": "green",
    "pending_review": "yellow", "waiting": "yellow", "open": "yellow", "sent": "azure", "accepted": "azure", "in_doubt": "orange",
    "refused": "red", "failed": "red", "locked": "red", "revoked": "secondary", "expired": "secondary", "returned": "orange",
    "overdue": "red",
    "verified": "green", "passed": "green", "cleared": "green", "in_force": "green", "due": "orange",
    "in_review": "orange", "hit": "red", "reported": "yellow", "collecting": "yellow",
}  # fmt: skip


@register.filter
def money(minor: int, currency: str) -> str:
    """Return an amount with the currency's decimals."""
    return format_minor(int(minor), currency)


@register.simple_tag
def amount(minor: int | None, currency: str) -> SafeString:
    """Return an amount with its currency, as a cell or a line shows it."""
    if minor is None:
        return format_html('<span class="text-secondary">{}</span>', "–")
    return format_html(
        '<span class="amount{}">{} <small class="text-secondary">{}</small></span>',
        " text-danger" if minor < 0 else "", format_minor(int(minor), currency).replace("-", "−"), currency,
    )  # fmt: skip


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Return an icon of the sprite; with a label where it stands alone."""
    said = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html('<svg class="icon"{}><use href="{}#{}"></use></svg>', said, static("shell/icons.svg"), name)


@register.filter
def when(value: Any) -> str:
    """Return a date, or an instant in the reader's zone, as his language writes it."""
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    return formats.date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, date) else ""


@register.filter
def said(name: str) -> str:
    """Return a word of the house as people read it: translated, or without its underscores."""
    return gettext(name).replace("_", " ")


@register.simple_tag
def state(name: str, label: str = "") -> SafeString:
    """Return a state as a coloured word; never by its colour alone."""
    return format_html(
        '<span class="badge bg-{0}-lt text-{0}-lt-fg">{1}</span>',
        COLOURS.get(name, "secondary"),
        label or said(name),
    )
