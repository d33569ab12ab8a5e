"""Fields (表单字段): an amount as people type it, exactly, and a day."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cunguan.doors.portals.shell.amounts import AmountWrong, read_amount
from cunguan.kernel.money import format_minor


class AmountField(forms.CharField):
    """An amount of one currency; its value is whole minor units above zero, at most `most`."""

    def __init__(self, currency: str, *, most: int | None = None, zero: bool = False, **more: Any) -> None:
        self._currency, self._most, self._zero = currency, most, zero
        widget = forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=24, widget=widget, **more)

    def clean(self, value: Any) -> int:
        """Read the amount."""
        try:
            minor = read_amount(str(super().clean(value)), self._currency)
        except AmountWrong as wrong:
            raise ValidationError(str(wrong)) from None
        if minor < 0 or (minor == 0 and not self._zero):
            raise ValidationError(gettext("Write an amount above zero."))
        if self._most is not None and minor > self._most:
            most = f"{format_minor(self._most, self._currency)} {self._currency}"
            raise ValidationError(gettext("At most %(most)s is possible.") % {"most": most})
        return minor


class DayField(forms.DateField):
    """A day from today on."""

    def __init__(self, first: date, last: date | None = None, **more: Any) -> None:
        self._first, self._last = first, last
        limits = {"min": first.isoformat()} | ({"max": last.isoformat()} if last else {})
        widget = forms.DateInput(attrs={"class": "form-control", "type": "date", **limits}, format="%Y-%m-%d")
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **more)

    def clean(self, value: Any) -> date:
        """Read the day."""
        day = super().clean(value)
        if day < self._first:
            raise ValidationError(gettext("This day is over."))
        if self._last is not None and day > self._last:
            raise ValidationError(gettext("This is too far away."))
        return day


def choice(label: Any, choices: list[tuple[str, Any]], **more: Any) -> forms.ChoiceField:
    """Return a field to choose one of some."""
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": _("Choose one of the list.")}, **more,
    )  # fmt: skip
