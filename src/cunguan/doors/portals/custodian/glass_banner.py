"""The banner of broken glass (应急横幅): over every page of the console while nobody has reviewed what was done past the usual way.

Reads   approvals_broken_glass, only when a page of the staff is made
"""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cunguan.desks.approvals.glass import open_ones


def banner(request: HttpRequest) -> dict[str, Any]:
    """Return what stands open, for the staff alone."""
    reader = getattr(request, "reader", None)
    if reader is None or not reader.is_staff:
        return {}
    return {"broken_glass": SimpleLazyObject(open_ones)}
