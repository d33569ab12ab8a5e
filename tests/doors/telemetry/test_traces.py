"""Traces: sent by the standard variables to a collector, with the caller's trace as the parent; nothing when off."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from cunguan.doors.telemetry.traces import ENDPOINT, TracedAsks, TracedPool, Tracing

collected = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collector(HTTPServer):
    """A little OTLP/HTTP collector."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.services: set[str] = set()
        super().__init__(("127.0.0.1", 0), _Takes)


class _Takes(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        sent = collected.ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
        for resource in sent.resource_spans:
            self.server.services |= {
                a.value.string_value for a in resource.resource.attributes if a.key == "service.name"
            }
            self.server.spans += [span for scope in resource.scope_spans for span in scope.spans]
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Plane:
    async def ask(self, lane: int, instruction: Any) -> str:
        return "answer"


class Pool:
    @asynccontextmanager
    async def connection(self, timeout: float | None = None) -> Any:
        yield "connection"


def test_a_request_is_a_span_below_the_callers_with_plane_and_database_below_it(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_address[1]}")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "the-door")
    tracing = Tracing("cunguan-door", {"OTEL_SERVICE_NAME": "the-door"})
    asks, pool = TracedAsks(Plane(), tracing.tracer), TracedPool(Pool(), tracing.tracer)

    async def door(scope: Any, receive: Any, send: Any) -> None:
        scope[ENDPOINT] = "/v1/accounts/{id}"
        async with pool.connection() as connection:
            assert connection == "connection"
        assert await asks.ask(1, None) == "answer"
        await send({"type": "http.response.start", "status": 200})

    async def send(message: Any) -> None:
        pass

    headers = [(b"traceparent", f"00-{TRACE}-{PARENT}-01".encode())]
    scope = {"type": "http", "method": "GET", "path": "/v1/accounts/secret-7", "headers": headers}
    asyncio.run(tracing.around(door)(scope, None, send))
    tracing.close()
    spans = {span.name: span for span in collector.spans}
    request = spans["GET /v1/accounts/{id}"]
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (TRACE, PARENT)
    assert {spans[name].parent_span_id for name in ("postgresql", "plane ask")} == {request.span_id}
    assert {a.key: a.value.int_value or a.value.string_value for a in request.attributes} == {
        "http.request.method": "GET", "http.route": "/v1/accounts/{id}", "http.response.status_code": 200,
    }  # fmt: skip
    assert collector.services == {"the-door"}
    assert "secret-7" not in str(collector.spans)
