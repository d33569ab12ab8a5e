"""Matching (三方勾对): what platform, ledger and bank say of the same money, as one expression for lines of any number.

When    each day's reconciliation (R1, R3), over the lines up to its date and what was still open before
Reads   tables with the columns of `Line` (LINES), of whatever engine; a side that is not given is not expected of the ledger
Returns the breaks: a table with the columns of `Found`
Errors  none of its own: columns are checked by Ibis when the expression is built
Source  domain.md (e.1) R1, R3; (e.3)
"""

from datetime import date
from typing import Final

import ibis  # type: ignore[import-untyped]

#: the columns of a side
LINES: Final = ibis.schema(
    {
        "line": "int64",
        "amount_minor": "int64",
        "currency": "string",
        "booked_on": "date",
        "reference": "string",
        "batch": "string",
        "account": "string",
        "counterparty": "string",
        "listing": "string",
        "status": "string",
        "kind": "string",
        "value_on": "date",
        "at_platform": "boolean",
        "at_bank": "boolean",
    }
)


def match(
    ledger: ibis.Table, *, platform: ibis.Table | None = None, bank: ibis.Table | None = None, day: date
) -> ibis.Table:
    """Return the breaks of a day."""
    raise NotImplementedError
