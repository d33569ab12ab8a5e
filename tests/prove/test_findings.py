"""Each falsification is found, and the first row that breaks is named."""

import pytest
from nacl.signing import SigningKey

from cunguan.prove.report import prove
from tests.operations.lending_case import LANE
from tests.prove.case import change, first, found, one, seq


def _posting(url: str, instruction: str, line: int = 0) -> str:
    return f"lane = {LANE} AND seq = {seq(url, instruction)} AND line = {line}"


def test_finds_a_changed_amount(books: str) -> None:
    change(books, f"UPDATE posting SET amount_minor = amount_minor + 1 WHERE {_posting(books, 'disburse:X')}")
    finding = first(books)
    at = seq(books, "disburse:X")
    assert (finding.claim, finding.lane, finding.seq, finding.row) == ("running balances", LANE, at, f"posting {at}/0")
    assert int(finding.found) - int(finding.expected) == 1


def test_finds_a_deleted_posting(books: str) -> None:
    at = seq(books, "repay:1")
    change(books, f"DELETE FROM posting WHERE {_posting(books, 'repay:1', 2)}")
    finding = first(books)
    assert (finding.claim, finding.seq, finding.row) == ("journals", at, f"posting {at}/3")


def test_finds_a_deleted_last_posting(books: str) -> None:
    at = seq(books, "repay:1")
    change(books, f"DELETE FROM posting WHERE {_posting(books, 'repay:1', 3)}")
    finding = first(books)
    assert (finding.claim, finding.seq, finding.expected, finding.found) == ("journals", at, "4", "3")


def test_finds_a_whole_journal_that_was_deleted(books: str) -> None:
    at = seq(books, "in:L3:1500001")
    where = f"WHERE seq = {at} AND lane = {LANE}"
    change(books, f"DELETE FROM posting {where}", f"DELETE FROM journal {where}")
    finding = first(books)
    assert (finding.claim, finding.lane, finding.seq) == ("bodies", LANE, at)
    running = found(books, "running balances")[0]  # the next posting on the bank account no longer follows
    assert running.seq == seq(books, "fund")


def test_finds_a_changed_balance(books: str) -> None:
    account = one(books, "SELECT account FROM account WHERE lane = %s AND owner = 'L1' AND code = '2010'", LANE)
    change(books, f"UPDATE balance SET balance = balance + 1 WHERE lane = {LANE} AND account = {account}")
    finding = first(books)
    assert (finding.claim, finding.row) == ("balances", "balance of 2010 of L1")


def test_finds_a_hold_captured_twice(books: str) -> None:
    """Pay a captured hold out once more in a journal of its own, with the balances after it made to agree."""
    at = int(one(books, "SELECT head FROM lane WHERE lane = %s", LANE))
    giver = one(books, "SELECT account FROM hold WHERE lane = %s AND id = 'bid:L1:X'", LANE)
    taker = one(books, "SELECT account FROM account WHERE lane = %s AND owner = 'B' AND code = '2010'", LANE)
    after = {
        account: int(one(books, "SELECT balance FROM balance WHERE lane = %s AND account = %s", LANE, account))
        for account in (giver, taker)
    }
    opened = seq(books, "bid:L1:X")
    assert not one(books, "SELECT count(*) FROM journal WHERE lane = %s AND seq = %s", LANE, at)
    change(
        books,
        f"INSERT INTO journal VALUES ({LANE}, {at}, 1, NULL, 'disbursement')",
        f"UPDATE balance SET balance = balance + 5, seq = {at} WHERE lane = {LANE} AND account = {taker}",
        f"UPDATE balance SET seq = {at} WHERE lane = {LANE} AND account = {giver}",
        f"INSERT INTO posting VALUES ({LANE}, {at}, 0, {giver}, {taker}, 5, 0, {after[taker] + 5}, {opened}, {opened})",
    )
    finding = found(books, "holds")[0]
    assert (finding.seq, finding.row, finding.expected, finding.found) == (at, f"posting {at}/0", "0", "5")
    assert "more than is left" in finding.what


def test_finds_a_hold_whose_row_says_it_was_captured_again(books: str) -> None:
    change(books, "UPDATE hold SET captured_minor = 10, state = 'open' WHERE id = 'bid:L3:Y'")
    finding = first(books)
    assert (finding.claim, finding.row, finding.seq) == ("holds", "hold bid:L3:Y", seq(books, "bid:L3:Y"))


def test_finds_a_client_debit_whose_authority_was_removed(books: str) -> None:
    at = seq(books, "bid:L1:X")
    change(books, f"DELETE FROM authority WHERE lane = {LANE} AND seq = {at}")
    finding = found(books, "authority")[0]
    assert (finding.seq, finding.row) == (at, f"posting {at}/0")
    assert first(books).seq == at


def test_finds_a_client_debit_that_cites_no_authority(books: str) -> None:
    at = seq(books, "bid:L1:X")
    change(books, f"UPDATE posting SET authority = NULL WHERE lane = {LANE} AND seq = {at}")
    finding = found(books, "authority")[0]
    assert (finding.seq, finding.row, finding.found) == (at, f"posting {at}/0", "none")


#: what is forged -> the statement, the words of the finding
FORGED: dict[str, tuple[str, str]] = {
    "signature": ("UPDATE authority SET evidence = set_byte(evidence, 0, get_byte(evidence, 0) # 1)", "signature"),
    "owner": ("UPDATE authority SET owner = 'L2'", "text says otherwise"),
    "amount": ("UPDATE authority SET amount_minor = 7000000", "text says otherwise"),
    "listing": ("UPDATE authority SET listing = 'Y'", "text says otherwise"),
    "text": (
        "UPDATE authority SET "
        "canonical = convert_to(replace(convert_from(canonical, 'UTF8'), '6000000', '7000000'), 'UTF8')",
        "text says otherwise",
    ),
    "text and amount": (
        "UPDATE authority SET amount_minor = 7000000, "
        "canonical = convert_to(replace(convert_from(canonical, 'UTF8'), '6000000', '7000000'), 'UTF8')",
        "challenge is not the hash",
    ),
    "text, amount and challenge": (
        "UPDATE authority SET amount_minor = 7000000, "
        "canonical = convert_to(replace(convert_from(canonical, 'UTF8'), '6000000', '7000000'), 'UTF8'), "
        "challenge = sha256('cunguan-authority-v1\n'::bytea || "
        "convert_to(replace(convert_from(canonical, 'UTF8'), '6000000', '7000000'), 'UTF8'))",
        "signature",
    ),
    "evidence kind": ("UPDATE authority SET evidence_kind = 'told_by_phone'", "cannot be verified"),
    "another's key": ("UPDATE authority SET key_id = 'L2:key'", "not the one this client registered"),
}


@pytest.mark.parametrize("what", FORGED)
def test_finds_a_client_debit_whose_authority_was_forged(books: str, what: str) -> None:
    at = seq(books, "bid:L1:X")
    statement, words = FORGED[what]
    change(books, f"{statement} WHERE lane = {LANE} AND seq = {at}")
    finding = found(books, "authority")[0]
    assert (finding.seq, finding.row) == (at, f"authority {at}")
    assert words in finding.what
    assert first(books).seq == at


def test_finds_an_authority_signed_by_a_key_the_client_never_registered(books: str) -> None:
    at = seq(books, "bid:L1:X")
    key = SigningKey(b"9" * 32)
    challenge = bytes(one(books, "SELECT challenge FROM authority WHERE lane = %s AND seq = %s", LANE, at))
    change(
        books,
        f"UPDATE authority SET public_key = %(key)s, evidence = %(signature)s WHERE lane = {LANE} AND seq = {at}",
        key=bytes(key.verify_key),
        signature=key.sign(challenge).signature,
    )
    finding = found(books, "authority")[0]
    assert (finding.seq, finding.row) == (at, f"authority {at}")
    assert "key" in finding.what


def test_finds_a_key_that_was_put_in_the_place_of_the_clients(books: str) -> None:
    change(books, "UPDATE client_key SET public_key = decode(repeat('ab', 32), 'hex') WHERE id = 'L1:key'")
    finding = first(books)
    assert (finding.claim, finding.seq, finding.row) == ("bodies", seq(books, "account:L1"), "client_key L1:key")


def test_finds_an_authority_of_another_client(books: str) -> None:
    at = seq(books, "bid:L1:X")
    change(books, f"UPDATE posting SET authority = {seq(books, 'consent:B:fees:1')} WHERE lane = {LANE} AND seq = {at}")
    finding = found(books, "authority")[0]
    assert (finding.seq, finding.row, finding.expected, finding.found) == (at, f"posting {at}/0", "L1", "B")


def test_finds_a_confirmation_used_a_second_time(books: str) -> None:
    change(books, f"UPDATE posting SET authority = {seq(books, 'bid:first')} WHERE {_posting(books, 'bid:L3:X')}")
    at = seq(books, "bid:L3:X")
    finding = found(books, "authority")[0]
    assert (finding.seq, finding.row) == (at, f"posting {at}/0")


def test_finds_a_mandate_used_after_its_revocation(books: str) -> None:
    at = seq(books, "revoke")
    bid = seq(books, "bid:L2:X")
    change(books, f"UPDATE state_move SET seq = {bid - 1} WHERE lane = {LANE} AND seq = {at} AND machine = 'mandate'")
    finding = found(books, "authority")[0]
    assert (finding.seq, finding.row) == (bid, f"posting {bid}/0")
    assert "ended" in finding.what


def test_finds_a_mandate_whose_use_was_made_smaller(books: str) -> None:
    change(books, "UPDATE mandate SET used_minor = used_minor - 1")
    finding = first(books)
    assert (finding.claim, finding.expected, finding.found) == ("authority", "3000000", "2999999")


def test_finds_an_authority_that_was_given_later(books: str) -> None:
    """Move a grant behind the bid it was used for: what it says is still true, and too late."""
    at, later = seq(books, "bid:L2:X"), seq(books, "disburse:X")
    granted = int(one(books, "SELECT authority FROM mandate WHERE lane = %s", LANE))
    change(
        books,
        f"UPDATE authority SET seq = {later} WHERE lane = {LANE} AND seq = {granted}",
        f"UPDATE posting SET authority = {later} WHERE lane = {LANE} AND authority = {granted}",
    )
    assert "given later" in found(books, "authority")[0].what
    assert found(books, "authority")[0].seq == at


def test_finds_a_fee_taken_from_another_purpose(books: str) -> None:
    """Let a repayment's money be set aside under the consent to fees."""
    at = seq(books, "repay:1")
    change(
        books,
        f"UPDATE posting SET authority = {seq(books, 'consent:B:fees:1')} WHERE lane = {LANE} AND seq = {at}",
    )
    assert found(books, "authority")[0].seq == at


def test_finds_a_fee_above_its_item(books: str) -> None:
    change(books, "UPDATE fee_schedule SET items = replace(items::text, '\"rate_bp\": 200', '\"rate_bp\": 100')::jsonb")
    assert found(books, "authority")[0].seq == seq(books, "disburse:X")
    assert first(books).claim == "bodies"


def test_finds_a_swapped_posting_order(books: str) -> None:
    at = seq(books, "repay:1")
    where = f"lane = {LANE} AND seq = {at} AND line"
    change(
        books,
        f"UPDATE posting SET line = 99 WHERE {where} = 1",
        f"UPDATE posting SET line = 1 WHERE {where} = 2",
        f"UPDATE posting SET line = 2 WHERE {where} = 99",
    )
    finding = first(books)
    assert (finding.claim, finding.seq, finding.row) == ("running balances", at, f"posting {at}/1")


def test_finds_a_removed_instruction(books: str) -> None:
    at = seq(books, "bid:L1:X")
    change(books, f"DELETE FROM instruction WHERE lane = {LANE} AND seq = {at}")
    finding = first(books)
    assert (finding.claim, finding.seq, finding.row) == ("sequence", at, f"instruction {at}")


def test_finds_a_removed_last_instruction(books: str) -> None:
    head = int(one(books, "SELECT head FROM lane WHERE lane = %s", LANE))
    change(books, f"DELETE FROM instruction WHERE lane = {LANE} AND seq = {head}")
    finding = first(books)
    assert (finding.claim, finding.seq) == ("sequence", head)


def test_finds_a_removed_batch(books: str) -> None:
    at = seq(books, "bid:L1:X")
    change(books, f"DELETE FROM batch WHERE lane = {LANE} AND first_seq = {at}")
    finding = first(books)
    assert (finding.claim, finding.seq, finding.row) == ("sequence", at, f"batch {at}")


def test_finds_an_id_that_was_changed(books: str) -> None:
    at = seq(books, "bid:L1:X")
    change(books, f"UPDATE instruction SET id = 'bid:L9:X' WHERE lane = {LANE} AND seq = {at}")
    finding = first(books)
    assert (finding.claim, finding.seq, finding.row) == ("sequence", at, "instruction bid:L9:X")


#: what is changed of a claim -> how
CLAIM: dict[str, str] = {
    "principal": "UPDATE claim SET principal_minor = principal_minor + 1",
    "interest": "UPDATE claim SET interest_minor = interest_minor + 1",
    "holder": "UPDATE claim SET holder = 'L3'",
    "state": "UPDATE claim SET state = 'settled'",
    "gone": "DELETE FROM claim",
}


@pytest.mark.parametrize("what", CLAIM)
def test_finds_a_changed_claim(books: str, what: str) -> None:
    change(books, f"{CLAIM[what]} WHERE id = 'bid:L1:X'")
    finding = first(books)
    assert (finding.claim, finding.row) == ("claim register", "claim bid:L1:X")
    assert finding.seq == seq(books, "disburse:X")


def test_finds_a_claim_that_was_changed_with_its_move(books: str) -> None:
    at = seq(books, "disburse:X")
    change(
        books,
        f"UPDATE claim_move SET principal_minor = principal_minor + 5 WHERE seq = {at} AND holder = 'L1'",
        f"UPDATE claim_move SET principal_minor = principal_minor - 5 WHERE seq = {at} AND holder = 'L2'",
        "UPDATE claim SET principal_minor = principal_minor + 5 WHERE id = 'bid:L1:X'",
        "UPDATE claim SET principal_minor = principal_minor - 5 WHERE id = 'bid:L2:X'",
    )
    finding = first(books)
    assert (finding.claim, finding.seq, finding.expected, finding.found) == ("claim register", at, "6000000", "6000005")


#: instruction whose body is altered -> what is replaced by what
BODY: dict[str, tuple[str, str]] = {
    "bid:L1:X": ('"amount_minor":6000000', '"amount_minor":6000001'),
    "bid:L2:X": ('"listing":"X"', '"listing":"Y"'),
    "bid:first": ('"lender":"L3"', '"lender":"L1"'),
    "reg:X": ('"rate_e6":120000', '"rate_e6":240000'),
    "in:L1:7000000": ("7000000", "70000000"),
    "notice:1": ("20000", "30000"),
    "repay:1": ('"interest_minor":100000', '"interest_minor":100001'),
    "W1": ("9000000", "9000001"),
    "account:L1": ('"person":"person:L1"', '"person":"person:L2"'),
    "publish:fees:1": ('"rate_bp":200', '"rate_bp":300'),
    "cancel": ('{"lender"', '{ "lender"'),
}


@pytest.mark.parametrize("instruction", BODY)
def test_finds_an_altered_body(books: str, instruction: str) -> None:
    old, new = BODY[instruction]
    at = seq(books, instruction)
    assert old in bytes(one(books, "SELECT body FROM instruction WHERE lane = %s AND seq = %s", LANE, at)).decode()
    change(
        books,
        "UPDATE instruction SET body = convert_to(replace(convert_from(body, 'UTF8'), %(old)s, %(new)s), 'UTF8') "
        f"WHERE lane = {LANE} AND seq = {at}",
        old=old,
        new=new,
    )
    finding = first(books)
    assert (finding.claim, finding.lane, finding.seq) == ("bodies", LANE, at)


#: other rows behind the plane's back -> the claim that finds them
OTHERS: dict[str, tuple[str, str]] = {
    "a withdrawal said to be paid": ("UPDATE withdrawal SET state = 'settled' WHERE id = 'W4'", "transit"),
    "a deposit said to be cleared": ("UPDATE deposit SET state = 'cleared' WHERE id = 'notice:2'", "transit"),
    "a withdrawal whose row is gone": ("DELETE FROM withdrawal WHERE id = 'W4'", "bodies"),
    "a hold whose row is gone": ("DELETE FROM hold WHERE id = 'bid:L3:Y'", "holds"),
    "a listing lent more": ("UPDATE listing SET lent_minor = lent_minor - 1 WHERE id = 'X'", "listings"),
    "a plan row paid": ("UPDATE plan_row SET paid_interest_minor = interest_minor WHERE id = 'X:2'", "listings"),
    "an exposure made smaller": ("UPDATE exposure SET reserved_minor = reserved_minor - 1", "limits"),
    "an account unlocked": ("UPDATE holder_account SET state = 'active' WHERE id = 'L3'", "state moves"),
    "a card that nobody unbound": ("UPDATE card SET state = 'unbound' WHERE id = 'L1:card'", "state moves"),
    "a day that goes back": (
        "UPDATE batch SET business_date = business_date + 40 WHERE first_seq = 9 AND lane = 1",
        "batches",
    ),
    "an account of another pool": (
        "UPDATE account SET pool = 'other' WHERE owner = 'L3' AND code = '2010'",
        "postings",
    ),
    "a refusal that posts": (
        "UPDATE instruction SET state = 'refused', code = 290 WHERE id = 'bid:L1:X'",
        "journals",
    ),
    "an account without a balance": (
        "DELETE FROM balance WHERE account = (SELECT max(account) FROM account)",
        "balances",
    ),
}


@pytest.mark.parametrize("what", OTHERS)
def test_finds(books: str, what: str) -> None:
    statement, claim = OTHERS[what]
    change(books, statement)
    report = prove(books)
    assert claim in {result.claim for result in report.claims if result.broken}


def test_finds_a_payee_that_the_purpose_does_not_allow(books: str) -> None:
    """Pay one bid out to a lender instead of the borrower, with running balances and balances made to agree."""
    at = seq(books, "disburse:X")
    change(books, f"UPDATE listing SET borrower = 'L2' WHERE lane = {LANE} AND id = 'X'")
    holds = found(books, "holds")
    assert {finding.seq for finding in holds} == {at}
    assert all("is paid to another" in finding.what for finding in holds)


def test_finds_money_that_leaves_by_no_exit(books: str) -> None:
    at = seq(books, "bank:demobank:W1:settled")
    change(books, f"UPDATE instruction SET id = 'by-hand' WHERE lane = {LANE} AND seq = {at}")
    finding = found(books, "exits")[0]
    assert (finding.seq, finding.row, finding.found) == (at, f"posting {at}/0", "by-hand")


def test_finds_a_pool_that_is_not_covered(books: str) -> None:
    """Let the money of a deposit stand as owed by the firm, not in the bank."""
    firm = one(books, "SELECT account FROM account WHERE lane = 2 AND code = '1030'")
    at = seq(books, "in:M:1000", lane=2)
    change(books, f"UPDATE posting SET debit_account = {firm} WHERE lane = 2 AND seq = {at}")
    owed, cash = (
        one(
            books,
            f"SELECT coalesce(sum(balance), 0)::int8 FROM balance JOIN account USING (lane, account) WHERE lane = 2 AND {which}",
        )
        for which in ("left(code, 1) = '2' AND code <> '2015'", "code = '1010'")
    )
    [shortfall] = [finding for finding in found(books, "cover") if "shortfall" in finding.what]
    lost = one(books, f"SELECT amount_minor FROM posting WHERE lane = 2 AND seq = {at}")
    assert (shortfall.lane, shortfall.expected, shortfall.found) == (2, f"at least {owed}", str(cash - lost))


#: what is wrong about legal orders -> the statement, the row, the words of the finding
ORDERS: dict[str, tuple[str, str, str]] = {
    "frozen":    ("UPDATE legal_freeze SET frozen_minor = frozen_minor - 1 WHERE id = 'order:1:L1'",
                  "legal_freeze order:1:L1", "not what was frozen"),
    "whose":     ("UPDATE legal_freeze SET holder = 'L2' WHERE id = 'order:1:L1'",
                  "legal_freeze order:1:L1", "another's"),
    "no freeze": ("UPDATE order_here SET frozen_minor = frozen_minor - 1 WHERE id = 'order:1'", "order_here order:1",
                  "not what was frozen"),
    "taken":     ("UPDATE legal_freeze SET taken_minor = 0 WHERE id = 'order:1:L1'",
                  "legal_freeze order:1:L1", "not what was frozen and taken"),
    "limit":     ("UPDATE order_here SET limit_minor = 7 WHERE id = 'order:1'", "order_here order:1", "lane 0 said last"),
    "state":     ("UPDATE order_here SET state = 'ended' WHERE id = 'order:1'", "order_here order:1", "lane 0 said last"),
    "waiting":   ("UPDATE holder_account SET waiting_orders = 0 WHERE id = 'L1'", "holder_account L1", "waiting and in force"),
    "in force":  ("UPDATE holder_account SET legal_orders = 0 WHERE id = 'L1'", "holder_account L1", "waiting and in force"),
    "confirmed": ("UPDATE order_share SET filled_minor = filled_minor + 1 WHERE id = 'order:1:1'", "order_share order:1",
                  "confirmed another"),
    "not heard": ("UPDATE order_share SET filled_minor = filled_minor - 1 WHERE id = 'order:1:1'", "order_share order:1",
                  "confirmed another"),
    "no share":  ("DELETE FROM order_share WHERE id = 'order:1:1'", "order_share order:1", "no share"),
    "total":     ("UPDATE legal_order SET filled_minor = filled_minor + 1 WHERE id = 'order:1'", "legal_order order:1",
                  "what its lanes have"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", ORDERS)
def test_finds_what_is_wrong_about_a_legal_order(books: str, wrong: str) -> None:
    statement, row, what = ORDERS[wrong]
    change(books, statement)
    findings = found(books, "freezes")
    assert any(finding.row == row and what in finding.what for finding in findings), findings


def test_finds_a_credit_that_slipped_past_a_waiting_order(books: str) -> None:
    at = seq(books, "in:L1:70000")
    change(books, f"DELETE FROM posting WHERE lane = {LANE} AND seq = {at} AND line = 1")
    whats = {finding.what for finding in found(books, "freezes")}
    assert "money stays available while a legal order waits for it" in whats
    assert "money is available while a legal order waits for it" in whats


def test_finds_a_freeze_under_no_order_of_its_owner(books: str) -> None:
    at = seq(books, "in:L1:70000")
    of_another = seq(books, "legal:order:4:1:1")
    change(books, f"UPDATE posting SET authority = {of_another}, opened = {of_another} WHERE lane = {LANE} AND seq = {at} "
                  "AND line = 1")  # fmt: skip
    assert any("under no order over its owner" in finding.what for finding in found(books, "freezes"))
    assert any("over another" in finding.what for finding in found(books, "authority"))
