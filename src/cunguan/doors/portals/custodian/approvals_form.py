"""Forms of messages (指令表单): a page's fields made from a message's type, so that a new kind needs no page of its own.

Shape   text, amount in the currency's decimals, date, whole number, yes or no, one of several, bytes as base64, lines, rows of a
        smaller message. `given` reads a form back as the message's JSON
        a field's name on the page is the message's with `body-` before it; in an address it stands as it is
"""

import base64
import binascii
import typing
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from django import forms
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from cunguan.desks.approvals import words
from cunguan.desks.approvals.kinds import Kind
from cunguan.desks.approvals.lines import choices, plain
from cunguan.kernel.currency import EXPONENT
from cunguan.kernel.money import format_minor, parse_minor

PREFIX: Final = "body-"
#: empty rows below those that are filled
MORE_ROWS: Final = 3
LONG: Final = frozenset({"reason", "why", "note", "cause", "looked"})
#: fields that are one of several words, by their message or kind: their type does not say so, or says more than two people may choose
WORDS: Final = {
    "FeeItem.basis": ("bp", "fixed"),
    "general_hold.authority": ("M", "L"),  # P is the client's own confirmation: nobody asks for it in his name
}
#: what is not plain from a field's label
HINTS: Final = {
    "act": gettext_noop("It names this act in every lane; leave it as it is."),
    "lock": gettext_noop("The number of the lock: it stands on the person's page, and the client can read it out."),
    "identification": gettext_noop(
        "How and when he was identified afresh, and where that is filed. No names or numbers of papers."
    ),
}
#: fields of smaller messages that are nothing where they are left empty
ZERO: Final = ("FeeItem.rate_bp", "FeeItem.fixed_minor", "FeeItem.cap_minor", "FeeItem.month_cap_minor")
#: where nothing tells a currency, amounts have two decimals
TWO_DECIMALS: Final = "CNY"


class MoneyField(forms.CharField):
    """An amount as people write it, in a currency."""

    def __init__(self, *, currency: str, **more: Any) -> None:
        super().__init__(**more)
        self.currency = currency
        self.widget.attrs |= {"inputmode": "decimal", "class": "form-control text-end"}

    def clean(self, value: Any) -> int | None:
        """Return the amount in the smallest units."""
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            return parse_minor(text, self.currency)
        except ValueError:
            raise forms.ValidationError(
                gettext("Write the amount in digits, with a point before the decimals: 1,234.50")
            ) from None

    def prepare_value(self, value: Any) -> Any:
        """Show an amount that came in the smallest units."""
        return format_minor(value, self.currency) if isinstance(value, int) else value


class BytesField(forms.CharField):
    """Bytes, as base64."""

    def clean(self, value: Any) -> str:
        """Return the base64 as JSON holds it."""
        text = super().clean(value).strip()
        try:
            base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise forms.ValidationError(gettext("Write the key as base64.")) from None
        return text


class LinesField(forms.CharField):
    """Texts, one a line."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[str]:
        """Return the lines."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Show texts one a line."""
        return "\n".join(value) if isinstance(value, list | tuple) else value


class RowsWidget(forms.Widget):
    """Rows of a smaller message, each a line of fields."""

    template_name = "custodian/approvals/rows.html"

    def __init__(self, row: type[forms.Form]) -> None:
        super().__init__()
        self.row = row

    def use_required_attribute(self, initial: Any) -> bool:
        """Say nothing: empty rows below are no mistake."""
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        """Return the rows that say anything, as they were written; a choice alone says nothing: browsers always send one."""
        found, number = [], 0
        said = [column for column, field in self.row.base_fields.items() if not isinstance(field, forms.ChoiceField)]
        while any(f"{name}-{number}-{column}" in data for column in self.row.base_fields):
            row = {column: data.get(f"{name}-{number}-{column}", "") for column in self.row.base_fields}
            found += [row] if any(row[column].strip() for column in said) else []
            number += 1
        return found

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Give the template a form a row."""
        rows = [*(value or []), *({} for _ in range(MORE_ROWS))]
        made = [self.row(initial=row, prefix=f"{name}-{number}") for number, row in enumerate(rows)]
        for one in made:
            one.use_required_attribute = False
        return {**super().get_context(name, value, attrs), "rows": made, "columns": [field.label for field in made[0]]}


class RowsField(forms.Field):
    """Rows of a smaller message."""

    def __init__(self, *, row: type[forms.Form], zero: Sequence[str] = (), **more: Any) -> None:
        super().__init__(widget=RowsWidget(row), **more)
        self.row, self.zero = row, zero

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """Return the rows as JSON holds them; a mistake says in which row it is."""
        super().clean(value)
        found = []
        for number, row in enumerate(value, 1):
            form = self.row(row)
            if not form.is_valid():
                wrong = "; ".join(f"{form.fields[name].label}: {told[0]}" for name, told in form.errors.items())
                raise forms.ValidationError(gettext("Row {number}: {wrong}").format(number=number, wrong=wrong))
            cleaned = {name: 0 if one is None and name in self.zero else one for name, one in form.cleaned_data.items()}
            found.append({name: _json(one) for name, one in cleaned.items() if one is not None})
        return found


def form_of(kind: Kind, lane: int, currency: str) -> type[forms.Form]:
    """Return the form class of a kind's message, with why and evidence."""
    made: dict[str, Any] = {
        f"{PREFIX}{field.name}": _field(field, currency or TWO_DECIMALS, kind) for field in kind.fields()
    }
    made["why"] = forms.CharField(
        label=gettext_lazy("Why it is asked for"), widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}), max_length=2000,
        help_text=gettext_lazy("Whoever signs reads this first."),
    )  # fmt: skip
    made["evidence"] = forms.CharField(
        label=gettext_lazy("Evidence"), required=False, max_length=400, widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=gettext_lazy("Where it is found: a file number, a letter, a ticket. No names or card numbers."),
    )  # fmt: skip
    return type("MessageForm", (forms.Form,), made)


def initial_of(kind: Kind, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form begins with: fields of an address, or of a message."""
    found: dict[str, Any] = {name: said[name] for name in ("why", "evidence") if said.get(name)}
    for field in kind.fields():
        if (value := said.get(field.name)) not in (None, ""):
            found[f"{PREFIX}{field.name}"] = _begun(field, value)
    return found


def _begun(field: msgspec.structs.FieldInfo, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.name.endswith("_minor") and isinstance(value, str):
        return int(value) if value.lstrip("-").isdigit() else value
    return value


def given(kind: Kind, form: forms.Form) -> dict[str, Any]:
    """Return a valid form as the message's JSON; what was left empty and may be is left out."""
    found = {}
    for field in kind.fields():
        value = form.cleaned_data[f"{PREFIX}{field.name}"]
        if value in (None, "", []) and not field.required:
            continue
        found[field.name] = _json(value)
    return found


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _field(field: msgspec.structs.FieldInfo, currency: str, kind: Kind | None, whose: str = "") -> forms.Field:
    of, _ = plain(field.type)
    said = {
        "label": words.label(field.name, whose), "required": field.required and of is not bool and f"{whose}.{field.name}" not in ZERO,
        "help_text": _help(kind, field.name),
    }  # fmt: skip
    attrs = {"class": "form-control"}
    named = WORDS.get(f"{whose or (kind.name if kind is not None else '')}.{field.name}", ())
    offered = (
        _offered(kind, field.name)
        or [(one, words.choice(one)) for one in named]
        or [(one, words.choice(one)) for one in choices(of)]
    )
    if offered:
        if not field.required:
            offered = [("", "–"), *offered]
        return forms.ChoiceField(choices=offered, widget=forms.Select(attrs={"class": "form-select"}), **said)
    if of is bool:
        yes_no = [("yes", words.choice("yes")), ("no", words.choice("no"))]
        return forms.TypedChoiceField(
            choices=yes_no, coerce=lambda one: one == "yes", widget=forms.Select(attrs={"class": "form-select"}),
            **{**said, "required": True},
        )  # fmt: skip
    if of is int and field.name.endswith("_minor"):
        known = currency if currency in EXPONENT else TWO_DECIMALS
        return MoneyField(currency=known, **{**said, "help_text": said["help_text"] or currency})
    if of is int:
        return forms.IntegerField(widget=forms.NumberInput(attrs=attrs), **said)
    if of is date:
        return forms.DateField(widget=forms.DateInput(attrs={**attrs, "type": "date"}, format="%Y-%m-%d"), **said)
    if of is bytes:
        return BytesField(widget=forms.TextInput(attrs=attrs), **said)
    if typing.get_origin(of) in (tuple, list):
        inner = typing.get_args(of)[0]
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            row = {one.name: _field(one, currency, None, inner.__name__) for one in msgspec.structs.fields(inner)}
            zero = [name for name in row if f"{inner.__name__}.{name}" in ZERO]
            return RowsField(row=type("RowForm", (forms.Form,), row), zero=zero, **said)
        return LinesField(widget=forms.Textarea(attrs={**attrs, "rows": 3}), **said)
    if field.name in LONG:
        return forms.CharField(widget=forms.Textarea(attrs={**attrs, "rows": 2}), max_length=2000, **said)
    return forms.CharField(widget=forms.TextInput(attrs={**attrs, "autocomplete": "off"}), max_length=400, **said)


def _help(kind: Kind | None, name: str) -> str:
    if kind is None:
        return ""
    hints: Mapping[str, str] = HINTS if kind.act is None else getattr(kind.act, "HINTS", {})
    return gettext(hints[name]) if name in hints else ""


def _offered(kind: Kind | None, name: str) -> list[tuple[str, str]]:
    """Return what an act offers for a field of its: its module's choices(name)."""
    if kind is None or kind.act is None or not hasattr(kind.act, "choices"):
        return []
    return list(kind.act.choices(name))
