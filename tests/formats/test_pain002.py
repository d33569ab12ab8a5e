"""pain.002: what we write is as its schema asks, and is read back; what a code says of the money."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from cunguan.formats import pain002
from cunguan.formats.payment import Reason, Status, StatusReport
from tests.formats.iso_values import assert_valid, reports, sample

REPORT = StatusReport(
    "R1", "2026-03-07T09:00:00Z", (Status("PART", message_id="M1", message_name="pain.001.001.09"),),
    (Status("", batch_id="B1"),), (Status("RJCT", (Reason("AC01"),), batch_id="B1", end_to_end_id="E1"),),
)  # fmt: skip

#: no schema of .10 is published with the samples: those of its neighbours are what it is held against
SCHEMAS = {pain002.V03: [pain002.V03], pain002.V10: ["pain.002.001.09", "pain.002.001.11"]}


@settings(max_examples=15, deadline=None)
@given(reports())
@pytest.mark.parametrize("version", [pain002.V03, pain002.V10])
def test_is_valid_and_read_back(version: str, report: StatusReport) -> None:
    raw = pain002.write(report, version)
    assert pain002.read(BytesIO(raw)) == replace(report, message=version)
    for schema in SCHEMAS[version]:
        assert_valid(raw.replace(version.encode(), schema.encode()), schema)


def test_keeps_the_uetr_where_the_version_has_one() -> None:
    uetr = "8a562c67-ca16-48ba-b074-65581be6f001"
    report = replace(REPORT, transfers=(replace(REPORT.transfers[0], uetr=uetr),))
    assert pain002.read(BytesIO(pain002.write(report))).transfers[0].uetr == uetr
    with pytest.raises(ValueError, match="has no UETR"):
        pain002.write(report, pain002.V03)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("ACSC", "settled"),
        ("ACCC", "settled"),
        ("ACSP", "accepted"),
        ("ACTC", "accepted"),
        ("PDNG", "accepted"),
        ("RJCT", "rejected"),
        ("PART", "unknown"),
        ("", "unknown"),
        ("OWN1", "unknown"),
    ],
)
def test_a_code_says_of_the_money(code: str, outcome: str) -> None:
    assert Status(code).outcome == outcome


def test_is_not_written_where_a_transfer_stands_in_no_batch() -> None:
    with pytest.raises(ValueError, match=r"batches \['B1'\] of its transfers are not in it"):
        pain002.write(replace(REPORT, batches=()))


def test_reads_the_reasons_of_a_published_refusal() -> None:
    with sample("pain.002").joinpath("pain002-epo_p_0_0_0_2018031510491259.xml").open("rb") as stream:
        report = pain002.read(stream)
    assert [(each.code, each.message_id) for each in report.messages] == [("ACTC", "MsgId-001")]
