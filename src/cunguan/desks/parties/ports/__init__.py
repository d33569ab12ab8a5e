"""Ports (外部核验接口): which verifier, screening and liveness check are on in this installation; one file a port.

Reads   settings.IDENTITY, which config/settings.py takes from the environment: a port that is not named there is the sandbox's
Returns complaint: why a production may not start so
Errors  PortsWrong: what is named cannot be used; the message says what to set
"""

from functools import lru_cache
from pathlib import Path

import msgspec
from django.conf import settings

from cunguan.desks.parties.identity import Liveness, Screening, Verifier
from cunguan.desks.parties.ports.calling import Caller, PortsWrong
from cunguan.desks.parties.ports.http_liveness import HttpLiveness
from cunguan.desks.parties.ports.http_verifier import HttpVerifier
from cunguan.desks.parties.ports.list_screening import ListScreening
from cunguan.desks.parties.ports.sandbox_liveness import SandboxLiveness
from cunguan.desks.parties.ports.sandbox_screening import SandboxScreening
from cunguan.desks.parties.ports.sandbox_verifier import SandboxVerifier


class Told(msgspec.Struct, frozen=True):
    """What the environment says of the ports."""

    verifier_url: str = ""
    liveness_url: str = ""
    liveness_key: str = ""
    screening_lists: str = ""
    ca: str = ""
    cert: str = ""
    key: str = ""


class Ports(msgspec.Struct, frozen=True):
    """The ports that are on."""

    verifier: Verifier
    screening: Screening
    liveness: Liveness


def chosen() -> Ports:
    """Return the ports of this installation."""
    return made(Told(**getattr(settings, "IDENTITY", {})))


@lru_cache(maxsize=4)
def made(told: Told) -> Ports:
    """Return the ports that are named, and the sandbox's where none is."""
    tls = {"ca": told.ca, "cert": told.cert, "key": told.key}
    return Ports(
        HttpVerifier(Caller(told.verifier_url, **tls)) if told.verifier_url else SandboxVerifier(),
        ListScreening(Path(told.screening_lists)) if told.screening_lists else SandboxScreening(),
        HttpLiveness(Caller(told.liveness_url, **tls), told.liveness_key) if told.liveness_url else SandboxLiveness(),
    )


def complaint(told: Told) -> str:
    """Return why a production may not start with these ports; "" when it may."""
    try:
        on = made(told)
    except PortsWrong as wrong:
        return str(wrong)
    for port, variable in (
        (on.verifier, "CUNGUAN_VERIFIER_URL"), (on.screening, "CUNGUAN_SCREENING_LISTS"), (on.liveness, "CUNGUAN_LIVENESS_URL"),
    ):  # fmt: skip
        if port.is_sandbox:
            return f"{port.name} verifies nobody: set {variable}"
    return ""
