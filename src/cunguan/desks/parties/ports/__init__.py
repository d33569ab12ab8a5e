"""Ports (外部核验接口): which verifier, screening and liveness check are on in this installation; one file a port.

Reads   settings.IDENTITY, which config/settings.py takes from the environment: a port that is not named there is the sandbox's
Errors  PortsWrong: what is named cannot be used; the message says what to set
"""

from functools import lru_cache

import msgspec
from django.conf import settings

from cunguan.desks.parties.identity import Liveness, Screening, Verifier
from cunguan.desks.parties.ports.sandbox_liveness import SandboxLiveness
from cunguan.desks.parties.ports.sandbox_screening import SandboxScreening
from cunguan.desks.parties.ports.sandbox_verifier import SandboxVerifier


class Ports(msgspec.Struct, frozen=True):
    """The ports that are on."""

    verifier: Verifier
    screening: Screening
    liveness: Liveness


def chosen() -> Ports:
    """Return the ports of this installation."""
    return _made(tuple(sorted(getattr(settings, "IDENTITY", {}).items())))


@lru_cache(maxsize=4)
def _made(told: tuple[tuple[str, str], ...]) -> Ports:
    return Ports(SandboxVerifier(), SandboxScreening(), SandboxLiveness())
