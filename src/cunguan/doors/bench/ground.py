"""Ground (试验场): a database with lenders, mandates and listings to measure on, made through the operations.

Shape   one platform in lane 1, pack none_recorded, `LENDERS` lenders with a bid mandate and money, listings
        that never fill; everything by instructions, but the million accounts of the memory bench
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from cunguan.desks.ledger.migrate import migrate
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.keys.sandbox import SandboxKeys
from cunguan.operations.catalogue import operation
from cunguan.plane.across import Plane
from cunguan.plane.lane import Lane

DAY = date(2026, 3, 2)
POOL, BANK = "main", "bank"
HUGE = 10**15
KEYS = SandboxKeys(b"bench" * 8)


@contextmanager
def database(owner_url: str, name: str) -> Iterator[str]:
    """Yield the URL of a fresh database with the schema; it is dropped at the end."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = make_conninfo(owner_url, dbname=name)
    migrate(url)
    try:
        yield url
    finally:
        with psycopg.connect(owner_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def instruction(lane: int, instruction_id: str, kind: str, /, **body: Any) -> Instruction:
    """Return an instruction, signed by its client where it needs that."""
    made = Instruction(instruction_id, kind, msgspec.convert(body, operation(kind).body))
    text_of = operation(kind).authority_text
    text = None if text_of is None else text_of(made, lane)
    if text is None:
        return made
    return msgspec.structs.replace(made, evidence=KEYS.confirm(f"{text.owner}:key", text))


def ask_all(plane: Plane, lane: int, instructions: Iterable[Instruction]) -> list[Answer]:
    """Hand in many at once, in chunks a queue can take; all must be done."""
    answers: list[Answer] = []
    chunk: list[Any] = []
    for one in instructions:
        chunk.append(plane.submit(lane, one))
        if len(chunk) == 5_000:
            answers += [future.result() for future in chunk]
            chunk = []
    answers += [future.result() for future in chunk]
    for answer in answers:
        assert answer.code is Code.done, answer
    return answers


@contextmanager
def lanes(url: str) -> Iterator[Plane]:
    """Yield lanes 0 and 1, run in this process."""
    both = {number: Lane(number, url, owner="bench").start(5.0) for number in (0, 1)}
    try:
        yield Plane(both)
    finally:
        for lane in both.values():
            lane.stop()


def open_platform(plane: Plane) -> None:
    """Open lane 0, and a platform with one pool in lane 1."""
    names = {"maker": "m1", "checker": "c1"}
    ask_all(plane, 0, [
        instruction(0, "open:0", "lane_opening", platform="custodian", pack="", sandbox=True, business_date=DAY, pools=[],
                    bank_accounts=[], **names),
        instruction(0, "platform:1", "platform_registration", platform="P1", lane=1, pack="none_recorded", sandbox=True, **names),
    ])  # fmt: skip
    ask_all(plane, 1, [
        instruction(1, "open:1", "lane_opening", platform="P1", pack="none_recorded", sandbox=True, business_date=DAY,
                    pools=[{"id": POOL, "currency": "USD", "regime": "lending"}],
                    bank_accounts=[{"id": BANK, "pool": POOL, "channel": "demobank", "reference": "r"}], **names),
    ])  # fmt: skip


def open_clients(plane: Plane, names: list[str], role: str) -> None:
    """Open accounts for clients, each a person of his own."""
    ask_all(plane, 0, (
        instruction(0, f"register:{name}", "person_registration", person=f"person:{name}", kind="person", method="sandbox",
                    source="sandbox", reference="r") for name in names
    ))  # fmt: skip
    ask_all(plane, 1, (
        instruction(1, f"account:{name}", "account_opening", holder=name, person=f"person:{name}", pool=POOL, role=role,
                    kind="person", method="sandbox", source="sandbox", key_id=f"{name}:key",
                    evidence_kind="sandbox_ed25519", public_key=KEYS.public_key(f"{name}:key")) for name in names
    ))  # fmt: skip


def give_money(plane: Plane, names: list[str], tag: str = "") -> None:
    """Deposit more than any bench spends."""
    ask_all(plane, 1, (
        instruction(1, f"deposit:{name}{tag}", "deposit_direct", holder=name, bank_account=BANK, amount_minor=HUGE // 10**5,
                    payer_matches=True, reference="r") for name in names
    ))  # fmt: skip


def grant_mandates(plane: Plane, names: list[str], type: str) -> None:
    """Give each a standing authority; its id is mandate:<name>."""
    ask_all(plane, 1, (
        instruction(1, f"mandate:{name}", "mandate_grant", holder=name, type=type, cap_minor=HUGE,
                    until=DAY + timedelta(days=300)) for name in names
    ))  # fmt: skip


def open_listings(
    plane: Plane, names: list[str], borrower: str, amount_minor: int = HUGE, *, rate_e6: int = 100_000, months: int = 12
) -> None:
    """Register listings that are raising."""
    ask_all(plane, 1, (
        instruction(1, f"listing:{name}", "listing_registration", listing=name, pool=POOL, borrower=borrower,
                    person=f"person:{borrower}", currency="USD", pack="none_recorded", amount_minor=amount_minor, rate_e6=rate_e6,
                    rule="bullet", months=months, raise_until=DAY + timedelta(days=15)) for name in names
    ))  # fmt: skip


def home_of(path: Path) -> Path:
    """Return a folder the database's own user may enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o711)
    return path
