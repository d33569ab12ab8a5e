"""Order words (司法指令往来): what lane 0 says of a legal order to a lane, and what the lane reports.

When    an order is to be known in a lane, or means something else there; a lane has frozen, given back or taken
Shape   Word, Report, and the message of each; the ids follow from order, lane and number, so that one is one instruction
Source  design/lanes.md rules 1, 11; docs/adr/0017
"""

import msgspec

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.ids import order_report_id, order_word_id
from cunguan.kernel.rows import Message
from cunguan.states.outbox import OUTBOX


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order, and how much the lane may freeze in all; `ended` is how the order ended, or nothing."""

    order: str
    person: str
    issuer: str
    instrument: str
    currency: str
    amount_minor: int
    rank: int
    maker: str
    checker: str
    word: int
    limit_minor: int
    ended: str = ""


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an order has frozen in a lane in all, at a sequence of that lane, and what of it is taken."""

    order: str
    lane: int
    seq: int
    frozen_minor: int
    taking_minor: int = 0
    taken_minor: int = 0
    doubtful_minor: int = 0


def word_message(word: Word, lane: int, seq: int) -> Message:
    """Return the message of a word to a lane."""
    return _message(order_word_id(word.order, lane, word.word), "legal_order_here", word, lane, seq)


def report_message(report: Report) -> Message:
    """Return the message of a report to lane 0."""
    name = order_report_id(report.order, report.lane, report.seq)
    return _message(name, "legal_order_report", report, 0, report.seq)


def _message(name: str, kind: str, body: msgspec.Struct, lane: int, seq: int) -> Message:
    payload = canonical_json({"id": name, "kind": kind, "body": body})
    return Message(name, f"lane:{lane}", kind, payload, seq, OUTBOX.initial)
