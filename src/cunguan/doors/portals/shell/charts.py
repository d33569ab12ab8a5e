"""Charts (图表): a line of balances or bars of money in and out, as SVG that the server draws.

When    a page shows how an amount went; the same figures stand under it as a table, for who cannot see it
Shape   no script, no style of its own: classes of shell.css; a title and a description for screen readers
Units   minor units in; the picture has 100 units to its height
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH: Final = 640
HEIGHT: Final = 160
PAD: Final = 8


class Point(msgspec.Struct, frozen=True):
    """One place of a line: its label under the picture, and its value."""

    label: str
    value: int


class Bar(msgspec.Struct, frozen=True):
    """One pair of bars: what came in, what went out."""

    label: str
    came: int
    went: int


def line(title: str, points: Sequence[Point]) -> SafeString:
    """Return a line with the area under it; nothing where there are fewer than two points."""
    if len(points) < 2:
        return SafeString("")
    low, high = min(0, *(one.value for one in points)), max(1, *(one.value for one in points))
    step = (WIDTH - 2 * PAD) / (len(points) - 1)
    at = [(PAD + n * step, _y(one.value, low, high)) for n, one in enumerate(points)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    floor = f"{_y(0, low, high):.1f}"
    area = f"{path} {at[-1][0]:.1f},{floor} {at[0][0]:.1f},{floor}"
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<polygon class="chart-area" points="{}"/><polyline class="chart-line" points="{}"/>{}</svg>',
        WIDTH, HEIGHT + 18, title, area, path, _labels([one.label for one in points]),
    )  # fmt: skip


def bars(title: str, pairs: Sequence[Bar]) -> SafeString:
    """Return pairs of bars beside each other; nothing where there are none."""
    if not pairs:
        return SafeString("")
    high = max(1, *(max(one.came, one.went) for one in pairs))
    step = (WIDTH - 2 * PAD) / len(pairs)
    wide = min(28.0, step * 0.35)
    drawn = format_html_join(
        "", '<rect class="chart-in" x="{}" y="{}" width="{}" height="{}"/><rect class="chart-out" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (
                *_box(PAD + n * step + step / 2 - wide, one.came, high, wide), *_box(PAD + n * step + step / 2, one.went, high, wide),
            )
            for n, one in enumerate(pairs)
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        WIDTH, HEIGHT + 18, title, drawn, _labels([one.label for one in pairs]),
    )  # fmt: skip


def _box(x: float, value: int, high: int, wide: float) -> tuple[str, str, str, str]:
    tall = (HEIGHT - 2 * PAD) * value / high
    return f"{x:.1f}", f"{HEIGHT - PAD - tall:.1f}", f"{wide:.1f}", f"{tall:.1f}"


def _y(value: int, low: int, high: int) -> float:
    return HEIGHT - PAD - (HEIGHT - 2 * PAD) * (value - low) / max(1, high - low)


def _labels(labels: Sequence[str]) -> SafeString:
    shown = (
        [(0, labels[0], "start"), (len(labels) - 1, labels[-1], "end")]
        if len(labels) > 1
        else [(0, labels[0], "start")]
    )
    return format_html_join(
        "", '<text class="chart-label" x="{}" y="{}" text-anchor="{}">{}</text>',
        ((PAD if anchor == "start" else WIDTH - PAD, HEIGHT + 12, anchor, label) for _, label, anchor in shown),
    )  # fmt: skip
