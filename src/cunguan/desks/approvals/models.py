"""Proposals (提案), their versions, the signatures under them, the bands that say how many are needed, and broken glass.

Shape   Proposal: an act that one person asks for: its id is the id of the instruction, or of the act, that comes of it
        Version: what he asks for, as bytes; an edit is a further version. Never changed
        Signature: a passkey's assertion over the shown text of one version, of the maker or of a checker. Never changed
        Band: from which amount on how many checkers sign, from a date on. Never changed
        BrokenGlass: what was done past the usual way by two people; open until a third has looked at it
        the migration's triggers hold the same again: store/roles.py gives no right to change what is written
Units   minor units; an amount is None where an act moves no money
Source  transparency.md part 6 "RBAC + maker-checker"; ADR 0049
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cunguan.states.proposal import PROPOSAL

MAKER, CHECKER = "maker", "checker"
SIDES = (MAKER, CHECKER)


class Proposal(models.Model):
    """An act that needs more than one person."""

    id = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=64)
    lane = models.IntegerField()
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    maker_reference = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=16, default=PROPOSAL.initial)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    code = models.IntegerField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        db_table = "approvals_proposal"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=sorted(PROPOSAL.states)), name="approvals_proposal_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="approvals_proposal_lives_a_while"
            ),
        )
        indexes = (
            models.Index(fields=("-created_at", "id"), name="approvals_proposal_newest"),
            models.Index(
                fields=("expires_at",), condition=Q(state__in=("open", "approved")), name="approvals_proposal_waiting"
            ),
            models.Index(fields=("lane", "created_at"), name="approvals_proposal_of_lane"),
        )


class Version(models.Model):
    """What is asked for, once and for ever; `canonical` is what signatures are about, `body` the message without its two names."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    lane = models.IntegerField()
    body = models.BinaryField()
    canonical = models.BinaryField()
    digest = models.CharField(max_length=64)
    currency = models.CharField(max_length=3, blank=True)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    why = models.TextField()
    evidence = models.CharField(max_length=400, blank=True)
    quorum = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "approvals_version"
        constraints = (
            models.UniqueConstraint(fields=("proposal", "number"), name="approvals_version_is_there_once"),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="approvals_version_needs_a_checker"),
            models.CheckConstraint(condition=~Q(why=""), name="approvals_version_says_why"),
        )


class Signature(models.Model):
    """A person's passkey over the text of one version; `maker` is copied, so that a row tells that its checker is another."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="signatures")
    version = models.PositiveIntegerField()
    lane = models.IntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=200)
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    side = models.CharField(max_length=8)
    role = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    shown = models.BinaryField()
    evidence_kind = models.CharField(max_length=32)
    key_id = models.CharField(max_length=200)
    public_key = models.BinaryField()
    assertion = models.BinaryField()
    assertion_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "approvals_signature"
        constraints = (
            models.UniqueConstraint(fields=("proposal", "version", "user"), name="approvals_signature_is_one_a_person"),
            models.CheckConstraint(condition=Q(side__in=SIDES), name="approvals_signature_side_is_known"),
            models.CheckConstraint(
                condition=Q(side=MAKER, user=F("maker")) | (Q(side=CHECKER) & ~Q(user=F("maker"))),
                name="approvals_signature_checker_is_not_the_maker",
            ),
        )
        indexes = (models.Index(fields=("user", "at"), name="approvals_signature_of_user"),)


class Band(models.Model):
    """How many checkers sign above an amount, of one currency or of all (""), from a date on; a later date's set stands for it."""

    since = models.DateField()
    currency = models.CharField(max_length=3, blank=True)
    above_minor = models.BigIntegerField()
    quorum = models.PositiveSmallIntegerField()
    proposal = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "approvals_band"
        constraints = (
            models.UniqueConstraint(fields=("since", "currency", "above_minor"), name="approvals_band_is_there_once"),
            models.CheckConstraint(
                condition=Q(quorum__gte=1, quorum__lte=9, above_minor__gte=0), name="approvals_band_is_sensible"
            ),
        )


class BrokenGlass(models.Model):
    """Something done past the usual way: a role for some hours (`what` "role"), or names typed at the command line ("typed").

    proposal   the proposal that was signed for it; of typed names the verb
    until      when it ends by itself
    review     the proposal by which somebody else has looked at it; "" until then
    """

    id = models.CharField(primary_key=True, max_length=64)
    what = models.CharField(max_length=8)
    subject = models.CharField(max_length=200)
    maker = models.CharField(max_length=200)
    checker = models.CharField(max_length=200)
    reason = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    review = models.CharField(max_length=64, blank=True)
    reviewed_by = models.CharField(max_length=200, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "approvals_broken_glass"
        constraints = (
            models.CheckConstraint(condition=Q(what__in=("role", "typed")), name="approvals_broken_glass_is_known"),
            models.CheckConstraint(
                condition=~Q(maker="") & ~Q(checker="") & ~Q(maker=F("checker")) & ~Q(reason=""),
                name="approvals_broken_glass_is_under_two_names",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="approvals_broken_glass_ends"),
            models.CheckConstraint(
                condition=Q(reviewed_by="") | (~Q(reviewed_by=F("maker")) & ~Q(reviewed_by=F("checker"))),
                name="approvals_broken_glass_is_reviewed_by_another",
            ),
        )
