"""Decode: what is not exactly what was asked for is refused with a clear word; over the table, and over HTTP."""

from collections.abc import Iterator

import msgspec
import pytest

from cunguan.doors.api.decode import typed
from cunguan.doors.api.problem import Problem
from tests.doors.api.harness import Door, Stack
from tests.doors.api.money import bid, standing


class Thing(msgspec.Struct, forbid_unknown_fields=True):
    """A body with one field of each kind that may go wrong."""

    id: str
    amount_minor: int = 0
    parts: list["Thing"] = []


WRONG = {
    #                       body                                          says                 field
    "nothing":              (b"",                                         "empty",             ""),
    "spaces":               (b"  ",                                       "not JSON",          ""),
    "a mark before it":     (b'\xef\xbb\xbf{"id":"a"}',                   "byte order mark",   ""),
    "UTF-16":               ('{"id":"a"}'.encode("utf-16"),               "not",               ""),
    "wrong UTF-8":          (b'{"id":"\xff"}',                            "UTF-8",             ""),
    "an overlong form":     (b'{"id":"\xc0\xaf"}',                        "UTF-8",             ""),
    "half a pair":          (b'{"id":"\\ud800"}',                         "not JSON",          ""),
    "half a pair, in bytes": (b'{"id":"\xed\xa0\x80"}',                   "UTF-8",             ""),
    "a NUL":                (b'{"id":"a\\u0000b"}',                       "NUL",               "id"),
    "a NUL in bytes":       (b'{"id":"a\x00b"}',                          "not JSON",          ""),
    "trailing bytes":       (b'{"id":"a"} {}',                            "trailing",          ""),
    "a comment":            (b'{"id":"a"/**/}',                           "not JSON",          ""),
    "an open end":          (b'{"id":"a"',                                "not JSON",          ""),
    "a list":               (b'[]',                                       "object",            ""),
    "null":                 (b'null',                                     "object",            ""),
    "a key twice":          (b'{"id":"a","id":"b"}',                      "twice",             "id"),
    "a key twice, spaced":  (b'{"id": "a", "amount_minor": 1, "amount_minor": 1}', "twice",    "amount_minor"),
    "a key twice, escaped": (b'{"id":"a","\\u0069d":"b"}',                "twice",             "id"),
    "a key twice, deep":    (b'{"id":"a","parts":[{"id":"x:y","id":""}]}', "twice",            "id"),
    "a float":              (b'{"id":"a","amount_minor":1.0}',            "int",               "amount_minor"),
    "an exponent":          (b'{"id":"a","amount_minor":1e3}',            "int",               "amount_minor"),
    "NaN":                  (b'{"id":"a","amount_minor":NaN}',            "not JSON",          ""),
    "Infinity":             (b'{"id":"a","amount_minor":-Infinity}',      "not JSON",          ""),
    "2**63":                (b'{"id":"a","amount_minor":9223372036854775808}',  "larger",      "amount_minor"),
    "-2**63-1":             (b'{"id":"a","amount_minor":-9223372036854775809}', "larger",      "amount_minor"),
    "5,000 digits":         (b'{"id":"a","amount_minor":' + b"9" * 5000 + b"}", "range",       "amount_minor"),
    "a number in quotes":   (b'{"id":"a","amount_minor":"1"}',            "int",               "amount_minor"),
    "true":                 (b'{"id":"a","amount_minor":true}',           "int",               "amount_minor"),
    "a field missing":      (b'{}',                                       "missing",           "id"),
    "a field missing, deep": (b'{"id":"a","parts":[{"id":"b"},{}]}',      "missing",           "parts[1].id"),
    "a field unknown":      (b'{"id":"a","colour":1}',                    "unknown",           "colour"),
    "100,000 deep":         (b'{"id":"a","parts":' + b"[" * 100_000,      "",                  None),
    "5,000 deep, of ours":  (b'{"id":"a","parts":[' * 5000,               "deep",              ""),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_refuses_what_is_not_exactly_a_body(case: tuple[bytes, str, str | None]) -> None:
    raw, says, field = case
    with pytest.raises(Problem) as refused:
        typed(raw, Thing)
    details = refused.value.details
    assert (refused.value.status, details.code) == (422, "malformed")
    assert says in details.detail and details.detail
    assert field is None or details.field == field


@pytest.mark.parametrize("raw", [
    b'{"id":"a"}', b' { "id" : "a" } \n', b'{"id":"a:b","parts":[{"id":"c:d"}]}', b'{"id":"\\u00e9 \\"x\\" \\ud83d\\ude00"}',
    '{"id":"张三：é😀"}'.encode(), b'{"id":"1234567890123456789012"}', b'{"id":"a","amount_minor":9223372036854775807}',
    b'{"id":"a","amount_minor":-9223372036854775808}',
])  # fmt: skip
def test_takes_what_is(raw: bytes) -> None:
    assert typed(raw, Thing) == msgspec.json.decode(raw, type=Thing)


QUERIES = {
    "limit=x": "limit", "limit=1.0": "limit", "limit=1e1": "limit", "limit=%201": "limit", "limit=501": "limit", "limit=0": "limit",
    "limit=99999999999999999999": "limit", "limit=1&limit=1": "limit", "colour=red": "colour", "kind=%00": "kind", "state=odd": "state",
    "kind=%ff": "", "limit": "", "&&": "",
}  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_is_read_as_strictly(door: Door, query: str) -> None:
    found = door.send("GET", f"/v1/instructions?{query}")
    assert (found.status_code, found.json()["code"]) == (422, "malformed"), found.text
    assert found.json().get("field", "") == QUERIES[query] and found.json()["detail"]


def test_a_body_is_json_by_its_type(stack: Stack, door: Door) -> None:
    before = standing(stack)
    for given in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
        "application/jsonp",
        "",
    ):
        request = door.request("POST", "/v1/instructions", msgspec.json.encode(bid("d:type")), "d:type")
        request.headers["Content-Type"] = given
        found = door.sent(request)
        assert (found.status_code, found.json()["code"]) == (415, "media_type_unsupported"), given
    assert standing(stack) == before
    request = door.request("POST", "/v1/instructions", msgspec.json.encode(bid("d:type")), "d:type")
    request.headers["Content-Type"] = 'application/json; charset="UTF-8"'
    assert door.sent(request).status_code == 200


def test_a_body_too_large_is_refused_before_it_is_read(stack: Stack, door: Door) -> None:
    before = standing(stack)
    found = door.send("POST", "/v1/instructions", b" " * (2 * 2**20), id="d:large")
    assert (found.status_code, found.json()["code"], found.json()["retry"]) == (413, "body_too_large", False)

    def unending() -> Iterator[bytes]:
        for _ in range(64):
            yield b" " * 2**16

    chunked = door.http.post("/v1/instructions", content=unending(), headers={"Content-Type": "application/json"})
    assert chunked.status_code == 413
    assert standing(stack) == before


def test_paths_and_methods_that_are_not_there(door: Door) -> None:
    for path in (
        "/",
        "/v1",
        "/v1/",
        "/v1/instruction",
        "/v1/instructions/",
        "/v1//instructions",
        "/v1/instructions/a/b",
        "/v1/x%00",
        "/%ff",
    ):
        found = door.send("GET", path)
        assert (found.status_code, found.json()["code"]) == (404, "not_found"), path
        assert found.headers["content-type"] == "application/problem+json"
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        found = door.http.request(method, "/v1/instructions")
        assert (found.status_code, found.json()["code"]) == (405, "method_not_allowed")
        assert found.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    asked = door.http.options("/v1/instructions")
    assert (asked.status_code, asked.headers["allow"], asked.content) == (204, "GET, HEAD, OPTIONS, POST", b"")


def test_a_head_is_a_get_without_its_body(door: Door) -> None:
    got, head = door.get("/healthz"), door.http.head("/healthz")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    assert door.send("HEAD", "/v1/platform", check=False).status_code == 200
    assert door.http.head("/v1/platform").status_code == 401
    assert door.http.head("/nowhere").status_code == 404


def test_an_id_with_a_slash_is_one_segment(door: Door) -> None:
    assert door.post("/v1/instructions", bid("d/a/1")).status_code == 200
    assert door.get("/v1/instructions/d%2Fa%2F1").json()["id"] == "d/a/1"
