"""Limits (额度): what a person has used of a limit across platforms is the sum of his open reservations.

Reads   exposure, reservation (lane 0)
Source  design/lanes.md 1; domain-decisions.md 30
"""

from collections.abc import Iterator

from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Page, PageOf

#: both directions: an exposure without reservations, and reservations without an exposure
_EXPOSURES = PageOf(
    "exposure",
    "coalesce(reserved_minor, 0), coalesce(open_minor, 0)::int8",
    """exposure FULL JOIN (
        SELECT lane, person || ':' || currency AS id, sum(amount_minor) AS open_minor FROM reservation
        WHERE state IN ('reserved', 'confirmed') GROUP BY 1, 2) reserved USING (lane, id)""",
    rows=200_000,  # each page sums all reservations up
)


class Limits(Claim):
    """No reservation is lost, none counts twice."""

    name = "limits"
    says = "the exposure of each person is the sum of his open reservations"
    pages = (_EXPOSURES,)

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare each exposure with its reservations."""
        self.checked += len(page.rows)
        for name, reserved, expected in page.rows:
            if reserved != expected:
                yield self.finding(
                    None, f"exposure {name}", "it is not the sum of open reservations", expected, reserved
                )
