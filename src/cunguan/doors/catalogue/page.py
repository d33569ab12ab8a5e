"""Page (页面): the catalogue of instructions as Markdown, in English and in Chinese, from the same entries.

Shape   page(entries, usage, words): the whole text; `usage` says which scenario asks for which kinds, `words` is the table
        of a language: headings, letters of authority, types, a sentence for each kind, names of accounts
Returns text; touches nothing
"""

from collections.abc import Mapping, Sequence

import msgspec

from cunguan.doors.catalogue.read import Entry, Field
from cunguan.ledger.chart import CHART


class Words(msgspec.Struct, frozen=True):
    """The words of one language; `says` overrules the docstring's sentence of a kind, `accounts` the chart's name."""

    title: str
    intro: str
    headings: dict[str, str]
    authority: dict[str, str]
    lanes: dict[str, str]
    types: dict[str, str]
    says: dict[str, str] = {}
    accounts: dict[str, str] = {}
    off: dict[str, str] = {}
    sides: dict[str, str] = {}


def page(entries: Sequence[Entry], usage: Mapping[str, Sequence[str]], words: Words) -> str:
    """Return the whole page."""
    h = words.headings
    parts = [
        f"# {words.title}",
        words.intro,
        f"## {h['all']}",
        _index(entries, words),
        f"## {h['chart']}",
        _chart(words),
    ]
    for entry in entries:
        scenarios = [file for file, kinds in sorted(usage.items()) if entry.kind in kinds]
        parts += _entry(entry, scenarios, words)
    return "\n\n".join(part for part in parts if part) + "\n"


def _index(entries: Sequence[Entry], words: Words) -> str:
    h = words.headings
    rows = [
        (f"[{e.kind}](#{e.kind})", e.zh, words.says.get(e.kind, e.says), words.lanes[e.lane], _authority(e, words))
        for e in entries
    ]
    return _table((h["kind"], h["term"], h["says"], h["lane"], h["authority"]), rows)


def _chart(words: Words) -> str:
    h = words.headings
    rows = [
        (
            entry.code, f"`{entry.name}`", words.accounts.get(entry.code, ""), words.sides.get(entry.side, entry.side),
            words.off.get(entry.code, entry.off) if entry.off else "",
        )
        for entry in CHART.values()
    ]  # fmt: skip
    return _table((h["account"], h["name"], h["term"], h["side"], h["off"]), rows)


def _entry(entry: Entry, scenarios: Sequence[str], words: Words) -> list[str]:
    h = words.headings
    drawings = "\n\n".join(template.drawing for template in entry.templates)
    return [
        f"## {entry.kind}",
        f"**{entry.name} ({entry.zh})**: {words.says.get(entry.kind, entry.says)}",
        _line(h["when"], entry.when),
        f"{h['fields']} ({entry.kind} {h['version']} {entry.version})",
        _table((h["field"], h["type"], h["default"]), [_field(field, words) for field in entry.fields]),
        _line(h["id"], f"`{entry.id_prefix}…`" if entry.id_prefix else ""),
        _line(h["lane"], words.lanes[entry.lane]),
        _line(h["leads_to"], ", ".join(f"[{kind}](#{kind})" for kind in entry.leads_to)),
        _line(h["order"], entry.order),
        _line(h["authority"], _authority(entry, words)),
        f"{h['postings']}:\n\n```\n{drawings}\n```" if drawings else f"{h['postings']}: {h['none']}",
        _line(h["states"], "; ".join(_moves(m.machine, m.zh, m.moves) for m in entry.states)),
        "\n".join(
            f"- {h['rule']} `{rule.id}`: {rule.sentence} → {', '.join(f'`{code}`' for code in rule.codes)}"
            for rule in entry.rules
        ),
        _line(h["codes"], ", ".join(f"`{code}`" for code in ("done", *entry.codes))),
        _line(h["source"], entry.source),
        _line(h["scenarios"], ", ".join(f"[{file}](../tests/scenarios/{file})" for file in scenarios)),
    ]


def _line(heading: str, text: str) -> str:
    return f"{heading}: {text}" if text else ""


def _field(field: Field, words: Words) -> tuple[str, str, str]:
    said = field.type
    for english, other in words.types.items():
        said = said.replace(english, other)
    default = words.headings["required"] if field.default is None else f"`{field.default}`"
    return f"`{field.name}`", said.replace("|", "\\|"), default


def _authority(entry: Entry, words: Words) -> str:
    return ", ".join(words.authority[letter] for letter in entry.authority)


def _moves(machine: str, zh: str, moves: Sequence[tuple[str, str, str]]) -> str:
    said = ", ".join(f"{before} –{event}→ {after}" for before, event, after in moves)
    return f"`{machine}` ({zh}) {said}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
