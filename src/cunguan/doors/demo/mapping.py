"""Mapping (字段映射): which column of a loan file holds what. A known file is one value here; any other, a TOML file.

Shape   Mapping: our word -> the file's column; "" where the file has no such column
        closed: the words of the status column that call a loan completed; shown: columns that are only added up
Errors  LoanFileError: a TOML file that names no known mapping; it says what to write
Source  design/loan-books.md, rows lending_club, prosper, generic
"""

import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec


class LoanFileError(ValueError):
    """A file cannot be read; the message says where and what to do."""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The columns of one kind of loan file."""

    amount: str
    issue_date: str
    term_months: str
    paid_principal: str
    paid_interest: str
    instalment: str = ""
    paid_late_fee: str = ""
    loan_id: str = ""
    currency: str = ""
    status: str = ""
    closed: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that must be there."""
        named = (
            self.loan_id, self.amount, self.currency, self.issue_date, self.term_months, self.instalment,
            self.paid_principal, self.paid_interest, self.paid_late_fee, self.status, *self.shown,
        )  # fmt: skip
        return tuple(name for name in named if name)


MAPPINGS: Final = {
    "lending_club": Mapping(
        loan_id="row",
        amount="loan_amount",
        issue_date="issue_month",
        term_months="term",
        instalment="installment",
        paid_principal="paid_principal",
        paid_interest="paid_interest",
        paid_late_fee="paid_late_fees",
        status="loan_status",
        closed=("Fully Paid",),
    ),
    "prosper": Mapping(
        loan_id="LoanNumber",
        amount="LoanOriginalAmount",
        issue_date="LoanOriginationDate",
        term_months="Term",
        instalment="MonthlyLoanPayment",
        paid_principal="LP_CustomerPrincipalPayments",
        paid_interest="LP_InterestandFees",
        status="LoanStatus",
        closed=("Completed",),
        shown=("LP_ServiceFees", "LP_CollectionFees", "LP_NonPrincipalRecoverypayments"),
    ),
    "generic": Mapping(
        loan_id="loan_id",
        amount="amount",
        currency="currency",
        issue_date="issue_date",
        term_months="term_months",
        instalment="instalment",
        paid_principal="paid_principal",
        paid_interest="paid_interest",
        paid_late_fee="paid_late_fee",
    ),
}

_EXAMPLE: Final = """\
It names the file's columns, as

  amount = "loan_amnt"
  issue_date = "issue_d"
  term_months = "term"
  paid_principal = "total_rec_prncp"
  paid_interest = "total_rec_int"

and, where the file has them, instalment, paid_late_fee, loan_id, currency, status with closed = ["Paid"],
shown = ["Fees"]."""


def named(name: str) -> Mapping:
    """Return a known mapping by its name, or read a TOML file.

    >>> named("generic").amount
    'amount'
    """
    if name in MAPPINGS:
        return MAPPINGS[name]
    if not name.endswith(".toml"):
        raise LoanFileError(f"there is no mapping {name!r}; take one of {', '.join(MAPPINGS)}, or a FILE.toml")
    return from_toml(Path(name))


def from_toml(path: Path) -> Mapping:
    """Read a mapping from a TOML file."""
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(content, type=Mapping)
    except OSError as wrong:
        raise LoanFileError(f"{path} cannot be read: {wrong.strerror}.") from wrong
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise LoanFileError(f"{path} is no mapping: {wrong}.\n{_EXAMPLE}") from wrong
