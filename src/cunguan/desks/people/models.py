"""Users (用户) and the roles they have been granted.

Shape   User: somebody who signs in; nothing in it says who he is to one who reads the table
        `reference`: a person of the books for a client, a work number for staff, a platform's own word for its people
        `login`: what stands for the name he signs in with (a blind index), or for nothing where he has a passkey alone
        `lane`: the platform's lane, of its people alone
        RoleGrant: a role from an instant until another, under two names
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
