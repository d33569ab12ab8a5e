"""Simulation (模拟): seeded weeks of two platforms against a bank of its own; a seed that breaks tells its shortest story.

When    python3 run.py sim [--seed N] [--seeds N] [--weeks W] [--store memory|postgres] [--show] [--keep NAME]
Returns 0 every seed held, 1 one broke (its story is printed in the language of the scenarios), 2 wrong usage
"""

import argparse
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.scenarios.language import whole_house
from tests.simulation.house import Broken
from tests.simulation.story import Teller, Told, shortest
from tests.simulation.week import tell
from tests.store.twins import MemoryTwin, Twin, shared_twin

KEPT = Path(__file__).parent / "kept"


def main(argv: Sequence[str]) -> int:
    """Tell some seeds and say which broke."""
    options = _options(argv)
    logging.disable(logging.CRITICAL)  # what is quarantined is told as a break, and many times while a story is cut
    with _stores(options.store) as make:
        for seed in range(options.seed, options.seed + options.seeds):
            told, broken = one(seed, make(), weeks=options.weeks, each_batch=options.store == "memory")
            if options.show:
                print("\n".join(sentence.line() for sentence in told))
            if broken is not None:
                _explain(seed, told, broken, options.keep)
                return 1
    print(f"{options.seeds} seeds from {options.seed} on, {options.weeks} weeks each, on {options.store}: all held")
    return 0


def one(seed: int, store: Twin, *, weeks: int = 1, each_batch: bool = True) -> tuple[list[Told], Broken | None]:
    """Tell one seed; return what was told, and where it broke."""
    with whole_house():
        teller = Teller(store, each_batch=each_batch)
        try:
            tell(teller, seed, weeks=weeks)
        except Broken as broken:
            return teller.told, broken
        return teller.told, None


def story(seed: int, told: Sequence[Told], broken: Broken) -> str:
    """Return the shortest story that breaks the same, as the text of a scenario."""
    short = shortest([sentence.said for sentence in told], broken.what)
    head = f"# Seed {seed} of the simulation. After the last line this did not hold:\n# {broken.what}\n\n"
    return head + "\n".join(sentence.line() for sentence in short) + "\n"


def _explain(seed: int, told: Sequence[Told], broken: Broken, keep: str) -> None:
    print(f"seed {seed} broke after {len(told)} sentences.\n{broken}\n\nThe shortest story that breaks it:\n")
    text = story(seed, told, broken)
    print(text)
    if keep:
        (KEPT / f"{keep}.txt").write_text(text, encoding="utf-8")
        print(f"kept as {KEPT.name}/{keep}.txt; correct what a line expects where the fault was in its answer")
    else:
        print(f"To keep it as a test: python3 run.py sim --seed {seed} --keep <name>")


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py sim", description="seeded weeks of two platforms and their bank")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, one after the other")
    parser.add_argument("--weeks", type=int, default=1, help="how long each is")
    parser.add_argument("--store", choices=("memory", "postgres"), default="memory")
    parser.add_argument("--show", action="store_true", help="print what was told, also where nothing broke")
    parser.add_argument("--keep", default="", metavar="NAME", help="keep the story of the seed that broke, as a test")
    return parser.parse_args(argv)


@contextmanager
def _stores(name: str) -> Iterator[Callable[[], Twin]]:
    if name == "memory":
        yield MemoryTwin
        return
    from tests.conftest import serve

    with contextmanager(serve)("wheel") as url, shared_twin(url) as make:
        yield make


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
