"""Table: which operation a path means; plain paths by one look-up, the others segment by segment.

When    every request, before its body is read
Shape   a path's template is literal segments and `{name}`s; a literal wins over a name. The raw path is split before its
        percent signs are read, so that an id may hold a slash: A%2F1
Returns the methods of the path with its names filled in; None where there is no such path
Source  RFC 3986 section 2.4; RFC 9110 section 15.5.6
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from cunguan.doors.api.endpoint import Endpoint

#: what a person or a program may put in the place of a name; ids are at most 200, tokens of pages are longer
NAME_CHARACTERS_MAX = 512

Served = Callable[..., Any]
Methods = dict[str, Served]
Found = tuple[Methods, Mapping[str, str]]
NO_NAMES: Mapping[str, str] = {}

#: keys beside the literal segments of a node: what is not text is in no path
Node = dict[str | int, Any]
A_NAME, THE_END = 0, 1


class Table:
    """The paths of one door."""

    def __init__(self, endpoints: Iterable[Endpoint], served: Callable[[Endpoint], Served]) -> None:
        self._plain: dict[str, Methods] = {}
        self._root: Node = {}
        for one in endpoints:
            methods = self._named(one.path) if "{" in one.path else self._plain.setdefault(one.path, {})
            assert one.method not in methods, f"two operations at {one.method} {one.path}"
            methods[one.method] = served(one)
            if one.method == "GET":
                methods["HEAD"] = methods["GET"]

    def _named(self, template: str) -> Methods:
        names, node = [], self._root
        for segment in template.split("/"):
            if segment.startswith("{"):
                names.append(
                    segment[1:-1].partition(":")[0]
                )  # {id:path} is {id}: what is a slash is told by the raw path
            node = node.setdefault(A_NAME if segment.startswith("{") else segment, {})
        held, methods = node.setdefault(THE_END, (tuple(names), {}))
        assert held == tuple(names), f"the names of {template} differ from those of its other methods"
        return methods  # type: ignore[no-any-return]

    def find(self, raw_path: str) -> Found | None:
        """Return what stands at a path as it was sent."""
        methods = self._plain.get(raw_path)
        if methods is not None:
            return methods, NO_NAMES
        found = _walk(self._root, raw_path.split("/"), ())
        if found is None:
            return None
        (names, methods), segments = found
        values = [_read(segment) for segment in segments]
        return None if None in values else (methods, dict(zip(names, values, strict=True)))  # type: ignore[arg-type]


def _walk(node: Node, segments: list[str], values: tuple[str, ...]) -> tuple[Any, tuple[str, ...]] | None:
    if not segments:
        return (node[THE_END], values) if THE_END in node else None
    first, rest = segments[0], segments[1:]
    found = _walk(node[first], rest, values) if first in node else None
    if found is None and A_NAME in node and first:
        found = _walk(node[A_NAME], rest, (*values, first))
    return found


def _read(segment: str) -> str | None:
    """Return a segment's text; None when nothing can be called so."""
    try:
        text = unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return None
    return text if len(text) <= NAME_CHARACTERS_MAX and text.isprintable() else None
