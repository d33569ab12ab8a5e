"""Bar: an id that nothing can be done under any more."""

from datetime import date

from cunguan.kernel.codes import Code
from tests.operations.driver import Books


def test_takes_an_id_for_ever_and_posts_nothing() -> None:
    books = Books()
    books.platform(1)
    books.client(1, "L1")
    answer = books.submit(1, "x", "bar", reason="paid outside")
    assert (answer.code, answer.why) == (Code.barred, "paid outside")
    assert answer.seq is not None
    grant = books.submit(1, "x", "mandate_grant", holder="L1", type="bid", cap_minor=1, until=date(2024, 4, 1))
    assert grant.code is Code.exists_with_different_kind
    assert books.submit(1, "x", "bar", reason="paid outside") == answer


def test_bars_in_its_own_lane_only() -> None:
    books = Books()
    books.platform(1)
    assert books.submit(0, "x", "bar", reason="mistaken").code is Code.barred
    assert books.submit(1, "x", "pool_opening", pools=[], bank_accounts=[], maker="m1", checker="c1").code is (
        Code.details_missing
    )


def test_cannot_bar_what_was_decided() -> None:
    books = Books()
    books.platform(1)
    assert books.submit(1, "open:1", "bar", reason="late").code is Code.exists_with_different_kind


def test_says_when_the_reason_is_missing_and_takes_the_id_all_the_same() -> None:
    books = Books()
    books.platform(1)
    assert books.submit(1, "x", "bar", reason="").code is Code.reason_missing
    assert books.submit(1, "x", "pool_opening", pools=[], bank_accounts=[], maker="m1", checker="c1").code is (
        Code.exists_with_different_kind
    )
