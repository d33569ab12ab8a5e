"""Parties (各方): whose identity is known how well, who owns a company, on what papers a platform stands, who supervises.

Shape   Party: a person or company by his opaque reference, and how far it is known who he is; nothing in it says it to a reader
        Owner: a beneficial owner of a company, a party himself; his share in basis points
        Check: one answer of one port, or what people decided, never changed; Consent: to one purpose, until it is taken back
        PlatformFile, Step: due diligence of a platform, and what was reported and decided of it; the steps are never changed
        Contract: a version of the contract with a platform, with what it says of the four things that must be agreed
        Letter: a bank's letter about one bank account of a pool; the books go by what two people recorded of it (pool_papers)
        Supervisor: a regulator or an auditor, what he may see, and until when
Not     names, numbers, addresses: those lie encrypted under a subject's key (doors/persons): of a client in his platforms' lanes, of
        all others in lane 0
Units   shares are basis points, 10,000 a whole company; dates are those of China for documents, business dates for pools
Source  issue "People" 1; domain.md (c.1) A1, A2, (b.1); docs/parties.md; ADR 0046
"""

from django.db import models
from django.db.models import F, Q

from cunguan.states.contract import CONTRACT
from cunguan.states.party import PARTY
from cunguan.states.platform_file import PLATFORM_FILE

PERSON, COMPANY, STAFF, OWNER, OFFICER = "person", "company", "staff", "owner", "officer"
#: what somebody is to the custodian: a client, one of its own people, an owner of a company, somebody who acts for one
KINDS = (PERSON, COMPANY, STAFF, OWNER, OFFICER)
OUTCOMES = ("passed", "failed", "in_doubt", "hit", "cleared")
WHOLE_BP = 10_000


class Party(models.Model):
    """Somebody whose identity the custodian answers for."""

    person = models.CharField(primary_key=True, max_length=200)
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=16, default=PARTY.initial)
    id_type = models.CharField(max_length=32, blank=True)
    check_by = models.DateField(null=True, blank=True)
    owners_note = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "parties_party"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="parties_party_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=sorted(PARTY.states)), name="parties_party_state_is_known"),
        )
        indexes = (
            models.Index(fields=("check_by", "person"), name="parties_party_by_due"),
            models.Index(fields=("state", "person"), name="parties_party_by_state"),
        )


class Owner(models.Model):
    """Who owns or controls a company, as it said from a day on; a row is ended, never removed."""

    company = models.ForeignKey(Party, models.PROTECT, related_name="owners")
    person = models.CharField(max_length=200)
    share_bp = models.PositiveIntegerField()
    control = models.CharField(max_length=32)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    by_whom = models.CharField(max_length=200)

    class Meta:
        db_table = "parties_owner"
        constraints = (
            models.CheckConstraint(
                condition=Q(share_bp__lte=WHOLE_BP), name="parties_owner_share_is_at_most_the_whole"
            ),
            models.CheckConstraint(condition=~Q(person=F("company")), name="parties_owner_is_not_the_company"),
            models.UniqueConstraint(
                fields=("company", "person"), condition=Q(until__isnull=True), name="parties_owner_is_there_once"
            ),
        )


class Check(models.Model):
    """One answer about somebody: of a port, or of two people."""

    person = models.CharField(max_length=200)
    check_kind = models.CharField(max_length=32)
    port = models.CharField(max_length=64)
    outcome = models.CharField(max_length=16)
    code = models.IntegerField()
    evidence = models.CharField(max_length=400, blank=True)
    why = models.CharField(max_length=400, blank=True)
    said = models.BinaryField(null=True, blank=True)
    signature = models.BinaryField(null=True, blank=True)
    by_whom = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "parties_check"
        constraints = (
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="parties_check_outcome_is_known"),
            models.CheckConstraint(
                condition=~Q(outcome="passed") | (~Q(evidence="") & Q(valid_until__isnull=False)),
                name="parties_check_that_passed_has_evidence_and_an_end",
            ),
        )
        indexes = (models.Index(fields=("person", "check_kind", "-at"), name="parties_check_by_person"),)


class Consent(models.Model):
    """A consent to one purpose, by the words that were shown."""

    person = models.CharField(max_length=200)
    purpose = models.CharField(max_length=32)
    version = models.CharField(max_length=32)
    language = models.CharField(max_length=10)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "parties_consent"
        indexes = (models.Index(fields=("person", "purpose", "-at"), name="parties_consent_by_person"),)


class PlatformFile(models.Model):
    """What the custodian knows of a platform."""

    lane = models.IntegerField(primary_key=True)
    company = models.CharField(max_length=200)
    unified_code = models.CharField(max_length=18)
    state = models.CharField(max_length=16, default=PLATFORM_FILE.initial)
    review_by = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "parties_platform"
        constraints = (
            models.CheckConstraint(condition=Q(lane__gt=0), name="parties_platform_has_a_lane"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(PLATFORM_FILE.states)), name="parties_platform_state_is_known"
            ),
        )


class Step(models.Model):
    """What was reported of a platform, or decided by two people."""

    lane = models.IntegerField()
    event = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    summary = models.TextField()
    evidence = models.CharField(max_length=400, blank=True)
    maker = models.CharField(max_length=200)
    checker = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "parties_step"
        constraints = (
            models.CheckConstraint(
                condition=Q(event="reported") | (~Q(checker="") & ~Q(maker=F("checker"))),
                name="parties_step_that_decides_is_under_two_names",
            ),
        )
        indexes = (models.Index(fields=("lane", "-at"), name="parties_step_by_lane"),)


class Contract(models.Model):
    """A version of a platform's contract with the custodian; what it says of each thing that must be agreed."""

    lane = models.IntegerField()
    version = models.PositiveIntegerField()
    document = models.CharField(max_length=200)
    document_sha256 = models.CharField(max_length=64)
    valid_from = models.DateField()
    valid_until = models.DateField()
    liability = models.TextField()
    fees = models.TextField()
    termination = models.TextField()
    liquidation = models.TextField()
    state = models.CharField(max_length=16, default=CONTRACT.initial)
    ended_on = models.DateField(null=True, blank=True)
    maker = models.CharField(max_length=200)
    checker = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        db_table = "parties_contract"
        constraints = (
            models.UniqueConstraint(fields=("lane", "version"), name="parties_contract_version_is_there_once"),
            models.UniqueConstraint(
                fields=("lane",), condition=Q(state="in_force"), name="parties_contract_one_is_in_force"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="parties_contract_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(maker="") & ~Q(checker="") & ~Q(maker=F("checker")),
                name="parties_contract_is_under_two_names",
            ),
            models.CheckConstraint(
                condition=~Q(liability="") & ~Q(fees="") & ~Q(termination="") & ~Q(liquidation=""),
                name="parties_contract_says_the_four_things",
            ),
        )


class Letter(models.Model):
    """A bank's letter that it sets nothing off against a pool's account: what came, before two people put it into the books."""

    lane = models.IntegerField()
    pool = models.CharField(max_length=200)
    bank_account = models.CharField(max_length=200)
    bank = models.CharField(max_length=200)
    reference = models.CharField(max_length=200)
    document_sha256 = models.CharField(max_length=64)
    signed_on = models.DateField()
    review_date = models.DateField()
    by_whom = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        db_table = "parties_letter"
        constraints = (
            models.UniqueConstraint(fields=("lane", "bank_account", "reference"), name="parties_letter_is_there_once"),
            models.CheckConstraint(
                condition=Q(review_date__gt=F("signed_on")), name="parties_letter_is_reviewed_after_it"
            ),
        )


class Supervisor(models.Model):
    """A regulator or an auditor, under whose mandate he looks, at what, and until when."""

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    mandate = models.CharField(max_length=400)
    scope = models.TextField()
    since = models.DateField()
    until = models.DateField()
    maker = models.CharField(max_length=200)
    checker = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        db_table = "parties_supervisor"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("regulator", "auditor")), name="parties_supervisor_kind_is_known"
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="parties_supervisor_ends_after_it_begins"),
            models.CheckConstraint(
                condition=~Q(maker="") & ~Q(checker="") & ~Q(maker=F("checker")),
                name="parties_supervisor_is_under_two_names",
            ),
            models.UniqueConstraint(fields=("kind", "name", "since"), name="parties_supervisor_is_there_once"),
        )
