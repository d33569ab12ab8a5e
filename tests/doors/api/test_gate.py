"""Gate: every refusal, over a real socket; what is refused changes nothing."""

from tests.doors.api.harness import Door, Stack


def test_lets_a_signed_request_pass(stack: Stack, door: Door) -> None:
    r = door.http.get("/healthz")
    assert r.status_code == 200
    door.check(r)
    r = door.get("/readyz")
    assert r.status_code == 200, r.text
    door.check(r)
