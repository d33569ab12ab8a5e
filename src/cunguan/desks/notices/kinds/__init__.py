"""Kinds of notices (通知种类): one file a kind, with its words; a new kind is a new file.

Shape   each file holds KIND; TITLE and TEXT (English in the source; TEXT names its values as %(name)s); VALUES: what telling must
        give; IS_SENT: whether it also goes out by another channel; LINK: the name of the page where he sees more, or ""
        a value `…_minor` is shown as money of `currency` under its name without the ending; `what` and `why` are words of ours
"""

import importlib
import pkgutil
from functools import cache

import msgspec

import cunguan.desks.notices.kinds as folder


class Kind(msgspec.Struct, frozen=True):
    """One kind."""

    kind: str
    title: str
    text: str
    values: tuple[str, ...]
    is_sent: bool
    link: str


@cache
def kinds() -> dict[str, Kind]:
    """Return every kind by its name."""
    return {one.kind: one for one in map(_kind, sorted(info.name for info in pkgutil.iter_modules(folder.__path__)))}


def _kind(name: str) -> Kind:
    module = importlib.import_module(f"{folder.__name__}.{name}")
    return Kind(module.KIND, module.TITLE, module.TEXT, module.VALUES, module.IS_SENT, module.LINK)
