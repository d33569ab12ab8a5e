"""Standing (现行版本): the version of each proposal that counts now, with the proposal and with who has signed as checker; one query."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet

from cunguan.desks.approvals.models import CHECKER, Signature, Version


def standing() -> "QuerySet[Version]":
    """Return the versions that count; of each `proposal` is loaded too, `checkers` are the users who have signed as such."""
    signed = Signature.objects.filter(proposal=OuterRef("proposal"), version=OuterRef("number"))
    return (
        Version.objects.filter(number=F("proposal__version"))
        .select_related("proposal")
        .defer("body", "canonical")
        .annotate(checkers=ArraySubquery(signed.filter(side=CHECKER).values("user")))
    )


def signed_by(reference: str) -> Exists:
    """Return the condition that somebody has signed some version of the proposal."""
    return Exists(Signature.objects.filter(proposal=OuterRef("proposal"), reference=reference))


def unsigned_by(user: object) -> Exists:
    """Return the condition that somebody has not signed this very version, on either side."""
    return ~Exists(Signature.objects.filter(proposal=OuterRef("proposal"), version=OuterRef("number"), user=user))
