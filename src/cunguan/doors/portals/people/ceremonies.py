"""Ceremonies (通行密钥仪式): what a browser is asked for, and what it must answer, when a passkey is made or used.

When    somebody signs up, signs in, adds a passkey
Shape   allauth and fido2 make the challenge and verify the answer; here stands what is stricter than theirs:
        the user is verified at each use; the key is one the books can verify (ES256, Ed25519, RS256); the passkey is
        discoverable, for it signs in without a name; the page it was made on is exactly ours, port and all
Errors  ValidationError: the answer is not good; nothing tells which part of it
Source  WebAuthn level 3; docs/adr/0047
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import LoginWebAuthnForm, ReauthenticateWebAuthnForm, SignupWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.conf import settings
from fido2.webauthn import AuthenticationResponse, CollectedClientData, RegistrationResponse

#: COSE numbers of what the books verify
ALGORITHMS: Final = (-7, -8, -257)


def creation(user: Any) -> dict[str, Any]:
    """Return what a browser is told to make a passkey for a user."""
    options = auth.begin_registration(user, True)
    told: dict[str, Any] = dict(options["publicKey"])
    told["pubKeyCredParams"] = [{"type": "public-key", "alg": one} for one in ALGORITHMS]
    return {"publicKey": told}


def request(user: Any = None) -> dict[str, Any]:
    """Return what a browser is told to use a passkey: any of ours where the user is not known."""
    return auth.begin_authentication(user)


class MakePasskey(SignupWebAuthnForm):
    """The answer of a browser that has made a passkey."""

    def clean(self) -> dict[str, Any]:
        """Verify it."""
        with _readable():
            cleaned: dict[str, Any] = super().clean()
            if (credential := cleaned.get("credential")) and not self.errors:
                response = RegistrationResponse.from_dict(credential).response
                made = response.attestation_object.auth_data
                _refuse_unless(_is_ours(response.client_data) and made.is_user_verified())
                _refuse_unless(made.credential_data.public_key[3] in ALGORITHMS)
        return cleaned


class _FromOurPage:
    """What both uses of a passkey have."""

    def clean_credential(self) -> Any:
        """Verify the answer."""
        with _readable():
            found = super().clean_credential()  # type: ignore[misc]
            response = AuthenticationResponse.from_dict(self.cleaned_data["credential"]).response
            _refuse_unless(_is_ours(response.client_data) and response.authenticator_data.is_user_verified())
        return found


class UsePasskey(_FromOurPage, LoginWebAuthnForm):
    """The answer of a browser that signs in."""


class ConfirmByPasskey(_FromOurPage, ReauthenticateWebAuthnForm):
    """The answer of a browser that shows again who sits before it."""


@contextmanager
def _readable() -> Iterator[None]:
    """Refuse what is no answer of a browser: fido2 stumbles over it in as many ways as there are fields."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, NotImplementedError) as wrong:
        raise get_adapter().validation_error("incorrect_code") from wrong


def _is_ours(client: CollectedClientData) -> bool:
    """Return whether a ceremony was held on a page of ours, and not in a frame of somebody's."""
    return client.origin == settings.ADDRESS and not client.cross_origin


def _refuse_unless(good: bool) -> None:
    if not good:
        raise get_adapter().validation_error("incorrect_code")


class Named(forms.Form):
    """A name for a passkey."""

    name = forms.CharField(max_length=60)
