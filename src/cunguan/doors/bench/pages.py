"""`cunguan bench pages` (页面基准): what each page of the portals costs with a million clients and ten million postings.

Shape   Report (form.py), four figures a page: server time, queries, bytes of the first load, largest contentful paint
        Pages of objects that this ground has not, and those that do not answer 200 on it, are named in the method and left out
Units   milliseconds of one request after another over loopback; bytes as they are sent; LCP in Chromium on a phone of 390 px whose
        network is a slow 4G (150 ms, 1.6 Mbit/s down, 750 kbit/s up) and whose processor is four times slower
Source  the issue "People", "Speed"
"""

import gzip
import http.client
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from psycopg.conninfo import make_conninfo

from cunguan.doors.bench import ground
from cunguan.doors.bench.form import Report, figure, machine, percentile
from cunguan.doors.bench.pages_fill import fill
from cunguan.doors.bench.pages_seen import Seen
from cunguan.doors.cli.web import SECRET_FILE
from cunguan.keys.secret_file import secret
from cunguan.store import roles
from cunguan.store.embedded.server import running

MS_BAR, QUERIES_BAR, BYTES_BAR, LCP_BAR = 150.0, 8, 300_000, 2_500.0
CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
WAIT_SECONDS = 120.0
#: a slow 4G as Lighthouse has it, and a middling phone
NETWORK: Final = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
CPU_SLOWER = 4
_LCP = """() => new Promise(told => { let at = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) at = one.startTime; })
    .observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => told(at), 300); })"""
_LOADED = re.compile(r'(?:src|href)="(/static/[^"#]+)')

METHOD = [
    "embedded PostgreSQL with its defaults of this project; one worker of `cunguan web` with its four threads; all share the cores",
    "clients and postings are put in by SQL, for only their being there is wanted; the platform and a loan by instructions",
    "server time: one request after another over loopback, with its body; the first two of each page are not counted",
    "queries: statements that psycopg sends for one page, the door's beside Django's, counted in a process beside",
]


class Size(msgspec.Struct, frozen=True):
    """How much is measured; `paints`: whether pages are painted in Chromium, where there is one; `only`: what names begin with."""

    clients: int = 1_000_000
    postings: int = 10_000_000
    requests: int = 50
    paints: bool = True
    only: str = ""


def measure(size: Size, say: Callable[[str], None]) -> Report:
    """Run the bench; `say` hears what goes on."""
    report = Report(machine(), list(METHOD), [], {})
    with (
        tempfile.TemporaryDirectory(prefix="cunguan-bench-") as folder,
        running(ground.home_of(Path(folder))) as owner,
        ground.database(owner, "pages") as url,
    ):
        fill(url, size.clients, size.postings, say)
        home = ground.home_of(Path(folder) / "home")
        with _web(url, home) as (address, environ):
            say("which pages there are")
            readers, pages = _pages(environ, size.only, report)
            _served(address, readers, pages, size, report, say)
            if size.paints:
                _painted(address, readers, pages, report, say)
    report.machine["load_after"] = os.getloadavg()[0]
    return report


# ── the portals ──────────────────────────────────────────────────────────────
@contextmanager
def _web(url: str, home: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Run `cunguan web`; yield its address, and the surroundings in which Django of another process is the same."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    environ = {
        **os.environ, "CUNGUAN_HOME": str(home), "DATABASE_URL": url, "CUNGUAN_WEB_URL": make_conninfo(url, user=roles.WEB),
        "CUNGUAN_DOOR_URL": make_conninfo(url, user=roles.DOOR), "CUNGUAN_ADDRESS": "http://localhost:1",
        "CUNGUAN_PLANE_ADDRESS": str(home / "plane.sock"), "CUNGUAN_PORTAL_ADDRESS": address, "CUNGUAN_SANDBOX": "1",
        "DJANGO_SETTINGS_MODULE": "cunguan.config.settings", "CUNGUAN_WEB_SECRET": secret(home / SECRET_FILE).hex(),
    }  # fmt: skip
    argv = [sys.executable, "-m", "cunguan.config.main", "web", "--port", str(port), "--address", address]
    with open(home / "web.log", "wb") as log:
        child = subprocess.Popen(argv, env=environ, stdout=log, stderr=log)
    try:
        _until_up(child, port, home / "web.log")
        yield address, environ
    finally:
        child.terminate()
        child.wait(30)


def _until_up(child: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while child.poll() is None and time.monotonic() < until:
        try:
            if _got(port, "/healthz", {})[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the portals did not come up: {log.read_text(errors='replace')[-1000:]}")


def _pages(environ: Mapping[str, str], only: str, report: Report) -> tuple[dict[str, str], list[Seen]]:
    static = next(Path(environ["CUNGUAN_HOME"]).glob("static-*"))
    asked = {**environ, "CUNGUAN_STATIC": str(static)}
    done = subprocess.run(
        [sys.executable, "-m", "cunguan.doors.bench.pages_seen", only],
        env=asked,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    report.method += [f"left out: {name}: {why}" for name, why in found["left_out"]]
    return found["readers"], msgspec.convert(found["pages"], list[Seen])


def _got(
    port: int, path: str, headers: Mapping[str, str], on: http.client.HTTPConnection | None = None
) -> tuple[int, bytes]:
    connection = on or http.client.HTTPConnection("localhost", port, timeout=30)
    connection.request("GET", path, headers={"Host": f"localhost:{port}", "Accept-Encoding": "gzip", **headers})
    answer = connection.getresponse()
    return answer.status, answer.read()


# ── what the server takes ────────────────────────────────────────────────────
def _served(
    address: str, readers: Mapping[str, str], pages: list[Seen], size: Size, report: Report, say: Callable[[str], None]
) -> None:
    port = urlsplit(address).port or 0
    for page in pages:
        say(f"{page.name} {page.address}")
        cookie = {"Cookie": f"__Host-session={readers[page.reader]}"} if page.reader else {}
        times, html = _timed(port, page.address, cookie, size.requests)
        report.figures += [
            figure(f"{page.name}, server time, p50", "ms", [percentile(times, 0.5)]),
            figure(f"{page.name}, server time, p95", "ms", [percentile(times, 0.95)], bar="<= 150 ms", meets=lambda ms: ms <= MS_BAR),
            figure(f"{page.name}, queries", "", [page.queries], bar="<= 8", meets=lambda count: count <= QUERIES_BAR),
            figure(
                f"{page.name}, first load", "bytes", [_first_load(port, html)], bar="<= 300 kB", meets=lambda size: size <= BYTES_BAR
            ),
        ]  # fmt: skip


def _timed(port: int, path: str, cookie: Mapping[str, str], requests: int) -> tuple[list[float], bytes]:
    connection = http.client.HTTPConnection("localhost", port, timeout=30)
    times, body = [], b""
    for n in range(requests + 2):
        started = time.perf_counter()
        _, body = _got(port, path, cookie, connection)
        if n >= 2:
            times.append((time.perf_counter() - started) * 1e3)
    connection.close()
    return times, body


def _first_load(port: int, html: bytes) -> float:
    """Return the bytes of a page with all that it loads, as they are sent."""
    read = gzip.decompress(html) if html.startswith(b"\x1f\x8b") else html
    wanted = sorted(set(_LOADED.findall(read.decode("utf-8", "replace"))))
    return float(len(html) + sum(len(_got(port, path, {})[1]) for path in wanted))


# ── what a phone paints ──────────────────────────────────────────────────────
def _painted(
    address: str, readers: Mapping[str, str], pages: list[Seen], report: Report, say: Callable[[str], None]
) -> None:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None or importlib.util.find_spec("playwright") is None:
        report.method.append("largest contentful paint was not measured: Chromium or playwright is not installed")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for page in pages:
            say(f"{page.name}, painted")
            ms = _paint(browser, address, page.address, readers.get(page.reader, ""))
            report.figures.append(
                figure(
                    f"{page.name}, largest contentful paint", "ms", [ms], bar="<= 2.5 s", meets=lambda ms: ms <= LCP_BAR
                )
            )
        browser.close()


def _paint(browser: Any, address: str, path: str, session: str) -> float:
    """Return the largest contentful paint of a page that was never seen before, its cache empty."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, base_url=address)
    if session:
        context.add_cookies([{
            "name": "__Host-session", "value": session, "url": address.replace("http:", "https:"), "secure": True, "httpOnly": True,
            "sameSite": "Lax",
        }])  # fmt: skip
    page = context.new_page()
    phone = context.new_cdp_session(page)
    phone.send("Network.enable")
    phone.send("Network.emulateNetworkConditions", dict(NETWORK))
    phone.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
    page.goto(path, wait_until="load")
    ms = float(page.evaluate(_LCP))
    context.close()
    return ms
