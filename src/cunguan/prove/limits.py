"""Limits (额度): what a person has used of a limit across platforms is the sum of his open reservations.

Reads   exposure, reservation (lane 0)
Source  design/lanes.md 1; domain-decisions.md 30
"""

from collections.abc import Iterator

from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Page, PageOf

_OPEN = "('reserved', 'confirmed')"


class Limits(Claim):
    """No reservation is lost, none counts twice."""

    name = "limits"
    says = "the exposure of each person is the sum of his open reservations"
    pages = (
        PageOf(
            "exposure",
            f"""reserved_minor, (SELECT coalesce(sum(r.amount_minor), 0)::int8 FROM reservation r
                WHERE r.lane = exposure.lane AND r.state IN {_OPEN} AND r.person || ':' || r.currency = exposure.id)""",
        ),
    )

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare each exposure with its reservations."""
        self.checked += len(page.rows)
        for name, reserved, expected in page.rows:
            if reserved != expected:
                yield self.finding(None, f"exposure {name}", "it is not the sum of open reservations", expected, reserved)
