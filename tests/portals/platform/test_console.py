"""The platform's console: what its people see and do is what its API says, of their own lane alone."""

import base64
import uuid
from typing import Any

import pytest

from cunguan.keys.algorithms import algorithm
from tests.doors.api.harness import LENDERS, add_key
from tests.portals.harness import Site


@pytest.fixture
def admin(site: Site) -> Any:
    """An administrator of P1."""
    return site.signed_in("platform", lane=1, roles=("admin",))


def text(answer: Any) -> str:
    """Return a page's words."""
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def stepped_up(monkeypatch: pytest.MonkeyPatch, where: str) -> list[Any]:
    """Let a session have signed whatever is asked; return what was asked."""
    asked: list[Any] = []

    def signed(request: Any, act: str, lines: Any, *, back: str) -> None:
        asked.append((act, list(lines), back))

    monkeypatch.setattr(f"cunguan.doors.portals.platform.{where}.step_up", signed)
    return asked


def public() -> str:
    """Return a new public key, as people hand it round."""
    _, made = algorithm("ed25519").signer(algorithm("ed25519").generate())
    return base64.b64encode(made).decode()


# ── reading ──────────────────────────────────────────────────────────────────
def test_a_client_is_shown_with_his_balances_and_holds(site: Site, admin: Any) -> None:
    page = text(admin.get(f"/platform/clients/{LENDERS[0]}/"))
    available = site.query(
        "SELECT b.balance FROM holder_account h JOIN balance b ON b.lane = h.lane AND b.account = h.base WHERE h.lane = 1 AND h.id = %s",
        LENDERS[0],
    )[0][0]
    assert f"{available / 100:,.2f}" in page
    assert f"person:{LENDERS[0]}" in page


def test_another_lanes_client_is_not_there_though_his_name_is_known(site: Site) -> None:
    client = site.signed_in("platform", lane=2, roles=("admin",))
    assert client.get("/platform/listings/X0/").status_code == 404
    assert "X0" not in text(client.get("/platform/listings/"))


def test_lists_are_filtered_paged_and_exported(admin: Any) -> None:
    rows = admin.get("/platform/clients/?role=lender&export=csv").content.decode("utf-8-sig").splitlines()
    assert rows[0] == "account,person,pool,role,kind,state"
    assert {row.split(",")[3] for row in rows[1:]} == {"lender"}
    assert text(admin.get("/platform/clients/?role=borrower")).count("data-label") > 0
    assert (
        admin.get(f"/platform/clients/?account={LENDERS[1]}").headers["location"] == f"/platform/clients/{LENDERS[1]}/"
    )


def test_instructions_are_told_newest_first_with_live_counts(site: Site, admin: Any) -> None:
    head = site.query("SELECT head FROM lane WHERE lane = 1")[0][0]
    assert f"/platform/instructions/{head}/" in text(admin.get("/platform/instructions/"))
    part = text(admin.get("/platform/instructions/counts/", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert 'hx-trigger="every 5s"' in part


def test_who_has_no_role_sees_no_figures(site: Site) -> None:
    client = site.signed_in("platform", lane=1)
    assert "P1" not in text(client.get("/platform/"))
    assert client.get("/platform/clients/").status_code == 403


# ── keys ─────────────────────────────────────────────────────────────────────
def test_a_key_is_replaced_with_an_overlap_under_a_persons_name(
    site: Site, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, asked, new = add_key(site.url, scopes=("read", "keys")).key_id, stepped_up(monkeypatch, "keys"), public()
    sent = {"algorithm": "ed25519", "public_key": new, "scopes": ["read"], "overlap_hours": "2"}
    answer = admin.post(f"/platform/keys/{old}/rotate/", sent)
    made = answer.headers["location"].rstrip("/").rsplit("/", 1)[-1]
    rows = site.query("SELECT scopes, made_by, replaces FROM door_key WHERE id = %s", made)
    assert rows == [(["read"], f"console:{admin.user.reference}", old)]
    ((hours,),) = site.query("SELECT extract(epoch FROM valid_until - now()) / 3600 FROM door_key WHERE id = %s", old)
    assert 1.9 < float(hours) <= 2
    ((act, lines, back),) = asked
    assert act == "platform_key_rotate"
    assert (new, "read") == (
        dict(lines).get("新公钥") or dict(lines)["New public key"],
        dict(lines).get("权限") or dict(lines)["Rights"],
    )
    assert back.startswith(f"/platform/keys/{old}/rotate/?")


def test_a_key_is_added_with_fewer_rights_never_more(site: Site, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    old = add_key(site.url, scopes=("read",), networks=("203.0.113.0/24",)).key_id
    stepped_up(monkeypatch, "keys")
    more = admin.post(
        f"/platform/keys/{old}/add/", {"algorithm": "ed25519", "public_key": public(), "scopes": ["read", "instruct"]}
    )
    assert more.status_code == 200  # the form again, with why not
    answer = admin.post(
        f"/platform/keys/{old}/add/", {"algorithm": "ed25519", "public_key": public(), "scopes": ["read"]}
    )
    made = answer.headers["location"].rstrip("/").rsplit("/", 1)[-1]
    ((networks,),) = site.query("SELECT networks::text[] FROM door_key WHERE id = %s", made)
    ((until,),) = site.query("SELECT valid_until FROM door_key WHERE id = %s", old)
    assert networks == ["203.0.113.0/24"]
    assert until is None, "the old one goes on"


def test_a_key_is_revoked_at_once(site: Site, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    door = site.stack.door()
    assert door.get("/v1/platform").status_code == 200
    stepped_up(monkeypatch, "keys")
    admin.post(f"/platform/keys/{door.signer.key_id}/revoke/", {"reason": "the laptop is lost"})
    assert door.sent(door.request("GET", "/v1/platform"), check=False).status_code == 401


def test_another_platforms_key_is_not_there(site: Site, admin: Any) -> None:
    other = add_key(site.url, "P2").key_id
    for act in ("", "add/", "rotate/", "revoke/"):
        assert admin.get(f"/platform/keys/{other}/{act}").status_code == 404


# ── webhooks ─────────────────────────────────────────────────────────────────
def test_a_secret_is_shown_once(site: Site, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stepped_up(monkeypatch, "webhooks")
    name = f"w{uuid.uuid4().hex[:8]}"
    made = text(
        admin.post("/platform/webhooks/new/", {"id": name, "url": "http://127.0.0.1:9/hook", "types": "withdrawal.*"})
    )
    assert "whsec_" in made
    assert "whsec_" not in text(admin.get(f"/platform/webhooks/to/{name}/"))
    rotated = text(admin.post(f"/platform/webhooks/to/{name}/rotate/", {"overlap_hours": "1"}))
    assert "whsec_" in rotated


def test_a_test_goes_out_and_stands_in_the_list(site: Site, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stepped_up(monkeypatch, "webhooks")
    name = f"w{uuid.uuid4().hex[:8]}"
    admin.post("/platform/webhooks/new/", {"id": name, "url": "http://127.0.0.1:9/hook"})
    admin.post(f"/platform/webhooks/to/{name}/test/")
    assert f"{name}:0:1" in text(admin.get(f"/platform/webhooks/deliveries/?endpoint={name}"))
    assert text(admin.get(f"/platform/webhooks/deliveries/{name}:0:1/"))


def test_what_the_door_refuses_is_told_on_the_page(admin: Any) -> None:
    page = admin.post("/platform/webhooks/to/nothing/change/", {"url": "ftp://x"}, follow=True)
    assert page.status_code == 404
    answer = admin.post("/platform/sandbox/bank/", {"behaviour": "sings"}, follow=True)
    assert 'role="status"' in text(answer)


# ── sums and the sandbox ─────────────────────────────────────────────────────
def test_what_the_bank_holds_and_what_is_paid_in_are_amounts(site: Site, admin: Any) -> None:
    page = text(admin.get("/platform/sandbox/"))
    assert "bank · USD" in page and "amount_minor" not in page
    for wrong in ({"bank_account": "bank", "amount": "1.001"}, {"bank_account": "nothing", "amount": "1"}):
        answer = admin.post("/platform/sandbox/receipts/", {"id": "r", "holder": LENDERS[1], **wrong}, follow=True)
        assert 'role="status"' in text(answer)


# ── reversals ────────────────────────────────────────────────────────────────
def test_a_reversal_is_asked_for_and_taken_back(site: Site, admin: Any) -> None:
    name = f"rev-{uuid.uuid4().hex[:8]}"
    sent = {
        "id": name,
        "of": "ground:000001",
        "line": "0",
        "holder": LENDERS[1],
        "amount": "０.07",
        "reason": "twice",
    }
    answer = admin.post("/platform/reversals/ask/", sent)
    assert answer.headers["location"] == f"/platform/reversals/of/{name}/"
    assert site.query("SELECT amount_minor FROM adjustment WHERE lane = 1 AND id = %s", name) == [(7,)]
    for page in ("/platform/reversals/", f"/platform/reversals/of/{name}/"):
        shown = text(admin.get(page))
        assert name in shown and "0.07" in shown and "USD" in shown
    admin.post(f"/platform/reversals/of/{name}/withdraw/", {"reason": "it was right"})
    assert site.query("SELECT state FROM adjustment WHERE lane = 1 AND id = %s", name) == [("withdrawn",)]


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"amount": "7.001"}, "at most 2 decimals"), ({"amount": "seven"}, "at most 2 decimals"), ({"holder": "nobody"}, "no client")],
)  # fmt: skip
def test_what_is_no_amount_of_a_client_is_told_in_the_form(admin: Any, changed: dict[str, str], says: str) -> None:
    sent = {"of": "ground:000001", "line": "0", "holder": LENDERS[1], "amount": "7", "reason": "twice", **changed}
    page = text(admin.post("/platform/reversals/ask/", sent, headers={"Accept-Language": "en"}))
    assert says in page
    assert "twice" in page, "what was typed stays"
