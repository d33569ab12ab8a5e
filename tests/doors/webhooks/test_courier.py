"""The courier on real sockets: at least once, in order for a subject, over three days, whoever fails or dies."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from cunguan.client.webhooks import verify
from cunguan.doors.webhooks import endpoints
from cunguan.doors.webhooks.backoff import PAUSES
from cunguan.keys.webhook import public_key_text, secret_text
from tests.doors.webhooks.harness import (
    KEY,
    SHORT,
    Answers,
    Books,
    Receiver,
    Reply,
    Request,
    Running,
    Turned,
    bid,
    moved,
    run,
)

Receivers = Callable[..., Receiver]
PUBLIC = public_key_text(bytes(KEY.verify_key))


def failing(times: int, reply: Reply = 500) -> Answers:
    """Fail each event so often, then take it."""
    seen: Counter[str] = Counter()

    def answer(request: Request) -> Reply:
        seen[request.headers["webhook-id"]] += 1
        return reply if seen[request.headers["webhook-id"]] <= times else 204

    return answer


def attempts(books: Books) -> list[tuple[str, int | None]]:
    return books.ask(
        "SELECT outcome, status FROM webhook_attempt WHERE lane = %s ORDER BY delivery, number", books.lane
    )


def test_what_is_committed_comes_signed_by_both_keys(books: Books, receiver: Receivers) -> None:
    platform = receiver()

    async def test(worker: Running) -> bytes:
        secret = await worker.endpoint("main", platform.url)
        books.commit(bid(1), *moved("W1", "sent_to_bank"))
        await worker.rest()
        return secret

    clock = Turned()
    secret = run(books, test, clock)
    assert sorted(platform.types) == [
        "instruction.done",
        "withdrawal.sent_to_bank",
    ]  # two subjects: no order between them
    for request in platform.requests:
        now = clock.now().timestamp()
        assert verify(request.headers, request.body, secret=secret_text(secret), now=now)["platform"] == books.platform
        assert verify(request.headers, request.body, public_key=PUBLIC, platform=books.platform, now=now)
        assert request.headers["content-type"] == "application/json" and request.path == "/hooks"
    assert set(books.deliveries().values()) == {"delivered"}
    assert attempts(books) == [("delivered", 204)] * 2


def test_only_what_an_endpoint_wants_and_what_is_of_its_platform_comes(books: Books, receiver: Receivers) -> None:
    all_of_it, holds, one, other = receiver(), receiver(), receiver(), receiver()

    async def test(worker: Running) -> None:
        books.commit(bid(0))  # before anybody listened
        await worker.endpoint("all", all_of_it.url)
        await worker.endpoint("holds", holds.url, types=["hold.*", "listing.filled"])
        await worker.endpoint("one", one.url, subjects=["withdrawal:W2"])
        await worker.endpoint("main", other.url, lane=books.other)
        books.commit(bid(1), *moved("H1", "released_in_full", machine="hold"), *moved("W1", "a"), *moved("W2", "b"))
        books.commit(bid(2), lane=books.other)
        await worker.rest()

    run(books, test)
    assert Counter(all_of_it.types) == Counter(
        ["instruction.done", "hold.released_in_full", "withdrawal.a", "withdrawal.b"]
    )
    assert holds.types == ["hold.released_in_full"] and one.types == ["withdrawal.b"]
    assert [request.message["subject"] for request in other.requests] == ["instruction:bid:2"]


@pytest.mark.parametrize(
    "reply", [400, 404, 500, 503, (302, {"location": "http://127.0.0.1:1/"}), (429, {"retry-after": "1"})]
)
def test_anything_but_2xx_is_tried_again(books: Books, receiver: Receivers, reply: Reply) -> None:
    platform = receiver(failing(1, reply))

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(bid(1))
        await worker.rest()
        assert books.deliveries() == {"main 1.0": "waiting"}
        worker.clock.turn(timedelta(seconds=6))
        await worker.rest()

    run(books, test)
    first, second = platform.requests
    assert first.body == second.body and first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 6
    status = reply[0] if isinstance(reply, tuple) else reply
    name = "redirected" if status == 302 else "refused"
    assert attempts(books) == [(name, status), ("delivered", 204)]


def _drips(handler: BaseHTTPRequestHandler) -> None:
    """Send a header line a moment, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(600):
        handler.wfile.write(b"x-%d: y\r\n" % n)
        handler.wfile.flush()
        handler.server.waiting.wait(0.1)  # type: ignore[attr-defined]


def _breaks_off(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 20")
    handler.close_connection = True


def _never_ends(handler: BaseHTTPRequestHandler) -> None:
    """Answer 200 and go on talking."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
    for _ in range(10_000):
        handler.wfile.write(b"x" * 10_000)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [("hangs", "timed_out"), ("drips", "timed_out"), ("breaks off", "broken_off"), ("never ends", "delivered"),
     ("is not there", "not_connected")],
)  # fmt: skip
def test_a_receiver_that_misbehaves_holds_nobody_up(books: Books, receiver: Receivers, name: str, outcome: str) -> None:
    bad, good = receiver(), receiver()
    bad._server.waiting = bad.released  # type: ignore[attr-defined]
    replies = {"hangs": bad.hang, "drips": _drips, "breaks off": _breaks_off, "never ends": _never_ends}
    if name == "is not there":
        bad.close()
    else:
        bad.answers = lambda request: replies[name]

    async def test(worker: Running) -> None:
        await worker.endpoint("bad", bad.url)
        await worker.endpoint("good", good.url)
        books.commit(bid(1))
        await worker.rest()

    run(books, test, patience=SHORT)
    assert good.types == ["instruction.done"]
    state = "delivered" if outcome == "delivered" else "waiting"
    assert books.deliveries() == {"bad 1.0": state, "good 1.0": "delivered"}
    found = books.ask(
        "SELECT outcome FROM webhook_attempt JOIN webhook_delivery USING (lane, delivery) WHERE endpoint = 'bad' AND lane = %s",
        books.lane,
    )  # fmt: skip
    assert found == [(outcome,)]


def test_a_subject_is_told_in_order_whatever_fails(books: Books, receiver: Receivers) -> None:
    platform = receiver(failing(2))

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(*moved("W1", "a", "b", "c"), *moved("W2", "a", "b", "c"))
        await worker.live(timedelta(minutes=10), timedelta(seconds=10))

    run(books, test)
    for subject in ("withdrawal:W1", "withdrawal:W2"):
        told = [request.message["type"] for request in platform.requests if request.message["subject"] == subject]
        assert told == [f"withdrawal.{event}" for event in "abc" for _ in range(3)]
    assert set(books.deliveries().values()) == {"delivered"}


def test_a_subject_that_fails_does_not_hold_up_another(books: Books, receiver: Receivers) -> None:
    platform = receiver(lambda request: 500 if request.message["subject"] == "withdrawal:W1" else 204)

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(*moved("W1", "a", "b"), *moved("W2", "a", "b", "c"))
        await worker.rest()

    run(books, test)
    assert books.deliveries() == {
        "main 1.1": "waiting", "main 2.1": "waiting", "main 3.1": "delivered", "main 4.1": "delivered", "main 5.1": "delivered",
    }  # fmt: skip


def test_after_three_days_it_is_dead_and_the_next_of_its_subject_is_told(books: Books, receiver: Receivers) -> None:
    platform = receiver(lambda request: 500 if request.message["type"] == "withdrawal.a" else 204)

    async def test(worker: Running) -> Any:
        await worker.endpoint("main", platform.url)
        books.commit(*moved("W1", "a", "b"))
        await worker.live(timedelta(hours=70), timedelta(minutes=30))
        assert books.deliveries() == {"main 1.1": "waiting", "main 2.1": "waiting"}
        seen = await endpoints.one(worker.pool, worker.lane, "main")
        assert seen is not None and endpoints.is_failing(seen, worker.clock.now()) and seen.state == "active"
        await worker.live(timedelta(hours=14), timedelta(minutes=30))
        return await endpoints.one(worker.pool, worker.lane, "main")

    seen = run(books, test)
    assert books.deliveries() == {"main 1.1": "dead", "main 2.1": "delivered"}
    assert platform.types == ["withdrawal.a"] * (len(PAUSES) + 1) + ["withdrawal.b"]
    assert seen.failing_since is None, "it answers again"


def test_who_answers_410_is_told_nothing_more(books: Books, receiver: Receivers) -> None:
    platform = receiver(lambda request: 410)

    async def test(worker: Running) -> Any:
        await worker.endpoint("main", platform.url)
        books.commit(*moved("W1", "a", "b"))
        await worker.rest()
        books.commit(bid(3))
        await worker.live(timedelta(hours=2))
        return await endpoints.one(worker.pool, worker.lane, "main")

    seen = run(books, test)
    assert len(platform.requests) == 1
    assert (seen.state, seen.reason) == ("disabled", "the receiver answered 410 Gone")
    assert books.deliveries() == {"main 1.1": "dead", "main 2.1": "waiting"}


def test_many_subjects_are_told_at_once_but_not_without_bound(books: Books, receiver: Receivers) -> None:
    platform = receiver()
    platform.answers = lambda request: platform.released.wait(0.05) or 204

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(*(bid(n) for n in range(40)))
        await worker.rest()

    run(books, test)
    assert len(platform.requests) == 40 and 2 <= platform.most_at_once <= 8


def test_a_receiver_that_failed_is_tried_one_at_a_time(books: Books, receiver: Receivers) -> None:
    platform = receiver(failing(1))

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(bid(0))
        await worker.rest()
        books.commit(*(bid(n) for n in range(1, 10)))
        platform.most_at_once = 0
        platform.answers = lambda request: platform.released.wait(0.05) or 500
        await worker.rest()

    run(books, test)
    assert platform.most_at_once == 1


def test_a_secret_that_is_changed_over_goes_on_until_it_ends(books: Books, receiver: Receivers) -> None:
    platform = receiver()

    async def test(worker: Running) -> tuple[bytes, bytes]:
        old = await worker.endpoint("main", platform.url)
        rotated = await endpoints.rotate(
            worker.pool, worker.lane, "main", "rotation-1", timedelta(hours=24), worker.clock.now()
        )
        repeated = await endpoints.rotate(
            worker.pool, worker.lane, "main", "rotation-1", timedelta(hours=24), worker.clock.now()
        )
        assert rotated is not None and rotated == repeated and rotated[1] is not None
        books.commit(bid(1))
        await worker.rest()
        worker.clock.turn(timedelta(hours=25))
        books.commit(bid(2))
        await worker.rest()
        return old, rotated[1]

    old, new = run(books, test)
    during, after = platform.requests
    for request, signs in ((during, (True, True)), (after, (False, True))):
        for secret, stands in zip((old, new), signs, strict=True):
            assert _stands(request, secret) is stands


def _stands(request: Request, secret: bytes) -> bool:
    try:
        verify(request.headers, request.body, secret=secret_text(secret), now=int(request.headers["webhook-timestamp"]))
    except Exception:
        return False
    return True
