"""Client: a platform's program against the running door, also when the line breaks in the middle."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cunguan.client import AsyncClient, Client, Credentials, Failed, Item, NotGenuine, Pending, Refused
from cunguan.operations import bid_hold
from cunguan.store.shown import Hold, Listing
from tests.doors.api.harness import LENDERS, SCOPES, Stack, add_key

LENDER = LENDERS[0]


class Breaking(httpx.HTTPTransport):
    """A line over which requests arrive, and the first answers to what changes something are lost."""

    def __init__(self, losses: int) -> None:
        super().__init__()
        self.losses, self.sent = losses, []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and lose the answer."""
        self.sent.append((request.method, request.url.path))
        response = super().handle_request(request)
        if request.method == "POST" and self.losses:
            self.losses -= 1
            response.read()
            raise httpx.ReadTimeout("the answer was lost")
        return response


def credentials(stack: Stack, **changed: Any) -> Credentials:
    given = {
        "address": stack.address, "platform": "P1", "signer": add_key(stack.url, scopes=SCOPES),
        "custodian_keys": {stack.custodian.id: stack.custodian.public_key},
    }  # fmt: skip
    return Credentials(**(given | changed))


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[Client]:
    with Client(credentials(stack)) as made:
        yield made


def bid(amount_minor: int = 100) -> dict[str, Any]:
    return {"lender": LENDER, "listing": "X0", "amount_minor": amount_minor, "mandate": f"mandate:{LENDER}"}


def name() -> str:
    return f"client:{uuid.uuid4().hex}"


def test_an_instruction_is_done_once_and_told_twice(client: Client) -> None:
    one = name()
    first, again = (client.submit(one, "bid_hold", **bid()) for _ in range(2))
    assert first == again and first.status == "done"
    hold = client.find(Hold, one)
    assert hold is not None and (hold.owner, hold.amount_minor) == (LENDER, 100)


def test_a_typed_body_is_taken_like_fields(client: Client) -> None:
    assert client.submit(name(), "bid_hold", bid_hold.Body(**bid())).status == "done"


def test_what_is_no_field_of_the_kind_is_said_before_anything_is_sent(client: Client) -> None:
    with pytest.raises(Exception, match="unknown field `amount`"):
        client.submit(name(), "bid_hold", **bid(), amount=1)


def test_a_lost_answer_is_looked_up_and_not_sent_again(stack: Stack) -> None:
    with Client(credentials(stack)) as broken:
        line = Breaking(losses=1)
        broken._http = httpx.Client(**broken._wire.options, transport=line)
        one = name()
        before = broken.balances(LENDER).held_minor
        assert broken.submit(one, "bid_hold", **bid(70)).status == "done"
        assert broken.balances(LENDER).held_minor == before + 70
    asked = [path for method, path in line.sent if method == "POST"]
    assert asked == ["/v1/instructions"] and ("GET", f"/v1/instructions/{one}") in line.sent


def test_a_line_that_stays_broken_leaves_the_outcome_pending(stack: Stack) -> None:
    class Dead(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("nobody is there")

    with Client(credentials(stack), patience=0.3) as broken:
        broken._http = httpx.Client(**broken._wire.options, transport=Dead())
        with pytest.raises(Pending, match="send the same id again"):
            broken.submit(name(), "bid_hold", **bid())


def test_a_refusal_has_its_code_and_what_the_door_says_of_it(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.submit(name(), "bid_hold", **(bid() | {"listing": "nowhere"}))
    assert refused.value.code == "listing_not_found"
    assert refused.value.details.answer["status"] == "refused"


def test_what_the_door_does_not_take_is_failed_and_not_refused(client: Client) -> None:
    with pytest.raises(Failed) as failed:
        client.submit(name(), "day_close", date="2026-03-02", next_date="2026-03-03")
    assert not isinstance(failed.value, Refused) and failed.value.code == "kind_not_for_platforms"


def test_an_absent_object_is_none(client: Client) -> None:
    assert client.find(Listing, "nowhere") is None


def test_a_batch_answers_in_order_and_an_atomic_one_does_all_or_nothing(client: Client) -> None:
    good, bad = (Item(name(), "bid_hold", bid_hold.Body(**(bid() | more))) for more in ({}, {"listing": "nowhere"}))
    answers = client.batch(name(), [good, bad])
    assert [one.status for one in answers] == ["done", "refused"]
    with pytest.raises(Failed):
        client.batch(name(), [Item(name(), "bid_hold", bid_hold.Body(**bid(90))), bad], atomic=True)


def test_lists_go_on_over_their_pages(client: Client) -> None:
    for _ in range(3):
        client.submit(name(), "bid_hold", **bid())
    whole = [one.id for one in client.each(Hold, owner=LENDER)]
    in_pages = [one.id for one in client.each(Hold, owner=LENDER, limit=2)]
    assert whole == in_pages and len(whole) >= 3


def test_a_statement_ends_with_the_balance_of_now(client: Client) -> None:
    lines = list(client.statement(LENDER, account="held"))
    assert lines[-1].balance_minor == client.balances(LENDER).held_minor


def test_an_answer_by_another_key_is_not_believed(stack: Stack) -> None:
    stranger = {stack.custodian.id: bytes(32)}
    with Client(credentials(stack, custodian_keys=stranger)) as deceived, pytest.raises(NotGenuine):
        deceived.platform()


def test_the_asyncio_client_does_the_same(stack: Stack) -> None:
    async def work() -> tuple[str, int, list[str], str]:
        async with AsyncClient(credentials(stack)) as door:
            one = name()
            done = await door.submit(one, "bid_hold", **bid(60))
            found = [hold.id async for hold in door.each(Hold, owner=LENDER, limit=1) if hold.id == one]
            balances = await door.balances(LENDER)
            return done.status, balances.held_minor, found, one

    status, held, found, one = asyncio.run(work())
    assert status == "done" and held >= 60 and found == [one]
