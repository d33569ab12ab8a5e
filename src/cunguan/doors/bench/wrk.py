"""Wrk: a compiled generator of load, fed with requests that were signed beforehand.

When    the platform's door is measured; Python would cost more than what it measures
Shape   a file of requests, each as its bytes on the wire behind their count; Load: what came back
Errors  Missing: `wrk` is not installed
Source  wrk 4's Lua interface; Debian's package `wrk`
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

#: a thread reads its requests at start; when they are used up it stops: nothing is ever sent twice
SCRIPT = """
local waiting, place, pause = {}, 0, 0
function init(args)
  local file = assert(io.open(args[1], "rb"))
  pause = tonumber(args[2])
  while true do
    local head = file:read(9)
    if not head then break end
    waiting[#waiting + 1] = file:read(tonumber(head))
  end
  file:close()
end
function request()
  place = place + 1
  if place >= #waiting then wrk.thread:stop() end
  local one = waiting[place]
  waiting[place] = false
  return one
end
%s
function done(summary, latency, requests)
  io.write(string.format(
    '\\n{"requests": %%d, "seconds": %%f, "refused": %%d, "broken": %%d, "p50_ms": %%f, "p99_ms": %%f}\\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""
PAUSE = "function delay() return pause end"


class Missing(RuntimeError):
    """The generator is not there; the message says what to type."""


class Load(msgspec.Struct, frozen=True):
    """What one run brought: `refused` are answers of 400 and above, `broken` connections that failed."""

    requests: int
    seconds: float
    refused: int
    broken: int
    p50_ms: float
    p99_ms: float
    cpu_seconds: float  # of the generator

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def request(method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> bytes:
    """Return a request as it stands on the wire."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def write(path: Path, requests: Iterable[bytes]) -> int:
    """Write requests for a run; return how many."""
    count = 0
    with path.open("wb") as file:
        for count, one in enumerate(requests, 1):  # noqa: B007 - the last number is the count
            file.write(b"%08d\n" % len(one) + one)
    return count


def run(address: str, requests: Path, *, connections: int, seconds: int, per_second: float = 0.0) -> Load:
    """Send a file of requests for so many seconds; at a rate, or as fast as the answers come."""
    program = shutil.which("wrk")
    if program is None:
        raise Missing("the load comes from wrk: apt-get install wrk")
    pause = max(1, round(connections / per_second * 1e3)) if per_second else 0
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % (PAUSE if per_second else ""))
        script.flush()
        call = [
            program, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", script.name, address,
            "--", str(requests), str(pause),
        ]  # fmt: skip
        before = os.times()
        said = subprocess.run(call, capture_output=True, text=True, check=True).stdout
        after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return msgspec.convert({**json.loads(said.strip().splitlines()[-1]), "cpu_seconds": used}, Load)
