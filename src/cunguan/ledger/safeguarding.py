"""Safeguarding figures (保障资金计算): what must be kept safe for clients, what is there, and what is missing.

When    once a reconciliation day, at its point; pay in what is missing by the end of that day
Shape   Figures: requirement and resource, and both once more as they must stand at the end of the next day, when what
        came in today must have been placed. From a firm's own balance file: `figures`; from our books: `of_books`
Units   minor units of one currency and pool; a shortfall and an excess are never below zero
Source  CASS 15.8.26R, 15.8.29G, 15.8.31R, 15.8.50R; domain.md (e.4), (k.2); domain-decisions.md 1, 3, 36
"""

from collections.abc import Collection, Iterable

import msgspec

#: what clients have, whatever it is set aside for; uncleared money is not here yet
OF_CLIENTS = frozenset({"2010", "2020", "2030", "2040"})
#: money in the pool that is somebody's, and nobody knows yet or finds whose
NOT_ALLOCATED = frozenset({"2210", "2220", "2230", "2240", "2310"})


class Figures(msgspec.Struct, frozen=True):
    """The two comparisons of a day."""

    requirement_minor: int
    resource_minor: int
    next_day_requirement_minor: int
    next_day_resource_minor: int

    @property
    def shortfall_minor(self) -> int:
        """What is missing now."""
        return max(self.requirement_minor - self.resource_minor, 0)

    @property
    def excess_minor(self) -> int:
        """What is there beyond what must be."""
        return max(self.resource_minor - self.requirement_minor, 0)

    @property
    def next_day_shortfall_minor(self) -> int:
        """What will be missing when today's money must have been placed."""
        return max(self.next_day_requirement_minor - self.next_day_resource_minor, 0)


def figures(
    clients: Iterable[int], *, unallocated_minor: int, placed_minor: int, not_yet_placed_minor: int,
    received_today_minor: int,
) -> Figures:  # fmt: skip
    """Return the figures of a firm's own balances, one a client; a negative one counts as nothing, and nets nobody's.

    >>> day = figures([50_000, 30_000, -5_000], unallocated_minor=2_000, placed_minor=70_000,
    ...               not_yet_placed_minor=9_000, received_today_minor=9_000)
    >>> day.requirement_minor, day.resource_minor, day.shortfall_minor
    (82000, 79000, 3000)
    >>> day.next_day_requirement_minor, day.next_day_resource_minor, day.next_day_shortfall_minor
    (73000, 70000, 3000)
    """
    requirement_minor = sum(max(balance, 0) for balance in clients) + unallocated_minor
    return Figures(
        requirement_minor,
        placed_minor + not_yet_placed_minor,
        requirement_minor - received_today_minor,
        placed_minor,
    )


def of_books(
    balances: Iterable[tuple[str, str, int]], *, placed_in: Collection[str], received_today_minor: int
) -> Figures:
    """Return the figures of one pool's accounts: code, owner and balance of each.

    placed_in  the bank accounts that are safeguarding accounts; what is in another is not placed yet
    The firm's own money in the pool counts, the platform's does not; a client's debt (1040) is never netted: he has 0.

    >>> accounts = [("2010", "A", 50_000), ("2010", "C", 0), ("1040", "C", 5_000), ("2110", "main", 700),
    ...             ("3010", "main", 1_000), ("1010", "bank", 46_700)]
    >>> of_books(accounts, placed_in={"bank"}, received_today_minor=0).shortfall_minor
    4000
    """
    clients: dict[str, int] = {}
    unallocated_minor = placed_minor = not_yet_placed_minor = 0
    for code, owner, balance in balances:
        if code in OF_CLIENTS:
            clients[owner] = clients.get(owner, 0) + balance
        elif code in NOT_ALLOCATED:
            unallocated_minor += balance
        elif code == "1010" and owner not in placed_in:
            not_yet_placed_minor += balance
        elif code == "1010":
            placed_minor += balance
        elif code.startswith("21"):
            placed_minor -= balance
    return figures(
        clients.values(), unallocated_minor=unallocated_minor, placed_minor=placed_minor,
        not_yet_placed_minor=not_yet_placed_minor, received_today_minor=received_today_minor,
    )  # fmt: skip
