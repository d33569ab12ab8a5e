"""What nothing may change: the heads of all lanes and how many rows stand in each table of money."""

from typing import Any

from tests.doors.api.harness import LENDERS, Stack

TABLES = (
    "instruction",
    "instruction_key",
    "journal",
    "posting",
    "batch",
    "state_move",
    "hold",
    "adjustment",
    "balance",
)


def standing(stack: Stack) -> list[tuple[Any, ...]]:
    """Return heads and counts."""
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in TABLES)
    return stack.query("SELECT lane, head FROM lane ORDER BY lane") + stack.query(f"{counts} ORDER BY 1")


def bid(name: str, n: int = 0, **changed: Any) -> dict[str, Any]:
    """Return a bid of a lender under his mandate, as it is sent."""
    lender = LENDERS[n % len(LENDERS)]
    body = {"lender": lender, "listing": "X0", "amount_minor": 100, "mandate": f"mandate:{lender}"}
    return {"id": name, "kind": "bid_hold", "body": {**body, **changed}}
