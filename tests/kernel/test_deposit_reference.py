"""Deposit references: read back as they were made, in any groups; a mistyped digit names nobody."""

from hypothesis import given
from hypothesis import strategies as st

from cunguan.kernel.deposit_reference import Holder, creditor_reference, number_in, references_in, virtual_account

HOLDERS = st.builds(Holder, st.integers(0, 99_999), st.integers(0, 10**12 - 1))
ACCOUNTS = st.text(min_size=1, max_size=20).filter(lambda text: any(one.isascii() and one.isalnum() for one in text))


@given(HOLDERS, st.integers(1, 20))
def test_a_reference_is_found_in_groups_and_among_words(holder: Holder, every: int) -> None:
    text = creditor_reference(holder)
    grouped = " ".join(text[at : at + every] for at in range(0, len(text), every))
    assert references_in(f"rent {grouped.lower()}\nthanks") == {holder}


@given(HOLDERS, st.integers(2, 20), st.integers(1, 9))
def test_one_wrong_digit_names_nobody(holder: Holder, place: int, more: int) -> None:
    text = creditor_reference(holder)
    wrong = text[:place] + str((int(text[place]) + more) % 10) + text[place + 1 :]
    assert references_in(wrong) == set()


@given(ACCOUNTS, st.integers(0, 10**12 - 1), st.integers(1, 9), st.data())
def test_a_virtual_account_is_its_holders_or_nobodys(account: str, number: int, more: int, data: st.DataObject) -> None:
    whole = virtual_account(account, number)
    assert number_in(account, whole) == number
    place = data.draw(st.integers(len(whole) - 14, len(whole) - 1))
    wrong = whole[:place] + str((int(whole[place]) + more) % 10) + whole[place + 1 :]
    assert number_in(account, wrong) is None
