"""The firm's side in the case of the proof: a pool that is short and says so, debts, dormant money, corrections, a take-over."""

from datetime import date, timedelta
from typing import Any

from tests.operations.driver import FRIDAY, Books

NAMES = {"maker": "m1", "checker": "c1"}
FIRM_LANE = 2


def firm(books: Books) -> None:
    """Do everything once on the second platform; 2,010.00 of its shortfalls stay open."""
    for name in ("C1", "C2", "C3", "C4"):
        books.client(FIRM_LANE, name)
        _deposit(books, f"in:{name}", name, 100_000)
    _done(books, "line", "pool_line", pool="main", line_minor=1_000_000, reason="rule", **NAMES)
    _channel(books)
    _debts(books)
    _interest(books)
    _dormant(books)
    _corrections(books)
    _import(books)
    _own_money(books)


def _done(books: Books, id: str, kind: str, **body: Any) -> None:
    books.done(FIRM_LANE, id, kind, **body)


def _deposit(books: Books, id: str, holder: str, amount_minor: int) -> None:
    _done(
        books, id, "deposit_direct", holder=holder, bank_account="bank", amount_minor=amount_minor, payer_matches=True,
        reference="line",
    )  # fmt: skip


def _top_up(books: Books, id: str, shortfall: str, amount_minor: int, **other: Any) -> None:
    body = {"source": "own_money", "bank_account": "bank", "reference": "line"} | other
    _done(books, id, "pool_top_up", shortfall=shortfall, amount_minor=amount_minor, **body, **NAMES)


def _channel(books: Books) -> None:
    for n, holder in enumerate(("C1", "C2", "C3"), start=1):
        _done(
            books, f"N{n}", "deposit_notice", holder=holder, channel="fastpay", settle_date=FRIDAY + timedelta(days=3),
            amount_minor=10_000 * n, reference="r",
        )  # fmt: skip
    _done(
        books, "net:1", "channel_net_settlement", pool="main", channel="fastpay", settle_date=FRIDAY + timedelta(days=3),
        bank_account="bank", net_minor=59_700, fee_minor=300, deposits=["N1", "N2", "N3"], reference="line",
    )  # fmt: skip
    _top_up(books, "T:fee", "net:1", 300)


def _debts(books: Books) -> None:
    for n, holder in enumerate(("C1", "C2", "C3"), start=1):
        mirror = (
            {"client_minor": 100, "credited_by": "net:1", "document": "d", "notice": "n", **NAMES} if n == 1 else {}
        )
        _done(
            books, f"CB{n}", "charge_back", deposit=f"N{n}", holder=holder, bank_account="bank", amount_minor=10_000 * n,
            reference="line", **mirror,
        )  # fmt: skip
    _done(books, "R1", "client_debt_repayment", holder="C1", debt="CB1", amount_minor=4_000)
    _done(books, "V2", "client_debt_recovery", debt="CB2", bank_account="bank", amount_minor=20_000, reference="line")
    _top_up(books, "T:CB3", "CB3", 30_000)
    _done(books, "O3", "client_debt_borne", debt="CB3", reason="nothing comes", **NAMES)


def _interest(books: Books) -> None:
    _done(books, "I1", "pool_interest", pool="main", bank_account="bank", amount_minor=700, reference="line")
    body = {"pool": "main", "contract": "7", "basis": "days", **NAMES}
    weights = [{"holder": "C1", "weight": 2}, {"holder": "C2", "weight": 1}]
    _done(books, "S1", "pool_interest_share", amount_minor=500, to="holders", weights=weights, **body)
    _done(
        books, "S2", "pool_interest_share", amount_minor=100, to="bank", bank_account="bank", reference="line", **body
    )


def _dormant(books: Books) -> None:
    for n, holder in enumerate(("C3", "C4")):
        _done(
            books, f"U{n}", "dormancy", holder=holder, amount_minor=books.balance(FIRM_LANE, holder, "2010"),
            since_date=date(2019, 1, 1), instrument="act", **NAMES,
        )  # fmt: skip
    _done(books, "G0", "unclaimed_return", unclaimed="U0", amount_minor=40_000, document="passport", **NAMES)
    _done(
        books, "H1", "unclaimed_handover", unclaimed="U1", holder="C4", direction="to_authority", bank_account="bank",
        amount_minor=100_000, instrument="act", receipt="r", **NAMES,
    )  # fmt: skip


def _corrections(books: Books) -> None:
    for n, (finding, client_minor, firm_minor) in enumerate((("of_another", 600, 400), ("never_came", 1_000, 0))):
        _deposit(books, f"wrong:{n}", "C2", 1_000)
        _done(
            books, f"Q{n}", "adjustment_request", of=f"wrong:{n}", line=0, holder="C2", amount_minor=1_000, reason="r",
            asked_by="p1",
        )  # fmt: skip
        _done(
            books, f"J{n}", "adjustment", request=f"Q{n}", of=f"wrong:{n}", holder="C2", finding=finding,
            client_minor=client_minor, firm_minor=firm_minor, bank_account="bank", document="d", notice="n", **NAMES,
        )  # fmt: skip
    _done(books, "Q2", "adjustment_request", of="in:C2", line=0, holder="C2", amount_minor=5, reason="r", asked_by="p1")
    _done(
        books, "Q2:no", "adjustment_refusal", request="Q2", outcome="refused", answered_by="c1", reason="it was right"
    )


def _import(books: Books) -> None:
    lines = []
    for name, amount_minor in (("M1", 7_000), ("M2", 0)):
        books.done(
            0, f"register:{name}", "person_registration", person=f"person:{name}", kind="person", method="four_elements",
            source="sandbox", reference="r",
        )  # fmt: skip
        lines.append({
            "holder": name, "person": f"person:{name}", "role": "lender", "kind": "person", "method": "four_elements",
            "source": "sandbox", "key_id": f"{name}:key", "evidence_kind": "sandbox_ed25519",
            "public_key": books.keys.public_key(f"{name}:key"), "amount_minor": amount_minor,
        })  # fmt: skip
    _done(
        books, "take-over", "opening_import", certificate="cert-1", document_hash="ab" * 32, pool="main",
        bank_account="bank", total_minor=7_000, signer_old_custodian="o1", signer_platform="p1", signer_bank="b1",
        lines=lines, **NAMES,
    )  # fmt: skip
    _done(books, "yes", "import_confirmation", holder="M1", certificate="cert-1", amount_minor=7_000)


def _own_money(books: Books) -> None:
    """Pay in, take a part back, use a part; then lose more than is covered."""
    books.payee(FIRM_LANE, "custodian", "payee:firm")
    own = {"pool": "main", "bank_account": "bank", "reason": "buffer", **NAMES}
    _done(books, "P1", "prudent_top_up", amount_minor=9_000, reference="line", **own)
    _done(books, "B1", "prudent_top_up_back", amount_minor=2_000, payee_hash="payee:firm", **own)
    _done(books, "B2", "prudent_top_up_back", amount_minor=100, payee_hash="payee:firm", **own)
    _done(books, "send:B1", "payout_sent", payout="B1")
    _done(books, "bank:demobank:B1:settled", "payout_result", payout="B1", status="settled", amount_minor=2_000)
    _top_up(books, "T:J0", "J0", 150, source="paid_in_before", bank_account="", reference="")
    _done(
        books, "X1", "pool_loss", pool="main", bank_account="bank", amount_minor=5_000, cause="bank_charge",
        reason="charge", reference="line", value_date=FRIDAY - timedelta(days=1), **NAMES,
    )  # fmt: skip
    _top_up(books, "T:X1", "X1", 1_000)
