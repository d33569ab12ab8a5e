"""`cunguan bench …` (基准): figures with their baselines; 0 when every bar holds, 1 when one falls short."""

import argparse
import sys
from typing import Any

import msgspec

from cunguan.doors.bench import api, books, history, install, log, pages, wrk
from cunguan.doors.bench.form import Report, lines


def add_parser(subparsers: Any) -> None:
    """Register `bench` and what it can measure."""
    bench = subparsers.add_parser("bench", help="measure speed and memory against baselines of the same run")
    what = bench.add_subparsers(metavar="WHAT", required=True)
    of_books = what.add_parser("books", help="write path, lane, runs, recovery, memory")
    of_books.add_argument("--bids", type=int, default=books.Size().bids, help="bids of the write path (1,000,000)")
    of_books.add_argument("--rounds", type=int, default=books.Size().rounds, help="runs of everything else (3)")
    of_books.set_defaults(run=run_books)
    of_history = what.add_parser("history", help="a book of ten million postings: reads, posting rate, size, proof")
    of_history.add_argument("--postings", type=int, default=history.Size().postings, help="postings (10,000,000)")
    of_history.add_argument(
        "--few", type=int, default=history.Size().few, help="postings of the small book (1,000,000)"
    )
    of_history.add_argument(
        "--snapshot", type=float, default=history.Size().snapshot_seconds, help="seconds one is held (120)"
    )
    of_history.set_defaults(run=run_history)
    of_install = what.add_parser("install", help="size of the core install and time of the first demo")
    of_install.set_defaults(run=run_install)
    of_api = what.add_parser("api", help="the platform's door: signed bids, batches, reads, memory; needs wrk")
    of_api.add_argument("--rounds", type=int, default=api.Size().rounds, help="alternating runs (5)")
    of_api.add_argument("--seconds", type=int, default=api.Size().seconds, help="of each run (20)")
    of_api.add_argument(
        "--many", type=int, default=api.Size().many, help="instructions of the memory figure (1,000,000)"
    )
    of_api.set_defaults(run=run_api)
    of_reconcile = what.add_parser("reconcile", help="three-way match of many lines, beside SQL by hand; parsing")
    of_reconcile.add_argument(
        "--lines", type=int, nargs="+", default=(1_000_000, 10_000_000), help="lines a side (1,000,000 10,000,000)"
    )
    of_reconcile.add_argument("--rounds", type=int, default=3, help="runs below five million lines (3)")
    of_reconcile.add_argument(
        "--long-bytes",
        type=int,
        default=1_000_000_000,
        help="bytes of the camt.053 whose memory is measured (1,000,000,000)",
    )
    of_reconcile.set_defaults(run=run_reconcile)
    of_pages = what.add_parser(
        "pages", help="the portals' pages: server time, queries, bytes, largest contentful paint"
    )
    of_pages.add_argument("--clients", type=int, default=pages.Size().clients, help="clients (1,000,000)")
    of_pages.add_argument("--postings", type=int, default=pages.Size().postings, help="postings (10,000,000)")
    of_pages.add_argument("--requests", type=int, default=pages.Size().requests, help="requests of each page (50)")
    of_pages.add_argument("--no-paint", action="store_true", help="leave Chromium out")
    of_pages.add_argument(
        "--only", default="", metavar="NAME", help="pages whose names begin so: client:, custodian:list … (all)"
    )
    of_pages.set_defaults(run=run_pages)
    of_log = what.add_parser("log", help="the log: append, audit, proofs; proof of liabilities; sealed fields")
    of_log.add_argument(
        "--only", metavar="NAME", nargs="+", choices=[part.NAME for part in log.PARTS], default=(), help="parts (all)"
    )
    of_log.add_argument("--size", metavar="NAME=N", nargs="+", type=_size, default=(), help=f"of a part: {_sizes()}")
    of_log.add_argument("--rounds", type=int, default=3, help="runs of each figure (3)")
    of_log.set_defaults(run=run_log)
    for act in (of_api, of_books, of_history, of_install, of_log, of_pages, of_reconcile):
        act.add_argument("--json", action="store_true", help="print one JSON object")


def run_books(arguments: argparse.Namespace, wiring: Any) -> int:
    """Measure the books."""
    return _print(books.measure(books.Size(bids=arguments.bids, rounds=arguments.rounds), _say), arguments.json)


def run_history(arguments: argparse.Namespace, wiring: Any) -> int:
    """Measure a large book."""
    size = history.Size(postings=arguments.postings, few=arguments.few, snapshot_seconds=arguments.snapshot)
    return _print(history.measure(size, _say), arguments.json)


def run_api(arguments: argparse.Namespace, wiring: Any) -> int:
    """Measure the platform's door."""
    size = api.Size(rounds=arguments.rounds, seconds=arguments.seconds, many=arguments.many, few=arguments.many // 5)
    try:
        return _print(api.measure(size, _say), arguments.json)
    except wrk.Missing as missing:
        print(f"cunguan bench: {missing}", file=sys.stderr)
        return 2


def run_install(arguments: argparse.Namespace, wiring: Any) -> int:
    """Measure the install."""
    return _print(install.measure(_say), arguments.json)


def run_reconcile(arguments: argparse.Namespace, wiring: Any) -> int:
    """Measure the matching of a reconciliation."""
    from cunguan.doors.bench import reconcile  # needs the extra `recon`

    size = reconcile.Size(tuple(arguments.lines), arguments.rounds, arguments.long_bytes)
    return _print(reconcile.measure(size, _say), arguments.json)


def run_pages(arguments: argparse.Namespace, wiring: Any) -> int:
    """Measure the portals' pages."""
    size = pages.Size(arguments.clients, arguments.postings, arguments.requests, not arguments.no_paint, arguments.only)
    return _print(pages.measure(size, _say), arguments.json)


def run_log(arguments: argparse.Namespace, wiring: Any) -> int:
    """Measure the log and what stands on it."""
    return _print(log.measure(_say, arguments.only, dict(arguments.size), arguments.rounds), arguments.json)


def _size(text: str) -> tuple[str, int]:
    name, _, count = text.partition("=")
    if name not in {part.NAME for part in log.PARTS} or not count.isdecimal() or int(count) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: write a part and a number from 1 on, as in {_sizes()}")
    return name, int(count)


def _sizes() -> str:
    return " ".join(f"{part.NAME}={part.COUNT}" for part in log.PARTS)


def _print(report: Report, as_json: bool) -> int:
    print(msgspec.json.format(msgspec.json.encode(report)).decode() if as_json else "\n".join(lines(report)))
    return 0 if all(one.holds is not False for one in report.figures) else 1


def _say(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)
