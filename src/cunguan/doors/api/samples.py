"""Samples (示例): an example for every schema of the door, so that each operation can be shown with values a reader knows.

Shape   WORDS: field -> a value of the story that all examples tell: lender L7 bids 600.00 on listing X1. What has no word
        gets the least value its schema allows
Returns plain values; a test holds every one against its schema
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

WORDS: dict[str, Any] = {
    "account": "L7", "accrued": "to_seller", "available_minor": 40_000, "balance_minor": 40_000, "bank_account": "bank",
    "amount_minor": 60_000, "at": "2026-03-02T07:00:00Z", "body": {}, "borrower": "B1", "business_date": "2026-03-02",
    "basis": "bp", "card": "L7:card", "cap_minor": 100_000, "channel": "demobank", "claim": "bid-0001", "closing_minor": 40_000,
    "code": "done", "code_number": 0, "counter_account": "held", "counter_owner": "L7", "currency": "CNY", "day": "open",
    "detail": {}, "due_date": "2026-04-02", "end_to_end_id": "W-0001", "grace_days": 2, "guarantor": "G1", "holder": "L7",
    "held_minor": 60_000, "id": "bid-0001", "instruction": "bid-0001", "interest_minor": 600, "item": "platform_fee",
    "key_id": "L7:key", "kind": "bid_hold", "lane": 1, "left_minor": 40_000, "limit": 50, "line": 0, "listing": "X1",
    "late_rate_e6": 182_500, "lent_minor": 60_000, "mandate": "", "method": "four_elements", "months": 3, "month": "2026-03",
    "name": "platform_fee", "next": None, "number": 1, "opening_minor": 0, "outstanding_minor": 60_000, "owner": "L7",
    "pack": "cn_p2p", "payee_hash": "payee:L7", "person": "person:L7", "platform": "P1", "pool": "main",
    "principal_minor": 60_000, "purpose": "bid", "rate_bp": 200, "rate_e6": 120_000, "rank": 1, "regime": "lending",
    "raised_minor": 60_000, "recorded": [], "release_by": "2026-03-09", "remaining_minor": 60_000, "role": "lender",
    "rule": "equal_principal", "schedule": "fees", "seller": "L7", "seq": 42, "share_minor": 60_000, "source": "sandbox",
    "raise_until": "2026-03-06", "reference": "r-0001", "status": "done", "trustee": "T1", "until": "2026-12-31",
    "until_seq": 42, "version": 1, "lender": "L7", "state": "active", "type": "bid", "why": "",
}  # fmt: skip

#: what stands in a path after its collection
IDS = {"accounts": "L7", "pools": "main", "listings": "X1", "mandates": "mandate-0001", "cards": "L7:card", "sales": "sale-0001",
       "fee-schedules": "fees:1", "fee-consents": "L7:fees", "runs": "repay-0001", "partners": "A1", "payees": "P1:own",
       "withdrawals": "W-0001", "deposits": "in-0001", "authorisations": "bid-0001",
       "persons": "person-7", "documents": "id-front"}  # fmt: skip

_FORMATS = {"date": "2026-03-02", "date-time": "2026-03-02T07:00:00Z", "byte": "AAAA"}


def sample(schema: Schema, components: Mapping[str, Schema], name: str = "") -> Any:
    """Return an example of a schema; `name` is the field it stands in."""
    if "$ref" in schema:
        return sample(components[schema["$ref"].rpartition("/")[2]], components, name)
    if examples := schema.get("examples"):
        return examples[0]
    if name in WORDS and _fits(WORDS[name], schema):
        return WORDS[name]
    return _least(schema, components, name)


def _least(schema: Schema, components: Mapping[str, Schema], name: str) -> Any:
    """Return the least value a schema allows."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return sample(schema[several][0], components, name)
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {
                field: sample(of, components, field) for field, of in fields.items() if _is_shown(field, of, schema)
            }
        case "array":
            return [sample(schema["items"], components, name)] if isinstance(schema.get("items"), Mapping) else []
        case "string":
            return _FORMATS.get(schema.get("format", ""), "x" * max(schema.get("minLength", 0), 1))
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
    return {} if not schema else None


def _is_shown(field: str, of: Schema, schema: Schema) -> bool:
    return field in schema.get("required", ()) or field in ("mandate",)


def _fits(value: Any, schema: Schema) -> bool:
    """Return whether a word is of a schema's type: what is an enumeration must be in it, an object is never a word."""
    if "enum" in schema:
        return value in schema["enum"]
    if "const" in schema:
        return bool(value == schema["const"])
    if "anyOf" in schema:
        return any(_fits(value, one) for one in schema["anyOf"])
    kinds = {"string": str, "integer": int, "null": type(None), "array": list}
    kind = kinds.get(schema.get("type", ""))
    return kind is not None and isinstance(value, kind) and not isinstance(value, bool)
