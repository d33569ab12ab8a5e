"""OpenAPI: the document is one, every example is what its schema allows, and it says of each operation what a caller needs."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from cunguan.doors.api.app import endpoints
from cunguan.doors.api.kinds import PLATFORM
from cunguan.doors.api.openapi import operation_id, published

DOCUMENT = published(True)
OPERATIONS = [
    (f"{method.upper()} {path}", said)
    for path, methods in DOCUMENT["paths"].items()
    for method, said in methods.items()
]
EACH = pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])


def is_valid(value: Any, schema: dict[str, Any]) -> None:
    """Hold a value against a schema of the document, formats too."""
    whole = schema | {"components": DOCUMENT["components"]}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(value)


def contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every body and answer of an operation."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for answer in operation["responses"].values():
        yield from answer.get("content", {}).values()


def test_every_endpoint_is_an_operation_with_a_name_of_its_own() -> None:
    assert len(OPERATIONS) == len(endpoints())
    names = [said["operationId"] for _, said in OPERATIONS]
    assert sorted(names) == sorted(operation_id(endpoint) for endpoint in endpoints())
    assert len(set(names)) == len(names)


@EACH
def test_every_example_of_an_operation_is_what_its_schema_allows(name: str, operation: dict[str, Any]) -> None:
    for content in contents(operation):
        if "schema" in content:
            is_valid(content["example"], content["schema"])
    for parameter in operation["parameters"]:
        for example in [parameter["example"]] if "example" in parameter else parameter["schema"].get("examples", []):
            is_valid(example, parameter["schema"])


@EACH
def test_an_operation_says_what_it_is_and_how_it_is_signed(name: str, operation: dict[str, Any]) -> None:
    assert operation["summary"] and operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    is_below_v1 = name.split()[1].startswith("/v1/")
    assert ("security" in operation) == is_below_v1
    if is_below_v1:
        assert {"401", "403", "429"} <= operation["responses"].keys()
    if name.startswith(("POST", "PUT", "DELETE")) and is_below_v1:
        assert "Instruction-Id" in {parameter["name"] for parameter in operation["parameters"]}


def test_the_schemas_are_schemas() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema_rs.Draft202012Validator(schema | {"components": DOCUMENT["components"]})


def test_an_instruction_is_one_of_the_kinds_a_platform_may_ask_each_with_its_own_body() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    in_a_batch = schemas["BatchBody"]["properties"]["items"]["items"]
    for schema in (schemas["InstructionBody"], schemas["AuthorisationBody"], in_a_batch):
        bodies = {one["properties"]["kind"]["const"]: one["properties"]["body"]["$ref"] for one in schema["oneOf"]}
        assert bodies.keys() == PLATFORM
        assert bodies["bid_hold"] == "#/components/schemas/bid_hold"
    for kind in PLATFORM:
        assert schemas[kind]["additionalProperties"] is False and schemas[kind]["x-term"]


def test_outside_a_sandbox_its_operations_are_not_told_of() -> None:
    outside = published(False)
    there = {operation_id(endpoint) for endpoint in endpoints() if not endpoint.sandbox}
    assert {said["operationId"] for methods in outside["paths"].values() for said in methods.values()} == there
    assert "x-sandbox" not in str(outside)
