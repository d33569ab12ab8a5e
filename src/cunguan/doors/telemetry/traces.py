"""Traces (链路追踪): one span for each request at the door, with what it asked of the plane and of PostgreSQL below it.

When    OpenTelemetry's own variables ask for it: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, or
        OTEL_TRACES_EXPORTER=otlp; OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER and the others mean what they mean everywhere
Does    nothing at all when they do not: no wrapper is made, no library loaded
Shape   the caller's `traceparent` is the parent; a span holds method, documented path and status, no id, no query, no body
Errors  TracesMissing: traces are asked for and the extra `otel` is not installed
Source  OpenTelemetry specification (environment variables, HTTP semantic conventions); W3C Trace Context
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

ENDPOINT: Final = "cunguan.endpoint"
_ASKED_BY: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class TracesMissing(RuntimeError):
    """Traces are asked for, and cannot be made."""


def are_wanted(environ: Mapping[str, str]) -> bool:
    """Return whether the environment asks for traces.

    >>> are_wanted({}), are_wanted({"OTEL_TRACES_EXPORTER": "otlp"})
    (False, True)
    >>> are_wanted({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_SDK_DISABLED": "true"})
    False
    """
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or environ.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    return environ.get("OTEL_TRACES_EXPORTER") == "otlp" or any(environ.get(name) for name in _ASKED_BY)


class Tracing:
    """The tracer of one process."""

    def __init__(self, service: str, environ: Mapping[str, str]) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.trace import SpanKind
            from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
        except ImportError as missing:
            raise TracesMissing(
                "traces are asked for: install cunguan[otel], or set OTEL_TRACES_EXPORTER=none"
            ) from missing
        named = {} if environ.get("OTEL_SERVICE_NAME") else {"service.name": service}
        self._provider = TracerProvider(resource=Resource.create(named))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self.tracer = self._provider.get_tracer("cunguan")
        self._server, self._extract = SpanKind.SERVER, TraceContextTextMapPropagator().extract

    def around(self, application: Any) -> Callable[..., Any]:
        """Return an application whose requests are spans."""

        async def traced(scope: Any, receive: Any, send: Any) -> None:
            carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            with self.tracer.start_as_current_span(
                scope["method"], context=self._extract(carrier), kind=self._server, record_exception=False
            ) as span:

                async def told(message: Any) -> None:
                    if message["type"] == "http.response.start":
                        span.set_attribute("http.response.status_code", message["status"])
                    await send(message)

                span.set_attribute("http.request.method", scope["method"])
                await application(scope, receive, told)
                route = scope.get(ENDPOINT, "")
                span.update_name(f"{scope['method']} {route}".rstrip())
                span.set_attribute("http.route", route)

        return traced

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


class TracedAsks:
    """The plane, each question a span."""

    def __init__(self, asks: Any, tracer: Any) -> None:
        self._asks, self._tracer = asks, tracer

    async def ask(self, lane: int, instruction: Any) -> Any:
        """Hand in one instruction."""
        with self._tracer.start_as_current_span("plane ask", record_exception=False):
            return await self._asks.ask(lane, instruction)

    async def ask_all(self, lane: int, instructions: Any) -> Any:
        """Hand in instructions."""
        with self._tracer.start_as_current_span("plane ask_all", record_exception=False):
            return await self._asks.ask_all(lane, instructions)

    async def ask_atomic(self, lane: int, instructions: Any) -> Any:
        """Hand in instructions of which all are done or none."""
        with self._tracer.start_as_current_span("plane ask_atomic", record_exception=False):
            return await self._asks.ask_atomic(lane, instructions)

    async def is_answered(self) -> bool:
        """Return whether a plane is there."""
        return bool(await self._asks.is_answered())


class TracedPool:
    """PostgreSQL, each use of a connection a span."""

    def __init__(self, pool: Any, tracer: Any) -> None:
        self._pool, self._tracer = pool, tracer

    @asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[Any]:
        """Use a connection."""
        with self._tracer.start_as_current_span("postgresql", record_exception=False):
            async with self._pool.connection(timeout) as connection:
                yield connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)
