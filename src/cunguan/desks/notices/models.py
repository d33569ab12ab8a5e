"""Notices (通知), and up to where the books have been told.

Shape   Notice: `reader` is whom it is for: a client's person in the books, or "user:<id>" of anybody else
        `values`: what its words name, never a name or a number of a person; `source`: the place in the books it tells of, so
        that it is told once; "" of what no books hold
        `outgoing`: whether another channel carries it too, and whether that was done; `next_at` from when on it is tried
        (EPOCH: at once), `tries` of now with when they began, and why the last one failed, in a word of sending.WHY; `again_…` who
        had what was given up sent again
        Callback: a client who wants to be called, and who called him
        Cursor: the last sequence of a lane that was told; whoever tells holds the row
"""

from datetime import UTC, datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

OUTGOING = ("none", "waiting", "sent", "failed")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Notice(models.Model):
    """One thing a reader is told."""

    reader = models.CharField(max_length=240)
    kind = models.CharField(max_length=40)
    values = models.JSONField(encoder=DjangoJSONEncoder)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=80, default="", db_default="")
    outgoing = models.CharField(max_length=8, default="none", db_default="none")
    next_at = models.DateTimeField(default=EPOCH, db_default=EPOCH)
    tries = models.IntegerField(default=0, db_default=0)
    tried_from = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=24, default="", db_default="")
    again_at = models.DateTimeField(null=True)
    again_by = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        db_table = "notices_notice"
        constraints = (
            models.UniqueConstraint(
                fields=("source", "reader"), condition=~Q(source=""), name="notices_notice_is_told_once"
            ),
            models.CheckConstraint(condition=Q(outgoing__in=OUTGOING), name="notices_notice_outgoing_is_known"),
        )
        indexes = (
            models.Index(fields=("reader", "-id"), name="notices_notice_of_reader"),
            models.Index(fields=("reader",), condition=Q(read_at__isnull=True), name="notices_notice_unread"),
            models.Index(fields=("id",), condition=Q(outgoing="waiting"), name="notices_notice_waiting"),
            models.Index(fields=("next_at", "id"), condition=Q(outgoing="waiting"), name="notices_notice_due"),
            models.Index(fields=("id",), condition=Q(outgoing="failed"), name="notices_notice_given_up"),
        )


class Cursor(models.Model):
    """Up to where a lane is told."""

    lane = models.IntegerField(primary_key=True)
    seq = models.BigIntegerField()

    class Meta:
        db_table = "notices_cursor"


class Callback(models.Model):
    """A client who wants to be called."""

    person = models.CharField(max_length=200)
    about = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    called_by = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "notices_callback"
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(called_at__isnull=True), name="notices_callback_is_open_once"
            ),
            models.CheckConstraint(
                condition=Q(called_at__isnull=True) | ~Q(called_by=""), name="notices_callback_was_by_somebody"
            ),
        )
