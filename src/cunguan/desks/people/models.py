"""Users (用户) and the roles they have been granted.

Shape   User: somebody who signs in; nothing in it says who he is to one who reads the table
        `reference`: a person of the books for a client, a work number for staff, a platform's own word for its people
        `login`: what stands for the name he signs in with (a blind index), or for nothing where he has a passkey alone
        `lane`: the platform's lane, of its people alone
        RoleGrant: a role from an instant until another, under two names
        Session, Device, Attempt, Invitation, Freeze, Event: what his way in is made of; secrets stand here by their hash alone
Source  issue "People" 2; docs/adr/0047
"""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from cunguan.desks.people.roles import KINDS


class Users(BaseUserManager):
    """How users are made."""

    def create_user(self, reference: str, kind: str, **more: object) -> "User":
        """Make a user without a password; he gets a passkey before he may do anything."""
        made = self.model(reference=reference, kind=kind, **{"login": uuid.uuid4().hex, **more})
        made.set_unusable_password()
        made.save(using=self._db)
        return made

    def get_by_natural_key(self, username: str) -> "User":
        """Return a user by what stands for his login name."""
        return self.get(login=username)


class User(AbstractBaseUser):
    """Somebody who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=200)
    login = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=16)
    lane = models.IntegerField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=40, blank=True)
    reading = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Users()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ()

    class Meta:
        db_table = "people_user"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="people_user_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind="platform", lane__gt=0) | (~Q(kind="platform") & Q(lane__isnull=True)),
                name="people_user_lane_is_of_platforms",
            ),
            models.UniqueConstraint(
                fields=("kind", "reference", "lane"), nulls_distinct=False, name="people_user_is_there_once"
            ),
        )


class RoleGrant(models.Model):
    """A role that was granted; a row is ended, never removed."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32)
    maker = models.CharField(max_length=200)
    checker = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=400, blank=True)

    class Meta:
        db_table = "people_role"
        constraints = (
            models.CheckConstraint(
                condition=~Q(maker="") & ~Q(checker="") & ~Q(maker=F("checker")), name="people_role_is_under_two_names"
            ),
        )
        indexes = (models.Index(fields=("user", "role"), name="people_role_by_user"),)


class Session(models.Model):
    """A session of a browser: `id` is the SHA-256 of what the browser holds, so that who reads the table can use none of them."""

    id = models.CharField(primary_key=True, max_length=64)
    data = models.TextField()
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    strength = models.CharField(max_length=16, blank=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "people_session"
        indexes = (
            models.Index(fields=("user",), name="people_session_by_user", condition=Q(user__isnull=False)),
            models.Index(fields=("seen_at",), name="people_session_by_seen"),
        )


class Device(models.Model):
    """A browser from which a user has signed in before: known by a cookie of its own, of which the SHA-256 stands here."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    cookie = models.CharField(max_length=64)
    agent = models.CharField(max_length=200, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "people_device"
        constraints = (models.UniqueConstraint(fields=("user", "cookie"), name="people_device_is_there_once"),)


class Attempt(models.Model):
    """How often something failed, or was asked for, of late: by what stands for a name or an address, never by the name itself."""

    key = models.CharField(primary_key=True, max_length=64)
    count = models.IntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_attempt"


class Invitation(models.Model):
    """A link that makes a user once, or gives one who has lost all a passkey again: `id` is the SHA-256 of what stands in it."""

    id = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=16)
    reference = models.CharField(max_length=200)
    lane = models.IntegerField(null=True)
    roles = models.JSONField(default=list)
    is_again = models.BooleanField(default=False)
    maker = models.CharField(max_length=200)
    checker = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="invitations")

    class Meta:
        db_table = "people_invitation"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="people_invitation_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(maker="") & ~Q(checker="") & ~Q(maker=F("checker")),
                name="people_invitation_is_under_two_names",
            ),
        )


class Freeze(models.Model):
    """Payouts of a client stand still until an instant: he has come back by a recovery."""

    user = models.ForeignKey(User, models.PROTECT, related_name="freezes")
    since = models.DateTimeField()
    until = models.DateTimeField()
    why = models.CharField(max_length=40)

    class Meta:
        db_table = "people_freeze"
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="people_freeze_ends_after_it_began"),
        )
        indexes = (models.Index(fields=("user", "until"), name="people_freeze_by_user"),)


class Event(models.Model):
    """What happened to somebody's way in; rows are added, never changed."""

    user = models.ForeignKey(User, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    about = models.JSONField(default=dict)

    class Meta:
        db_table = "people_event"
        indexes = (models.Index(fields=("user", "-at"), name="people_event_by_user"),)
