"""Wall (隔离墙): each request reads in one transaction, and in it only the lanes its reader may see.

When    after the reader is known, around the view
Does    sets `cunguan.lanes` for this transaction: of a platform's person its lane, of a client the lanes where he has
        accounts, of custodian, regulator and auditor all ('*'); of anybody else none. Of a client `cunguan.person` also says who
        he is: what is kept of persons goes by it. PostgreSQL's row policies go by both (store/roles.py, the desks' migrations),
        whatever a view asks for. A view that fails is rolled back whole
Source  issue "People" 10
"""

from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from cunguan.desks.people.roles import AUDITOR, CLIENT, PLATFORM, REGULATOR, STAFF
from cunguan.doors.portals.shell.reader import Who

ALL = "*"
_EVERYWHERE = {STAFF, REGULATOR, AUDITOR}


class Wall:
    """A middleware."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer behind the wall."""
        with transaction.atomic():
            raise_for(request.reader)
            response = self._answer(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def raise_for(reader: Who) -> None:
    """Raise the wall of this transaction for a reader."""
    with connection.cursor() as cursor:
        if reader.kind == CLIENT:
            cursor.execute(
                "SELECT set_config('cunguan.lanes', lanes_of_person(%(person)s), true), set_config('cunguan.person', %(person)s, true)",
                {"person": reader.reference},
            )
            return
        lanes = ALL if reader.kind in _EVERYWHERE else str(reader.lane) if reader.kind == PLATFORM else ""
        cursor.execute("SELECT set_config('cunguan.lanes', %s, true)", (lanes,))
