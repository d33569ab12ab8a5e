"""Identity: what is seen here is asked of nobody, a port that does not answer is in doubt, and no verdict counts unsigned."""

from datetime import UTC, date, datetime

import pytest

from cunguan.desks.parties import identity
from cunguan.desks.parties.identity import (
    Clear,
    Found,
    Identity,
    NotVerified,
    Session,
    Verdict,
    Verified,
    verify,
)
from cunguan.desks.parties.ports.sandbox_liveness import KEY, SandboxLiveness
from cunguan.desks.parties.ports.sandbox_screening import SandboxScreening
from cunguan.desks.parties.ports.sandbox_verifier import SandboxVerifier
from cunguan.desks.parties.ports.verdicts import is_signed
from cunguan.kernel.codes import Code

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
WHO = Identity("张三", "resident_id", "11010519491231002X", "13800001234", "6222021001010006")
CARD = "6228480402564890018"


class Asked:
    """A verifier that writes down what it was asked."""

    name, is_sandbox = "asked", False

    def __init__(self) -> None:
        self.asked: list[Identity] = []

    def check(self, who: Identity, elements: int) -> Verified | NotVerified:
        self.asked.append(who)
        return Verified("asked", "E1", NOW, date(2027, 11, 26), elements)


@pytest.mark.parametrize(
    ("changed", "elements", "code"),
    [
        ({"id_type": "library_card"},              4, Code.id_type_unknown),
        ({"id_number": "110105194912310021"},      4, Code.id_number_wrong),
        ({"mobile": "12"},                         4, Code.id_number_wrong),
        ({"card": "6228480402564890019"},          4, Code.card_number_wrong),
        ({"id_number": "110105200811260010"},      4, Code.age_too_low),
        ({"card": ""},                             4, Code.identity_elements_missing),
        ({"mobile": ""},                           3, Code.identity_elements_missing),
        ({"name": " "},                            2, Code.identity_elements_missing),
    ],
)  # fmt: skip
def test_asks_nobody_for_what_is_seen_here(changed: dict[str, str], elements: int, code: Code) -> None:
    from msgspec.structs import replace

    if code is Code.age_too_low:
        changed = {"id_number": _young()}
    port = Asked()
    said = verify(replace(WHO, **{"card": CARD, **changed}), elements, verifier=port, now=NOW)
    assert isinstance(said, NotVerified)
    assert (said.code, port.asked) == (code, [])


def test_asks_in_one_form_and_tells_the_birth() -> None:
    port = Asked()
    who = Identity(" 张  三 ", "resident_id", "110105 19491231 002x", "+86 138 0000 1234", "6228 4804 0256 4890 018")
    said = verify(who, verifier=port, now=NOW)
    assert isinstance(said, Verified)
    assert (said.birth, said.elements) == (date(1949, 12, 31), 4)
    assert port.asked == [Identity("张 三", "resident_id", "11010519491231002X", "13800001234", CARD)]


def test_is_eighteen_by_the_date_in_china() -> None:
    number = _born("20081127")
    who = Identity("李四", "resident_id", number)
    before, after = datetime(2026, 11, 26, 15, 59, tzinfo=UTC), datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
    assert verify(who, 2, verifier=Asked(), now=before).code is Code.age_too_low  # type: ignore[union-attr]
    assert isinstance(verify(who, 2, verifier=Asked(), now=after), Verified)


@pytest.mark.parametrize(
    ("mobile", "code"),
    [("13800001234", None), ("13800000000", Code.identity_differs), ("13800009999", Code.in_doubt)],
)
def test_the_sandbox_has_every_answer(mobile: str, code: Code | None) -> None:
    said = verify(Identity("张三", "resident_id", WHO.id_number, mobile), 3, verifier=SandboxVerifier())
    assert getattr(said, "code", None) is code


def test_the_sandbox_screens_by_names_of_its_own() -> None:
    port = SandboxScreening()
    assert isinstance(identity.screen("张三", screening=port), Clear)
    assert isinstance(identity.screen("Sanctioned  PERSON", screening=port), Found)
    assert identity.screen("无应答", screening=port).code is Code.in_doubt  # type: ignore[union-attr]
    assert identity.screen("", screening=port).code is Code.identity_elements_missing  # type: ignore[union-attr]


def test_no_look_at_a_face_without_his_consent() -> None:
    port = SandboxLiveness()
    asked = identity.begin_liveness("opening", "person:1", has_consent=False, liveness=port)
    assert isinstance(asked, NotVerified) and asked.code is Code.consent_missing
    assert isinstance(identity.begin_liveness("opening", "person:1", has_consent=True, liveness=port), Session)


@pytest.mark.parametrize(
    ("subject", "code"),
    [("person:1", None), ("person:1-not-live", Code.liveness_failed), ("person:1-no-answer", Code.in_doubt)],
)
def test_a_verdict_is_signed_and_holds_no_picture(subject: str, code: Code | None) -> None:
    said = identity.liveness_verdict("S1", "opening", subject, liveness=SandboxLiveness())
    assert getattr(said, "code", None) is code
    if isinstance(said, Verdict):
        key = bytes(KEY.verify_key)
        assert is_signed(said.said, said.signature, key)
        assert not is_signed(said.said + b" ", said.signature, key)
        assert len(said.said) < 300


def test_says_nothing_of_a_person_where_it_may_be_logged() -> None:
    assert repr(WHO) == "Identity(resident_id)"


def _young() -> str:
    return _born("20100101")


def _born(day: str) -> str:
    from stdnum.cn import ric

    return f"110105{day}001{ric.calc_check_digit(f'110105{day}0010')}"
