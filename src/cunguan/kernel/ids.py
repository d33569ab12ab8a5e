"""Ids (编号): what an id may look like, and how events derive theirs from their source.

Shape   1 to 200 characters of letters, digits and - _ . : / @ + # =; compared byte by byte
        doors admit 128; what is derived from an id may be longer
Order   an id is whatever the caller chose; nothing is read out of it but by `derived_…`
Source  design/lanes.md rule 11
"""

import hashlib
import re
from datetime import date

#: an id up to this long leaves room for what is put before or behind it
SHORT = 180
#: ends the id of what is driven again
AGAIN = ":again"

_ORDER = re.compile(r"(?=.{3,35}\Z)[0-9]+-[A-Za-z0-9.:+-]+\Z")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@+#=-]{0,199}\Z")


def is_id(text: str) -> bool:
    """Return whether a text may serve as an id.

    >>> is_id("W-2026-1"), is_id(""), is_id("a b"), is_id("x" * 201)
    (True, False, False, False)
    """
    return _ID.match(text) is not None


def bank_event_id(channel: str, end_to_end_id: str, status: str) -> str:
    """Return the id of one bank answer, so that the same answer twice is one instruction."""
    return f"bank:{channel}:{end_to_end_id}:{status}"


def order_id(lane: int, payment: str) -> str:
    """Return the EndToEndId under which a bank knows a payment: at most 35 of the signs every bank takes, and no other lane's.

    >>> order_id(3, "W-17"), order_id(3, "w_17")
    ('3-W-17', 'H6a0c7abb20caa724315cafa9b96e972d')
    """
    readable = f"{lane}-{payment}"
    if _ORDER.match(readable):
        return readable
    digest = hashlib.sha256(f"cunguan-order-v1\n{lane}\n{payment}".encode()).hexdigest()
    return f"H{digest[:32]}"


def statement_line_id(statement: str, line: int) -> str:
    """Return the id of one statement line; `statement` is the hash of its file, or channel and account of a running one."""
    return f"statement:{statement}:{line}"


def expiry_id(hold: str) -> str:
    """Return the id under which the custodian's timer releases a hold."""
    return f"expire:{hold}"


def close_id(day: date) -> str:
    """Return the id of a day's close."""
    return f"close:{day.isoformat()}"


def bid_stop_id(day: date) -> str:
    """Return the id under which new bids are stopped for what was left unconfirmed up to a day."""
    return f"checkfile:stop:{day.isoformat()}"


def bid_resume_id(day: date) -> str:
    """Return the id under which the stop of that day ends when everything was confirmed."""
    return f"checkfile:resume:{day.isoformat()}"


def outgoing_stop_id(break_id: str) -> str:
    """Return the id under which outgoing payments stop for a break of the control accounts."""
    return f"recon:stop:{break_id}"


def fan_out_id(act: str, lane: int) -> str:
    """Return the id of one lane's part of an act on a person."""
    return f"act:{act}:{lane}"


def order_word_id(order: str, lane: int, word: int) -> str:
    """Return the id under which a lane hears what lane 0 says of a legal order."""
    return f"legal:{order}:{lane}:{word}"


def order_report_id(order: str, lane: int, seq: int) -> str:
    """Return the id under which lane 0 hears what a lane has frozen; `seq` is of the lane."""
    return f"report:{order}:{lane}:{seq}"


def order_expiry_id(order: str, day: date) -> str:
    """Return the id under which the custodian's timer ends, on a business date, a legal order that nobody renewed."""
    return f"lapse:{order}:{day.isoformat()}"


def reservation_id(instruction_id: str) -> str:
    """Return the id of the limit reservation that precedes an instruction."""
    return f"{instruction_id}:limit"


def resolution_id(instruction_id: str) -> str:
    """Return the one id under which two people resolve a quarantined instruction."""
    return f"resolve:{_short(instruction_id)}"


def again_id(instruction_id: str) -> str:
    """Return the id under which a quarantined instruction is driven again; what it begins with stays.

    >>> again_id("expire:H1")
    'expire:H1:again'
    """
    return f"{_short(instruction_id)}{AGAIN}"


def is_of(instruction_id: str, expected: str) -> bool:
    """Test that an id is the one expected, or that of the same driven again after it was quarantined."""
    while instruction_id != expected and instruction_id.endswith(AGAIN):
        instruction_id = instruction_id.removesuffix(AGAIN)
    return instruction_id == expected


def _short(instruction_id: str) -> str:
    """Return an id with room for what is put before or behind it."""
    if len(instruction_id) <= SHORT:
        return instruction_id
    return f"{instruction_id[: SHORT - 33]}:{hashlib.sha256(instruction_id.encode()).hexdigest()[:32]}"


def step_id(run: str, step: int) -> str:
    """Return the id of one child of a run."""
    return f"step:{run}:{step}"
