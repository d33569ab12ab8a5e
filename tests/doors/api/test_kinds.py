"""Kinds: each is classed once, and nothing that others answer for can be asked by a platform."""

import msgspec

from cunguan.doors.api.kinds import AS_CLIENT, ELSEWHERE, OTHERS, PLATFORM
from cunguan.doors.catalogue.read import entries
from cunguan.operations.catalogue import operations


def test_every_kind_is_classed_once() -> None:
    classed = [*PLATFORM, *ELSEWHERE, *OTHERS]
    assert sorted(classed) == sorted(operations())


def test_nothing_of_two_names_of_a_bank_of_a_court_or_of_lane_0_is_asked_by_a_platform() -> None:
    for one in entries():
        if one.kind in PLATFORM:
            assert operations()[one.kind].lane == "platform", one.kind
            ways = [way for way in one.authority if way[:2] in ("S:", "M:", "L:") or "name" in way]
            assert not ways or one.kind in AS_CLIENT, (one.kind, ways)


def test_a_field_that_names_a_person_of_the_custodian_is_closed_to_platforms() -> None:
    for kind in PLATFORM:
        for field in msgspec.structs.fields(operations()[kind].body):
            if field.name in ("maker", "checker", "asked_by", "answered_by", "instrument", "timer", "source", "method"):
                assert field.name in AS_CLIENT[kind], (kind, field.name)


def test_what_is_closed_stands_in_its_body() -> None:
    for kind, fields in AS_CLIENT.items():
        assert set(fields) <= {field.name for field in msgspec.structs.fields(operations()[kind].body)}
