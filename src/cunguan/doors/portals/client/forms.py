"""Forms (表单): what a client writes when he opens an account, binds a card, brings documents.

Shape   fields look alike on every page; what is wrong with a value is said below it by the view, from the code of the check
"""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cunguan.channels.base import Payee
from cunguan.desks.parties.identity import Identity
from cunguan.doors.persons.media import PAGE_BYTES_MAX, media_of
from cunguan.doors.persons.shapes import Details

ID_TYPES: Final = (
    ("resident_id", _("Resident identity card")),
    ("passport", _("Passport")),
    ("hk_macau_permit", _("Permit for Hong Kong and Macau residents")),
    ("taiwan_permit", _("Permit for Taiwan residents")),
    ("permanent_residence", _("Permanent residence card")),
)
ROLES: Final = (
    ("lender", _("Lender: I lend money")),
    ("borrower", _("Borrower: I borrow money")),
    ("guarantor", _("Guarantor: I answer for a borrower")),
)
DOCUMENTS: Final = (
    ("business_licence", _("Business licence")),
    ("articles", _("Articles of association")),
    ("authorisation_letter", _("Letter of who may act for the company")),
    ("representative_id", _("ID of the legal representative")),
    ("other", _("Another document")),
)


class Plain(forms.Form):
    """A form whose fields look as all do."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for field in self.fields.values():
            widget = field.widget
            kind = (
                "form-check-input"
                if isinstance(widget, forms.CheckboxInput)
                else "form-select"
                if isinstance(widget, forms.Select)
                else "form-control"
            )
            widget.attrs.setdefault("class", kind)


class CardForm(Plain):
    """A bank card in his own name."""

    card = forms.CharField(
        label=_("Card or account number"),
        max_length=34,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    bank = forms.CharField(
        label=pgettext_lazy("card", "Bank"),
        max_length=35,
        required=False,
        help_text=_("Its number in the clearing or its BIC, if you know it."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    mobile = forms.CharField(
        label=_("Mobile that the bank knows"),
        max_length=20,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def identity(self, kept: Details | None = None) -> Identity:
        """Return who he is, as it is kept, with this card."""
        assert kept is not None, "who is not known here says his name as well"
        return Identity(kept.name, kept.id_type, kept.id_number, self.cleaned_data["mobile"], self.cleaned_data["card"])


class NamedCardForm(CardForm):
    """The same of somebody whose name and ID are not kept here."""

    name = forms.CharField(
        label=_("Name, as in your ID"), max_length=70, widget=forms.TextInput({"autocomplete": "name"})
    )
    id_type = forms.ChoiceField(label=_("Document"), choices=ID_TYPES)
    id_number = forms.CharField(
        label=_("Its number"),
        max_length=30,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    field_order: tuple[str, ...] = ("name", "id_type", "id_number", "card", "bank", "mobile")

    def identity(self, kept: Details | None = None) -> Identity:
        """Return who he says he is."""
        said = self.cleaned_data
        return Identity(said["name"], said["id_type"], said["id_number"], said["mobile"], said["card"])


class OpeningForm(NamedCardForm):
    """A person opens an account."""

    role = forms.ChoiceField(label=_("What the account is for"), choices=ROLES)
    agrees_data = forms.BooleanField(
        label=_("I agree that the custodian uses these details to check who I am and to keep this account.")
    )
    agrees_risks = forms.BooleanField(label=_("I have read the risks and the fees above."))
    field_order = ("role", *NamedCardForm.field_order, "agrees_data", "agrees_risks")


class CompanyForm(Plain):
    """A company opens an account; who owns it and its documents come after the signature."""

    role = forms.ChoiceField(label=_("What the account is for"), choices=ROLES)
    name = forms.CharField(
        label=_("Name of the company"), max_length=70, widget=forms.TextInput({"autocomplete": "organization"})
    )
    id_number = forms.CharField(
        label=_("Unified social credit code"), max_length=18, widget=forms.TextInput({"autocapitalize": "characters"})
    )
    mobile = forms.CharField(
        label=_("Telephone"), max_length=20, widget=forms.TextInput({"type": "tel", "autocomplete": "tel"})
    )
    agrees_data = forms.BooleanField(
        label=_(
            "I may act for this company, and agree that the custodian uses these details to check it and to keep this account."
        )
    )
    agrees_risks = forms.BooleanField(label=_("I have read the risks and the fees above."))

    def identity(self) -> Identity:
        """Return which company it says it is."""
        said = self.cleaned_data
        return Identity(said["name"], "uscc", said["id_number"])


class OwnersForm(Plain):
    """Who owns a company in the end; a line each, at most four."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for n in range(1, 5):
            for name, label in (("name", _("Name")), ("id_number", _("ID number")), ("share", _("Share in %"))):
                field = forms.CharField(label=label, max_length=70, required=n == 1)
                if name == "share":
                    field = forms.DecimalField(
                        label=label, min_value=0, max_value=100, decimal_places=2, required=n == 1
                    )
                field.widget.attrs["class"] = "form-control"
                self.fields[f"{name}_{n}"] = field

    def owners(self) -> list[dict[str, str]]:
        """Return the owners that were named."""
        said = self.cleaned_data
        return [
            {
                "name": said[f"name_{n}"],
                "id_number": said[f"id_number_{n}"],
                "share": str(said[f"share_{n}"] or 0),
            }
            for n in range(1, 5)
            if said.get(f"name_{n}")
        ]


class DocumentForm(Plain):
    """A document of a company."""

    kind = forms.ChoiceField(label=_("What it is"), choices=DOCUMENTS)
    file = forms.FileField(
        label=_("File (PDF, JPEG or PNG, at most 5 MB)"), widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png"})
    )

    def clean_file(self) -> Any:
        """Return what it is and its content, of what can be shown to who reviews it; what it is called says nothing."""
        file = self.cleaned_data["file"]
        content = file.read() if file.size <= PAGE_BYTES_MAX else b""
        media = media_of(content)
        if not media:
            raise forms.ValidationError(_("Choose a PDF, JPEG or PNG of at most 5 MB."))
        return media, content


def payee_of(name: str, said: dict[str, Any]) -> Payee:
    """Return whom a bank pays by a card."""
    return Payee(name, said["card"].replace(" ", ""), said["bank"].strip())
