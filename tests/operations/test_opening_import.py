"""Opening import: clients and balances come by one certificate, and move no money until each has confirmed."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Certificate, Day, Holder, ImportedBalance, LegalOrder, Link, Pool
from cunguan.ledger.book import BALANCE_MAX
from cunguan.operations import opening_import
from tests.operations.cash import LANE, set_state
from tests.operations.driver import Books
from tests.operations.firm_case import MONEY, NAMES, WRONG_NAMES, deposit, open_firm

HASH = "ab" * 32


def people(*names: str) -> Books:
    """Return books in which these persons are registered and have no account."""
    books = open_firm()
    for name in names or ("A", "B", "C"):
        books.done(
            0, f"register:{name}", "person_registration", person=f"person:{name}", kind="person", method="four_elements",
            source="sandbox", reference="r",
        )  # fmt: skip
    return books


def line(books: Books, holder: str, amount_minor: int, /, **other: Any) -> dict[str, Any]:
    return {
        "holder": holder, "person": f"person:{holder}", "role": "lender", "kind": "person", "method": "four_elements",
        "source": "sandbox", "key_id": f"{holder}:key", "evidence_kind": "sandbox_ed25519",
        "public_key": books.keys.public_key(f"{holder}:key"), "amount_minor": amount_minor,
    } | other  # fmt: skip


def bring(books: Books, id: str = "M1", **body: Any) -> Answer:
    asked: dict[str, Any] = {
        "certificate": "cert-1", "document_hash": HASH, "pool": "main", "bank_account": "bank", "total_minor": 31_200,
        "signer_old_custodian": "o1", "signer_platform": "p1", "signer_bank": "b1", **NAMES,
        "lines": [line(books, "A", 30_000), line(books, "B", 1_200), line(books, "C", 0)],
    }  # fmt: skip
    return books.submit(LANE, id, "opening_import", **(asked | body))


def confirm(books: Books, holder: str = "A", amount_minor: int = 30_000, id: str = "", **body: Any) -> Answer:
    asked: dict[str, Any] = {"holder": holder, "certificate": "cert-1", "amount_minor": amount_minor}
    return books.submit(LANE, id or f"confirm:{holder}", "import_confirmation", **(asked | body))


def test_brings_all_clients_in_one_journal() -> None:
    books = people()
    before = books.get(LANE, Day, "day").next_account
    assert bring(books).detail == {"holders": 3}
    assert books.postings(LANE, "M1") == [("bank:1010", "A:2010", 30_000), ("bank:1010", "B:2010", 1_200)]
    assert [books.get(LANE, Holder, name).state for name in "ABC"] == ["imported"] * 3
    assert books.get(LANE, Day, "day").next_account == before + 15
    assert books.five(LANE, "C") == (0, 0, 0, 0, 0)
    assert books.get(LANE, Certificate, "cert-1").document_hash == HASH
    assert {row.id: row.amount_minor for row in books.rows(LANE, ImportedBalance)} == {"A": 30_000, "B": 1_200, "C": 0}
    assert books.row(0, Link, f"person:A:{LANE}") is not None


def test_takes_money_in_and_gives_none_out_until_the_client_has_confirmed() -> None:
    books = people()
    bring(books)
    deposit(books, "A", 100)
    assert books.submit(LANE, "bind", "card_binding", holder="A", card="A:card", payee_hash="p").code is not Code.done
    assert books.submit(LANE, "m", "mandate_grant", holder="A", type="bid", cap_minor=1, until="2024-04-01", listing="")
    assert confirm(books).code is Code.done
    assert books.get(LANE, Holder, "A").state == "active"
    assert books.postings(LANE, "confirm:A") == []
    books.card(LANE, "A")
    books.done(
        LANE,
        "W1",
        "withdrawal",
        holder="A",
        card="A:card",
        bank_account="bank",
        amount_minor=30_100,
        payee_hash="payee:A",
    )
    assert books.get(LANE, Holder, "B").state == "imported"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"holder": "X"}, Code.account_not_found),
        ({"holder": "L1"}, Code.state_forbids),
        ({"certificate": "cert-2"}, Code.confirmation_text_differs),
        ({"amount_minor": 29_999}, Code.confirmation_text_differs),
        ({"signed": False}, Code.authority_missing),
        ({"by": "B:key"}, Code.authority_key_differs),
    ],
)
def test_checks_a_confirmation(body: dict[str, Any], code: Code) -> None:
    books = people()
    bring(books)
    assert confirm(books, **body).code is code
    assert books.get(LANE, Holder, "A").state == "imported"


def test_is_confirmed_once() -> None:
    books = people()
    bring(books)
    assert confirm(books) == confirm(books)
    assert confirm(books, id="again").code is Code.state_forbids


def test_is_reached_by_a_lock_before_its_client_has_confirmed() -> None:
    books = people()
    bring(books)
    books.done(0, "lock:1", "person_lock", act="lock:1", person="person:A", reason="asked", maker="m1")
    books.deliver()
    assert books.get(LANE, Holder, "A").state == "import_locked"
    assert confirm(books).code is Code.state_forbids


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"certificate": "no id"}, Code.id_malformed),
        ({"document_hash": "ab" * 31}, Code.details_missing),
        ({"document_hash": "AB" * 32}, Code.details_missing),
        ({"signer_bank": " "}, Code.details_missing),
        ({"signer_bank": "o1"}, Code.same_person_twice),
        *WRONG_NAMES,
        ({"total_minor": 0}, Code.amount_not_positive),
        ({"lines": []}, Code.details_missing),
        ({"total_minor": 31_199}, Code.details_differ),
        ({"total_minor": 31_201}, Code.details_differ),
        ({"pool": "nowhere"}, Code.pool_not_found),
        ({"bank_account": "nowhere"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
        ({"total_minor": BALANCE_MAX, "huge": True}, Code.balance_too_large),
    ],
)
def test_checks_in_order_and_brings_nobody(body: dict[str, Any], code: Code) -> None:
    books = people()
    if body.pop("huge", False):
        body["lines"] = [line(books, "A", BALANCE_MAX)]
    assert bring(books, **body).code is code
    assert books.row(LANE, Holder, "A") is None
    assert books.balance(LANE, "bank", "1010") == 2 * MONEY


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"holder": "A"}, Code.duplicate_detail),
        ({"key_id": "A:key"}, Code.duplicate_detail),
        ({"person": "person:A"}, Code.duplicate_detail),
        ({"holder": "no id"}, Code.id_malformed),
        ({"key_id": "no id"}, Code.id_malformed),
        ({"method": ""}, Code.details_missing),
        ({"public_key": b"short"}, Code.authority_evidence_invalid),
        ({"evidence_kind": "other"}, Code.authority_evidence_invalid),
        ({"person": "person:nobody"}, Code.person_not_found),
        ({"role": "friend"}, Code.account_role_differs),
        ({"kind": "company"}, Code.details_differ),
        ({"holder": "L1"}, Code.account_exists),
        ({"person": "person:L1"}, Code.account_exists),
        ({"key_id": "L1:key"}, Code.key_exists),
    ],
)
def test_names_the_clients_that_cannot_be_taken_over(other: dict[str, Any], code: Code) -> None:
    books = people()
    lines = [line(books, "A", 30_000), line(books, "B", 1_200, **other)]
    answer = bring(books, lines=lines, total_minor=30_000 + lines[1]["amount_minor"])
    assert answer.code is code
    if code not in (Code.amount_not_positive, Code.duplicate_detail, Code.person_not_found):
        assert answer.detail == {"holders": [lines[1]["holder"]]}
    assert books.row(LANE, Holder, "A") is None


def test_does_not_bring_a_locked_person() -> None:
    books = people()
    books.done(0, "lock:1", "person_lock", act="lock:1", person="person:B", reason="asked", maker="m1")
    assert bring(books).code is Code.person_locked
    assert books.row(LANE, Holder, "A") is None


def test_lets_a_legal_order_that_waits_have_what_comes() -> None:
    books = people("A", "B")
    books.done(
        0, "order:1", "legal_order", person="person:L1", issuer="court", instrument="1", currency="CNY",
        amount_minor=MONEY + 20_000, expires="2024-09-01", **NAMES,
    )  # fmt: skip
    books.deliver()
    assert books.five(LANE, "L1") == (0, 0, 0, 0, MONEY)  # and the order waits for 200.00 more
    lines = [line(books, "A", 1_200), line(books, "X", 30_000, person="person:L1", role="borrower")]
    assert bring(books, lines=lines).code is Code.done
    assert books.postings(LANE, "M1")[-1] == ("X:2010", "X:2040", 20_000)
    assert books.five(LANE, "X") == (10_000, 0, 0, 0, 20_000)
    assert books.five(LANE, "A") == (1_200, 0, 0, 0, 0)
    holder = books.get(LANE, Holder, "X")
    assert (holder.waiting_orders, holder.legal_orders, holder.state) == (0, 1, "imported")
    books.deliver()


def test_uses_a_certificate_once() -> None:
    books = people("A", "B", "C", "D")
    assert bring(books) == bring(books)
    answer = bring(books, "M2", lines=[line(books, "D", 5)], total_minor=5)
    assert answer.code is Code.certificate_exists
    assert bring(books, "M3", certificate="cert-2", lines=[line(books, "D", 5)], total_minor=5).code is Code.done


def test_is_refused_in_a_pool_that_takes_no_posting() -> None:
    books = people()
    set_state(books, Pool, "main", "stopped")
    assert bring(books).code is Code.pool_not_active


def test_takes_as_many_clients_as_one_journal_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    books = people()
    monkeypatch.setattr(opening_import, "ATOMIC_ITEMS", 3)
    assert bring(books).code is Code.done


def test_takes_two_thousand_clients_and_not_one_more() -> None:
    books = open_firm()
    key = books.keys.public_key("one")
    many = [line(books, f"N{n}", 1, person=f"person:N{n}", public_key=key) for n in range(2_001)]
    assert bring(books, lines=many, total_minor=2_001).code is Code.limit_exceeded


def test_wants_real_checks_outside_the_sandbox() -> None:
    books = Books(sandbox=False)
    books.platform(LANE)
    books.done(
        0, "register:A", "person_registration", person="person:A", kind="person", method="four_elements",
        source="registry", reference="r",
    )  # fmt: skip
    assert bring(books, "M", lines=[line(books, "A", 1)], total_minor=1).code is Code.pool_without_papers
    books.done(
        LANE, "papers", "pool_papers", pool="main", bank_account="bank", contract="c1", contract_until="2025-12-31", letter="l1",
        review_date="2025-12-31", **NAMES,
    )  # fmt: skip
    for source in ("sandbox", "registry"):  # the key is the sandbox's in both
        answer = bring(books, f"M:{source}", lines=[line(books, "A", 1, source=source)], total_minor=1)
        assert answer.code is Code.source_not_allowed


def test_a_balance_brought_under_a_waiting_order_goes_on_to_it() -> None:
    books = people("A", "B", "C")
    books.client(LANE, "A0", "borrower", person="person:A")
    order = {"issuer": "court", "instrument": "1", "currency": "CNY", "amount_minor": 29_000, "expires": "2024-12-31"}
    books.done(0, "O1", "legal_order", person="person:A", **order, **NAMES)
    books.settle_messages()
    assert bring(books).code is Code.done
    assert (books.five(LANE, "A"), books.five(LANE, "B")) == ((1_000, 0, 0, 0, 29_000), (1_200, 0, 0, 0, 0))
    books.settle_messages()
    holder = books.get(LANE, Holder, "A")
    assert (holder.waiting_orders, holder.legal_orders) == (0, 1)
    assert books.get(0, LegalOrder, "O1").state == "in_force"
