"""Words of papers: what two people record of a pool's contract and its bank's letter.

two people record papers of PLATFORM: contract until DATE, review DATE
"""

from typing import Any

from tests.scenarios.language import sentence


@sentence("two people record papers of {platform}: contract until {until@}, review {review@}")
def record(script: Any, platform: str, until: str, review: str) -> None:
    script.ask(
        script.lanes[platform], "pool_papers", pool="main", bank_account="bank", contract="contract:1", contract_until=until,
        letter="letter:1", review_date=review, maker="m1", checker="c1",
    )  # fmt: skip
