"""Routing: where the money of a neutral `send` comes from and goes to; the shares are those of our own division.

Shape   postings(send, ask): (source, destination, amount) in order; `ask(account, asset)` is what stands there now
Errors  Missing: the sources do not have what is asked. ValueError: portions that share nothing, or more than there is
Source  the notes of the case files; kernel/money.split
"""

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Any

from cunguan.kernel.money import split

ALL = None
Parts = list[tuple[str, int]]


class Missing(Exception):
    """The sources do not have what is asked."""


def shares(total: int, portions: list[Fraction | None]) -> list[int]:
    """Share a total by portions; None is what the others leave, and may stand once.

    >>> shares(15, [Fraction(1, 2), Fraction(1, 2), None])
    [8, 7, 0]
    """
    if portions.count(None) > 1:
        raise ValueError("only one portion can be what the others leave")
    left = 1 - sum(part for part in portions if part is not None)
    whole = [left if part is None else part for part in portions]
    if None not in portions and left:
        raise ValueError("the portions are not the whole")
    scale = lcm(*(part.denominator for part in whole))
    return split(total, [int(part * scale) for part in whole])


class Route:
    """One script: its variables, and what was kept back or taken already."""

    def __init__(self, variables: dict[str, Any], ask: Callable[[str], int]) -> None:
        self.variables, self.ask = variables, ask
        self.kept: dict[str, int] = {}
        self.taken: dict[str, int] = {}

    def send(self, said: dict[str, Any]) -> list[tuple[str, str, int]]:
        """Return the postings of one send."""
        self.taken = {}
        amount = self.number(said["amount"])
        sources = self.take(said["source"], amount)
        total = sum(part for _, part in sources)
        if amount is not ALL and total < amount:
            raise Missing
        return _pairs(sources, self.give(said["destination"], total))

    def keep(self, said: dict[str, Any]) -> None:
        """Keep an amount of an account back for the rest of the script."""
        account, amount = self.name(said["account"]), self.number(said["amount"])
        self.kept[account] = max(self.ask(account), 0) if amount is ALL else amount

    # ── words ────────────────────────────────────────────────────────────────
    def name(self, said: Any) -> str:
        """Return an account's name."""
        return str(self.variables[said["var"]] if isinstance(said, dict) else said)

    def number(self, said: Any) -> Any:
        """Return an amount; ALL is everything."""
        if isinstance(said, dict) and "op" in said:
            left, right = self.number(said["left"]), self.number(said["right"])
            return left + right if said["op"] == "+" else left - right
        if isinstance(said, dict) and "var" in said:
            return self.number(self.variables[said["var"]])
        if isinstance(said, dict):
            return self.number(said["amount"])
        text = str(said).split(" ")[-1]  # "EUR/2 100"
        return ALL if text == "ALL" else int(text)

    def portion(self, part: dict[str, Any]) -> Fraction | None:
        """Return a portion; None for what the others leave."""
        said = part.get("portion", "remaining")
        text = str(self.variables[said["var"]] if isinstance(said, dict) else said)
        if text == "remaining":
            return None
        return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)

    # ── where it comes from, and goes to ─────────────────────────────────────
    def take(self, source: dict[str, Any], amount: Any) -> Parts:
        """Return who gives how much; less than asked where there is less."""
        if "in_order" in source:
            found: Parts = []
            for one in source["in_order"]:
                found += self.take(one, ALL if amount is ALL else amount - sum(part for _, part in found))
            return found
        if "max" in source:
            most = max(self.number(source["max"]), 0)
            return self.take(source["from"], most if amount is ALL else min(amount, most))
        if "allotment" in source:
            parts = source["allotment"]
            found = []
            for one, share in zip(parts, shares(amount, [self.portion(part) for part in parts]), strict=True):
                taken = self.take(one["from"], share)
                if sum(part for _, part in taken) < share:
                    raise Missing
                found += taken
            return found
        return self._from_account(source, amount)

    def _from_account(self, source: dict[str, Any], amount: Any) -> Parts:
        account = self.name(source["account"])
        if account == "world":
            return [(account, amount)]
        free = max(self.ask(account) - self.kept.get(account, 0) - self.taken.get(account, 0), 0)
        part = free if amount is ALL else min(amount, free)
        self.taken[account] = self.taken.get(account, 0) + part
        return [(account, part)]

    def give(self, destination: Any, amount: int) -> Parts:
        """Return who gets how much; what is kept goes to nobody."""
        if destination == "KEPT":
            return [("", amount)]
        if "in_order" in destination:
            found: Parts = []
            for one in destination["in_order"]:
                most = max(self.number(one["max"]), 0) if "max" in one else amount
                part = min(most, amount)
                found, amount = found + self.give(one["to"], part), amount - part
            return found
        if "allotment" in destination:
            parts = destination["allotment"]
            found = []
            for one, share in zip(parts, shares(amount, [self.portion(part) for part in parts]), strict=True):
                found += self.give(one["to"], share)
            return found
        return [(self.name(destination["account"]), amount)]


def _pairs(sources: Parts, destinations: Parts) -> list[tuple[str, str, int]]:
    """Return the postings that carry what comes to where it goes, in order; nothing is posted of nothing."""
    found: list[tuple[str, str, int]] = []
    waiting = [part for part in sources if part[1]]
    for to, amount in destinations:
        while amount:
            origin, there = waiting.pop(0)
            part = min(there, amount)
            amount -= part
            if there > part:
                waiting.insert(0, (origin, there - part))
            if found and found[-1][:2] == (origin, to):
                found[-1] = (origin, to, found[-1][2] + part)
            else:
                found.append((origin, to, part))
    return [line for line in found if line[1]]
