"""Codes (返回码表): every result code with its group and its remark, as kernel/codes.py has them, for pages and documents.

Shape   CodeEntry: number, name, the group it stands in, the remark beside it, whether a retry may help, whether it is stored
Reads   the source of kernel/codes.py: a group is a comment on a line of its own, a remark stands behind the number
"""

import inspect
import re

import msgspec

from cunguan.kernel import codes
from cunguan.kernel.codes import NOT_ADMITTED, Code, may_retry

_MEMBER = re.compile(r"    (?P<name>[a-z]\w*) = \d+(?:  # (?P<remark>.+))?$")
_GROUP = re.compile(r"    # (?P<group>.+)$")


class CodeEntry(msgspec.Struct, frozen=True):
    """One code."""

    number: int
    name: str
    group: str
    remark: str
    retry: bool
    is_stored: bool


def code_entries() -> list[CodeEntry]:
    """Return every code in the order of the file, which is the checking order.

    >>> [entry.name for entry in code_entries()][:3]
    ['done', 'in_doubt', 'malformed']
    >>> next(entry.remark for entry in code_entries() if entry.name == "barred")
    'the id was barred by the custodian and can never be used'
    """
    found, group = [], ""
    for line in inspect.getsource(codes.Code).splitlines():
        if said := _GROUP.match(line):
            group = said["group"]
        elif member := _MEMBER.match(line):
            code = Code[member["name"]]
            found.append(
                CodeEntry(
                    int(code), code.name, group, member["remark"] or "", may_retry(code), code not in NOT_ADMITTED
                )
            )
    assert len(found) == len(Code), "a code does not stand in the form of the file"
    return found
