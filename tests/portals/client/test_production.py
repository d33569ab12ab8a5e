"""A newcomer of a production: who he is, said by a verifier that is no sandbox's, then his account, by his passkey; both ways in."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from cunguan.desks.parties.identity import Clear, Identity, NotVerified, Verified
from cunguan.kernel.codes import Code
from tests.conftest import fresh_database
from tests.doors.api.harness import running, set_profile
from tests.plane import harness as plane
from tests.portals.harness import Site, django_on
from tests.portals.signing.hands import Hands

LI = {
    "name": "李雷", "id_type": "resident_id", "id_number": "11010519491231002X", "card": "6222021001010001003",
    "bank": "102100099996", "mobile": "13800001234", "agrees_data": "on", "agrees_risks": "on",
}  # fmt: skip
OTHER = {**LI, "name": "韩梅梅", "id_number": "110101199003070273"}
ENGLISH = {"accept-language": "en"}


class Register:
    """A verifier and a list that are no sandbox's; each answer has a number of its own."""

    name, is_sandbox = "register", False

    def __init__(self) -> None:
        self.asked = 0

    def check(self, identity: Identity, elements: int) -> Verified | NotVerified:
        self.asked += 1
        if identity.mobile == "13800000000":
            return NotVerified(Code.identity_differs, "not of one person", self.name, f"r-{self.asked}")
        return Verified(self.name, f"r-{self.asked}", datetime.now(UTC), date(2099, 1, 1), elements)

    def screen(self, name: str, birth: date | None = None) -> Clear:
        return Clear(self.name, "list-1", datetime.now(UTC))


@pytest.fixture(scope="module")
def production(wheel_server_url: str) -> Iterator[Site]:
    """Portals of a production: lanes that take no sandbox's word."""
    home = Path(tempfile.mkdtemp(prefix="cunguan-production-"))
    try:
        for url in fresh_database(wheel_server_url):
            _ground(url)
            with running(url, home, is_sandbox=False) as stack, django_on(stack, is_sandbox=False) as site:
                yield site
    finally:
        shutil.rmtree(home)


def _ground(url: str) -> None:
    from cunguan.desks.ledger.migrate import migrate
    from cunguan.plane.across import Plane
    from cunguan.plane.lane import Lane
    from cunguan.store import roles

    migrate(url)
    roles.create(url)
    lanes = {0: Lane(0, url, owner="ground").start()}
    both, day = Plane(lanes), {"sandbox": False, "business_date": plane.DAY, **plane.NAMES}
    try:
        plane._all_done(both, 0, [
            plane.ask(0, "open:0", "lane_opening", platform="custodian", pack="", pools=[], bank_accounts=[], **day),
            plane.ask(0, "platform:1", "platform_registration", platform="P1", lane=1, sandbox=False, pack="cn_p2p", **plane.NAMES),
        ])  # fmt: skip
        lanes[1] = Lane(1, url, owner="ground").start()
        plane._all_done(both, 1, [plane.ask(
            1, "open:1", "lane_opening", platform="P1", pack="cn_p2p", pools=[{"id": "main", "currency": "CNY", "regime": "lending"}],
            bank_accounts=[{"id": "bank", "pool": "main", "channel": "bank", "reference": "r1"}], **day,
        )])  # fmt: skip
        set_profile(url, 1)
    finally:
        for one in reversed(lanes.values()):
            one.stop()


@pytest.fixture(autouse=True)
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    from cunguan.desks.parties import ports

    made = Register()
    told = ports.Ports(made, made, ports.SandboxLiveness())  # type: ignore[arg-type]
    monkeypatch.setattr(ports, "chosen", lambda: told)
    return made


def asked(site: Site, holder: str, person: str) -> str:
    """Have the platform ask for an account; return the end of the page's address."""
    body = {"id": f"open-{holder}", "holder": holder, "person": person, "role": "lender", "pool": "main"}
    answer = site.stack.door().post("/v1/openings", body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["page"].rstrip("/").rpartition("/")[2])


def brings(site: Site, person: str, **told: str) -> None:
    """Have the platform bring somebody's details."""
    answer = site.stack.door().put(f"/v1/persons/{person}", told)
    assert answer.status_code == 200, answer.text


def registered(site: Site, person: str) -> list[tuple[Any, ...]]:
    return site.query("SELECT method, source FROM person WHERE lane = 0 AND id = %s", person)


def test_who_chooses_a_platform_himself_is_registered_by_the_register_and_opens_by_his_passkey(
    production: Site,
) -> None:
    hands = Hands(production, reference="p-own-0001")
    wrong = hands.client.post("/me/open/1/main/", {**LI, "role": "lender", "mobile": "13800000000"}, headers=ENGLISH)
    assert wrong.status_code == 422 and registered(production, "p-own-0001") == []
    address = hands.client.post("/me/open/1/main/", {**LI, "role": "lender"})["Location"]
    assert registered(production, "p-own-0001") == [("four_elements", "register")]
    back = hands.sign(address)["Location"]
    assert [one.code for one in hands.outcome(address)] == [Code.done]
    assert hands.client.get(back).status_code == 302
    has = (
        "SELECT h.method, h.source, k.evidence_kind, k.public_key FROM holder_account h "
        "JOIN client_key k ON k.lane = h.lane AND k.id = h.key_id WHERE h.person = %s"
    )
    method, source, kind, key = production.query(has, "p-own-0001")[0]
    assert (method, source, kind, bytes(key)) == (
        "four_elements",
        "register",
        "webauthn_es256",
        hands.passkey.public_key,
    )
    holder = production.query("SELECT id FROM holder_account WHERE person = 'p-own-0001'")[0][0]
    limit = hands.begin("client_limit", holder=holder, each_minor=100, day_minor=100)
    assert hands.sign(limit).status_code == 302
    assert [one.code for one in hands.outcome(limit)] == [Code.done]


def test_who_has_an_account_opens_no_other_in_somebody_elses_name(production: Site) -> None:
    hands = Hands(production, reference="p-own-0002")
    address = hands.client.post("/me/open/1/main/", {**LI, "role": "lender"})["Location"]
    hands.client.get(hands.sign(address)["Location"])
    refused = hands.client.post("/me/open/1/main/", {**OTHER, "role": "borrower"}, headers=ENGLISH)
    assert refused.status_code == 422 and "do not belong to one person" in refused.content.decode()
    assert hands.client.post("/me/open/1/main/", {**LI, "role": "borrower"}).status_code == 302


def test_who_is_sent_by_a_platform_says_who_he_is_and_must_be_whom_it_brought(production: Site) -> None:
    token = asked(production, "SENT", "person:SENT")
    brings(production, "person:SENT", name="李 雷", id_type="id_card", id_number="11010519491231002x")
    thief, hands = (Hands(production, reference=f"p-sent-{n}") for n in range(2))
    page, form = f"/sign/ask/{token}/", f"/me/open/asked/{token}/"
    assert hands.client.post(page, {"answer": "sign"})["Location"] == form
    assert thief.client.post(form, OTHER).status_code == 422
    thief.user.refresh_from_db()
    assert (thief.user.reference, registered(production, "person:SENT")) == ("p-sent-0", [])
    address = hands.client.post(form, LI)["Location"]
    back = hands.sign(address)["Location"]
    assert [one.code for one in hands.outcome(address)] == [Code.done]
    assert hands.client.get(back)["Location"] == page, "the platform's request, which leads back to it"
    hands.user.refresh_from_db()
    assert hands.user.reference == "person:SENT"
    assert registered(production, "person:SENT") == [("four_elements", "register")]
    assert production.stack.door().get("/v1/authorisations/open-SENT").json()["answer"]["status"] == "done"
    assert thief.client.get(page).status_code == 404


def test_nobody_becomes_a_person_of_whom_the_platform_has_said_nothing(production: Site) -> None:
    token = asked(production, "SILENT", "person:SILENT")
    hands = Hands(production, reference="p-silent")
    refused = hands.client.post(f"/me/open/asked/{token}/", LI, headers=ENGLISH)
    assert refused.status_code == 422 and "has not told us whom it sends" in refused.content.decode()
    hands.user.refresh_from_db()
    assert hands.user.reference == "p-silent" and registered(production, "person:SILENT") == []


def test_a_reference_of_the_dialect_is_held_against_the_number_of_the_document(production: Site) -> None:
    from cunguan.doors.api.authorisations import fingerprint

    person = f"id:{fingerprint(production.home, 'person', 'PRC_ID', LI['id_number'])[:40]}"
    token = asked(production, "DIALECT", person)
    hands, form = Hands(production, reference="p-dialect"), f"/me/open/asked/{token}/"
    assert hands.client.post(form, OTHER).status_code == 422
    address = hands.client.post(form, LI)["Location"]
    assert hands.sign(address).status_code == 302
    assert [one.code for one in hands.outcome(address)] == [Code.done]


def test_an_opening_that_is_signed_without_the_identity_step_is_refused_and_bars_nobody(production: Site) -> None:
    from cunguan.doors.api import openings
    from cunguan.kernel.instruction import Instruction

    hands = Hands(production, reference="p-early")
    body = openings.Body("EARLY", "p-early", "lender", "main")
    address = hands.want([(1, Instruction("opening:EARLY", openings.KIND, body))])
    refused = hands.sign(address)
    assert refused.status_code == 422 and registered(production, "p-early") == []
    address = hands.client.post("/me/open/1/main/", {**LI, "role": "lender"})["Location"]
    assert hands.sign(address).status_code == 302
    assert [one.code for one in hands.outcome(address)] == [Code.done]
