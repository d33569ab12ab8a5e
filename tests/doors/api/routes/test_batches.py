"""Batches over real HTTP: answers in order, what is malformed beside what is done; or all or none."""

from typing import Any

from tests.doors.api.harness import Door, Stack
from tests.doors.api.money import bid, standing


def batch(name: str, *items: Any, atomic: bool = False) -> dict[str, Any]:
    """Return a batch as it is sent."""
    return {"id": name, "atomic": atomic, "items": list(items)}


def test_answers_stand_in_the_order_of_the_items_and_are_the_same_again(door: Door) -> None:
    sent = batch(
        "b:order",
        *(bid(f"b:order:{n}", n, lender="nobody") if n % 3 == 0 else bid(f"b:order:{n}", n) for n in range(30)),
    )
    found = door.post("/v1/batches", sent)
    assert found.status_code == 200, found.text
    items = found.json()["items"]
    assert [one["id"] for one in items] == [f"b:order:{n}" for n in range(30)]
    assert {one["code"] for one in items[::3]} == {"account_not_found"}
    assert {one["status"] for n, one in enumerate(items) if n % 3} == {"done"}
    assert door.post("/v1/batches", sent).json()["items"] == items
    assert door.get("/v1/instructions/b:order:1").json() == items[1]


def test_what_is_malformed_has_its_own_answer_beside_the_others(door: Door) -> None:
    wrong: dict[str, tuple[Any, str, str]] = {
        "b:kind": ({"id": "b:kind", "kind": "deposit_direct", "body": {}}, "kind_not_for_platforms", "kind"),
        "b:field": (bid("b:field", colour="red"), "malformed", "body.colour"),
        "": ({"kind": "bid_hold", "body": {}}, "malformed", "id"),
        "a b": (bid("a b"), "id_malformed", "id"),
    }
    found = door.post("/v1/batches", batch("b:mixed", bid("b:sound"), *(sent for sent, _, _ in wrong.values())))
    assert found.status_code == 200, found.text
    sound, *others = found.json()["items"]
    assert sound["status"] == "done"
    for one, (name, (_, code, field)) in zip(others, wrong.items(), strict=True):
        assert (one["id"], one["status"], one["code"], one["field"]) == (name, "not_taken", code, field)
        assert one["why"] and one["seq"] is None


def test_a_batch_is_bounded_and_its_shape_is_checked_before_anything_is_done(stack: Stack, door: Door) -> None:
    before = standing(stack)
    for items in ([], [bid(f"b:many:{n}") for n in range(1001)], [1], "x"):
        found = door.post("/v1/batches", {"id": "b:shape", "items": items})
        assert (found.status_code, found.json()["code"]) == (422, "malformed"), found.text
        assert found.json()["field"].startswith("items")
    large = door.post("/v1/batches", batch("b:large", *(bid(f"b:large:{n}", lender="x" * 3000) for n in range(1000))))
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    assert standing(stack) == before


def test_a_thousand_are_done_under_one_signature(door: Door) -> None:
    found = door.post("/v1/batches", batch("b:thousand", *(bid(f"b:th:{n}", n, amount_minor=1) for n in range(1000))))
    assert found.status_code == 200, found.text
    assert {one["status"] for one in found.json()["items"]} == {"done"}


def test_an_atomic_batch_that_holds_what_is_malformed_is_refused_whole(stack: Stack, door: Door) -> None:
    before = standing(stack)
    for place, (item, field) in enumerate((
        (bid("b:a:bad", colour="red"), "items[1].body.colour"),
        ({"id": "b:a:bad", "kind": "deposit_direct", "body": {}}, "items[1].kind"),
        (bid("b:a:sound"), "items[1].id"),
    )):  # fmt: skip
        found = door.post("/v1/batches", batch(f"b:a:{place}", bid("b:a:sound"), item, atomic=True))
        assert (found.status_code in (403, 422), found.json()["field"]) == (True, field), found.text
    assert standing(stack) == before


def test_an_atomic_batch_is_done_whole_and_the_same_again(door: Door) -> None:
    sent = batch("b:whole", *(bid(f"b:whole:{n}", n) for n in range(5)), atomic=True)
    found = door.post("/v1/batches", sent)
    assert found.status_code == 200, found.text
    assert {one["status"] for one in found.json()["items"]} == {"done"}
    assert door.post("/v1/batches", sent).json() == found.json()


def test_an_atomic_batch_of_which_one_is_refused_does_nothing_and_names_it(stack: Stack, door: Door) -> None:
    before = standing(stack)
    sent = [bid("b:one:0"), bid("b:one:1", lender="nobody"), bid("b:one:2")]
    found = door.post("/v1/batches", batch("b:one", *sent, atomic=True))
    problem = found.json()
    assert (found.status_code, problem["code"]) == (422, "account_not_found"), found.text
    assert (problem["field"], problem["instruction_id"]) == ("items[1]", "b:one:1")
    assert [one["code"] for one in problem["answer"]["items"]] == [
        "linked_item_failed",
        "account_not_found",
        "linked_item_failed",
    ]
    assert standing(stack) == before
    assert door.get("/v1/instructions/b:one:0").status_code == 404


def test_an_atomic_batch_of_what_is_partly_done_already_differs(stack: Stack, door: Door) -> None:
    door.post("/v1/instructions", bid("b:part:0"))
    before = standing(stack)
    found = door.post("/v1/batches", batch("b:part", bid("b:part:0"), bid("b:part:1"), atomic=True))
    assert (found.status_code, found.json()["code"]) == (409, "batch_differs"), found.text
    assert standing(stack) == before
