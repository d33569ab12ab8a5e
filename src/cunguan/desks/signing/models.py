"""Requests to sign (签署请求), what was shown for them, and what was signed; rows are added and never changed.

Shape   SignRequest: what somebody is to sign in one session: the instructions, or the lines of an act that is none
        SignShown: one page that displayed it, valid for two minutes; an older page is shown anew, with another nonce
        SignAssertion: what his passkey signed for one page; a request and a page are signed once, which the database holds
Source  ADR 0048; issue "People" 3
"""

from django.db import models

from cunguan.desks.people.models import User


class SignRequest(models.Model):
    """What is to be signed."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    session_hash = models.CharField(max_length=64)
    act = models.CharField(max_length=64, blank=True)
    acts = models.JSONField()
    lines = models.JSONField()
    lines_hash = models.CharField(max_length=64)
    back = models.CharField(max_length=2000)
    made_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        db_table = "signing_request"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("made_at")), name="signing_request_closes_after_it_is_made"
            ),
        )
        indexes = (models.Index(fields=("user", "act", "made_at"), name="signing_request_by_user"),)


class SignShown(models.Model):
    """A page as it was displayed."""

    request = models.ForeignKey(SignRequest, models.PROTECT, related_name="pages")
    nonce = models.CharField(max_length=64, unique=True)
    shown = models.BinaryField()
    challenge = models.BinaryField(unique=True)
    shown_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "signing_shown"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("shown_at")), name="signing_shown_ends_after_it_begins"
            ),
        )


class SignAssertion(models.Model):
    """What was signed, once."""

    request = models.OneToOneField(SignRequest, models.PROTECT, related_name="assertion")
    page = models.OneToOneField(SignShown, models.PROTECT, related_name="assertion")
    credential_id = models.BinaryField()
    evidence_kind = models.CharField(max_length=32)
    public_key = models.BinaryField()
    evidence = models.BinaryField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "signing_assertion"
