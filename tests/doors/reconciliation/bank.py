"""Bank: statements written as the inbox writes them, one movement a posting of 1010, and then whatever is wrong with them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import psycopg

from cunguan.store.sqlfiles import statement


class Movement(msgspec.Struct, frozen=True):
    """A movement of the bank's; `instruction`: by what the books were told of it."""

    id: int
    amount_minor: int
    reference: str
    instruction: str = ""
    cause: str = ""


def shown(owner: psycopg.Connection[Any], lane: int, after: int, upto: int) -> list[Movement]:
    """Return the movements a bank would show that did all that the books say."""
    numbers = [row[0] for row in owner.execute("SELECT account FROM bank_account WHERE lane = %s", (lane,))]
    of = {"lane": lane, "after": after, "upto": upto, "accounts": numbers, "seqs": []}
    rows = owner.execute(statement("recon_ledger_lines"), of).fetchall()
    return [Movement(1000 + row[0], row[3], f"B{row[0]}", row[7]) for row in rows]


def tell(
    owner: psycopg.Connection[Any], day: date, opening_minor: int, movements: Sequence[Movement], *, lane: int = 1,
    account: str = "bank", kind: str = "statement",
) -> int:  # fmt: skip
    """Write a sound statement; return its closing balance."""
    credit = sum(one.amount_minor for one in movements if one.amount_minor > 0)
    debit = -sum(one.amount_minor for one in movements if one.amount_minor < 0)
    (number,) = owner.execute(
        "INSERT INTO bank_statement (file, place, channel, format, kind, identity, lane, bank_account, account, currency, day,"
        " opening_minor, closing_minor, entry_count, credit_minor, debit_minor, verdict, difference, state, digest)"
        " VALUES (nextval('recon_run_id_seq'), 1, 'demobank', 'camt', %s, %s, %s, %s, 'ref', 'CNY', %s, %s, %s, %s, %s, %s,"
        " 'balanced', '', 'read', %s) RETURNING id",
        (kind, f"S{day}", lane, account, day, opening_minor, opening_minor + credit - debit, len(movements), credit, debit,
         day.isoformat().encode()),
    ).fetchone() or (0,)  # fmt: skip
    for place, one in enumerate(movements, 1):
        owner.execute(
            "INSERT INTO bank_entry (statement, number, part, key, line, booked_on, value_on, credit, amount_minor, currency,"
            " status, reversal, code, reference, bank_reference, end_to_end_id, payer_hash, name_hash, holder, return_reason,"
            " instruction_id, outcome, cause) VALUES (%s, %s, 0, '', %s, %s, NULL, %s, %s, 'CNY', 'booked', false, '', '', %s, '',"
            " '', '', '', '', %s, 'booked', %s)",
            (number, place, one.id, day, one.amount_minor > 0, abs(one.amount_minor), one.reference, one.instruction, one.cause),
        )  # fmt: skip
    owner.commit()
    return opening_minor + credit - debit
