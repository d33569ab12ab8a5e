"""What our readers look for, held against the published schemas: each path stands in some version, each value in every one."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from cunguan.formats import camt, camt_cases, pacs, pain001, pain002, xml
from tests.formats.iso_values import SCHEMAS

XS = "{http://www.w3.org/2001/XMLSchema}"

#: message → element, shape, and values that every version must have a path for
READ = {
    "camt.052": ("BkToCstmrAcctRpt", camt._SHAPES["BkToCstmrAcctRpt"]),
    "camt.053": ("BkToCstmrStmt", camt._SHAPES["BkToCstmrStmt"]),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", camt._SHAPES["BkToCstmrDbtCdtNtfctn"]),
    "camt.029": ("RsltnOfInvstgtn", camt_cases._SHAPES["RsltnOfInvstgtn"]),
    "camt.056": ("FIToFIPmtCxlReq", camt_cases._SHAPES["FIToFIPmtCxlReq"]),
    "pain.001": ("CstmrCdtTrfInitn", pain001._ORDER),
    "pain.002": ("CstmrPmtStsRpt", pain002._REPORT),
    "pacs.002": ("FIToFIPmtStsRpt", pacs._REPORT),
    "pacs.003": ("FIToFICstmrDrctDbt", pacs._SHAPES["FIToFICstmrDrctDbt"]),
    "pacs.004": ("PmtRtr", pacs._SHAPES["PmtRtr"]),
    "pacs.008": ("FIToFICstmrCdtTrf", pacs._SHAPES["FIToFICstmrCdtTrf"]),
    "pacs.009": ("FICdtTrf", pacs._SHAPES["FICdtTrf"]),
    "pacs.010": ("FIDrctDbt", pacs._SHAPES["FIDrctDbt"]),
}

OLDER = ("/Id/BBAN", "/Id/UPIC", "/Id/PrtryAcct/Id", "/Pty/Nm", "/Agt/FinInstnId/Nm")

NEEDED = {"amount", "currency", "credit", "status", "identity", "bank_reference", "booked_on", "value_on"}


@cache
def types(path: Path) -> dict[str, dict[str, str]]:
    """Return the elements of each type of a schema, with their types; and of the document, under ""."""
    root = etree.parse(path).getroot()
    found = {
        each.get("name"): {element.get("name"): element.get("type") for element in each.iter(f"{XS}element")}
        for each in root.iter(f"{XS}complexType")
    }
    for each in root.iter(f"{XS}complexType"):  # an amount is text of a type with an attribute
        found[each.get("name")] |= {f"@{attribute.get('name')}": "" for attribute in each.iter(f"{XS}attribute")}
    found[""] = {element.get("name"): element.get("type") for element in root.findall(f"{XS}element")}
    return found


def stands(schema: dict[str, dict[str, str]], path: str) -> bool:
    kind = ""
    for step in path.replace("@", "/@").split("/"):
        elements = schema.get(kind, {})
        kind = elements.get(step, elements.get(f"{step}V01", "?"))
        if kind == "?":
            return False
    return True


def paths(shape: xml.Shape, before: str) -> Iterator[tuple[str, str, str]]:
    """Yield record, name and path of all fields of a shape."""
    for name, path in shape.fields:
        yield before, name, f"{before}/{path}"
    for path, each in shape.records.items():
        yield from paths(each, f"{before}/{path}")


def schemas(message: str) -> list[Path]:
    if not SCHEMAS.is_dir():
        pytest.skip("the published schemas are not here: ../shared/data/02-xsd")
    return sorted((SCHEMAS / message).glob(f"{message}.001.??.xsd"))


def test_every_path_stands_in_some_version_of_some_message() -> None:
    """Tables serve several messages: what stands in one of them is no mistake; older accounts stand only in statements."""
    met: set[str] = set()
    looked_for: set[str] = set()
    for message, (element, shape) in READ.items():
        found = [(path.removeprefix(record), path) for record, _, path in paths(shape, f"Document/{element}")]
        looked_for |= {place for place, _ in found}
        for version in map(types, schemas(message)):
            met |= {place for place, path in found if stands(version, path)}
    assert {place for place in looked_for - met if not place.endswith(OLDER)} == set()


@pytest.mark.parametrize("message", ["camt.052", "camt.053", "camt.054"])
def test_every_version_of_a_statement_has_a_path_for_what_is_posted(message: str) -> None:
    element, shape = READ[message]
    for version in schemas(message):
        found = {
            (record, name) for record, name, path in paths(shape, f"Document/{element}") if stands(types(version), path)
        }
        names = {name for record, name in found if record.endswith("/Ntry")}
        assert NEEDED - names <= {"identity"}, version.name
