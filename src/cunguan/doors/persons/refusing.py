"""Refusing (拒绝说明): what a platform is told when personal data cannot be given or kept: a code, and no word of what it is.

Errors  Problem 404 no such client here · 409 restricted, shredded, another document · 422 what cannot be kept · 503 no key
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from cunguan.doors.api.problem import Problem
from cunguan.doors.persons.keeping import PersonRefused
from cunguan.doors.persons.shapes import DetailsWrong
from cunguan.kernel.codes import Code
from cunguan.keys.drawers import DrawersMissing
from cunguan.keys.fields import FieldBroken
from cunguan.keys.providers.base import KeysWrong
from cunguan.keys.subjects import SubjectKeyLost

log = logging.getLogger(__name__)

_STATUS = {Code.not_found: 404, Code.malformed: 422, Code.id_malformed: 422}


@contextmanager
def told(field: str = "") -> Iterator[None]:
    """Turn what refuses within into what a platform is told."""
    try:
        yield
    except PersonRefused as refused:
        raise Problem(_STATUS.get(refused.code, 409), refused.code, refused.why, field=field) from None
    except DetailsWrong as wrong:
        raise Problem(422, Code.malformed, str(wrong), field=str(wrong).partition(":")[0]) from None
    except (FieldBroken, SubjectKeyLost, DrawersMissing, KeysWrong):
        log.exception("personal data cannot be read", extra={"code": Code.personal_data_unreadable.name})
        raise Problem(
            503, Code.personal_data_unreadable, "the custodian's people look at it: name this request to them"
        ) from None
