"""Outcome (测算结果): what one run read of one pool, and what its rule pack says of it.

Shape   Inputs: everything the figures depend on; their canonical JSON is what is hashed and kept, and the figures can be made
        from it again. Outcome: the figures with the pack, the code and the inputs they were made by
        told: one flat object for machines
Units   minor units
"""

import hashlib
from datetime import date
from typing import Any, Literal

import msgspec

import cunguan
from cunguan.kernel.canonical import canonical_json
from cunguan.policy.safeguarding.engine import Facts, Figures, Held, Record, compute
from cunguan.policy.safeguarding.pack import Pack
from cunguan.policy.safeguarding.rules import rule_hash


class Inputs(msgspec.Struct, frozen=True):
    """What a run read.

    upto_seq, since_seq  books: as of which sequence, and after which one money counts as received today
    lines_sha256         books: of every account with its balance; file: of its bytes
    """

    source: Literal["books", "file"]
    lane: int
    platform: str
    pool: str
    currency: str
    upto_seq: int
    since_seq: int
    lines_sha256: str
    held: Held
    facts: Facts
    records: tuple[Record, ...]


class Outcome(msgspec.Struct, frozen=True):
    """What a rule pack says of a pool on a date."""

    rule: str
    rule_version: int
    rule_hash: str
    date: date
    code_version: str
    inputs: Inputs
    figures: Figures

    @property
    def inputs_sha256(self) -> str:
        """The hash of everything that was read."""
        return hashlib.sha256(canonical_json(self.inputs)).hexdigest()

    @property
    def external(self) -> str:
        """The external reconciliation: differs where a statement says otherwise, else incomplete where one is missing, or agrees."""
        said = [one for one in self.inputs.records if one.statement_minor is not None]
        if not all(one.agrees for one in said):
            return "differs"
        return "agrees" if len(said) == len(self.inputs.records) else "incomplete"

    @property
    def holds(self) -> bool:
        """Test that nothing is missing, and no statement says otherwise."""
        return self.figures.is_sound and self.external != "differs"


def conclude(pack: Pack, day: date, inputs: Inputs) -> Outcome:
    """Return what a pack says of what was read."""
    figures = compute(pack, inputs.held, inputs.facts)
    return Outcome(pack.id, pack.version, rule_hash(pack), day, cunguan.__version__, inputs, figures)


def told(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as one object for machines."""
    inputs, figures = outcome.inputs, outcome.figures
    now, then = figures.now, figures.next_day
    return {
        "rule": outcome.rule, "rule_version": outcome.rule_version, "rule_hash": outcome.rule_hash, "date": outcome.date,
        "source": inputs.source, "platform": inputs.platform, "pool": inputs.pool, "currency": inputs.currency,
        "requirement_minor": now.requirement_minor, "resource_minor": now.resource_minor,
        "shortfall_minor": now.shortfall_minor, "excess_minor": now.excess_minor, "verdict": now.verdict,
        "next_day_requirement_minor": then.requirement_minor if then else None,
        "next_day_resource_minor": then.resource_minor if then else None,
        "next_day_shortfall_minor": then.shortfall_minor if then else None,
        "next_day_excess_minor": then.excess_minor if then else None,
        "next_day_verdict": then.verdict if then else None,
        "requirement": figures.requirement, "resource": figures.resource, "share_e6": figures.share_e6,
        "share_of_minor": figures.share_of_minor, "clients": figures.clients, "own_minor": figures.own_minor,
        "below_zero_minor": figures.below_zero_minor, "to_place_minor": figures.to_place_minor, "is_sound": figures.is_sound,
        "external": outcome.external, "records": inputs.records, "upto_seq": inputs.upto_seq,
        "code_version": outcome.code_version, "inputs_sha256": outcome.inputs_sha256,
    }  # fmt: skip
