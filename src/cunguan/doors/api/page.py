"""Page (确认页): one plain page for the client, without a script, that no other site can frame, send or keep.

Shape   a complete HTML document of at most one column; the style is part of it and named in the policy by its hash
        390 px first; links and buttons of at least 44 px; works by keyboard, in the order it is read
Returns a Starlette Response with its headers: nothing is loaded, nothing is stored, no referrer is told
Source  WCAG 2.2 (2.4.7, 2.5.8, 1.4.3); CSP level 3; RFC 9110
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from html import escape
from typing import Final

import msgspec
from starlette.responses import Response

_STYLE: Final = """
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;background:#f3f5f7;color:#16202a;font:17px/1.5 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif}
main{max-width:36rem;margin:0 auto;padding:1rem}
nav{display:flex;justify-content:space-between;gap:1rem;align-items:center;font-size:.95rem}
nav a{display:inline-block;padding:.6rem .2rem;min-height:44px}
article{background:#fff;border:1px solid #d4dae1;border-radius:.75rem;padding:1.1rem;margin:.5rem 0 1rem}
h1{font-size:1.5rem;line-height:1.25;margin:.1rem 0 .4rem}
h2{font-size:1rem;margin:1.2rem 0 .2rem}
p{margin:.4rem 0}
.sum{font-size:clamp(1.25rem,7vw,2rem);font-weight:650;margin:.4rem 0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
dl{margin:.8rem 0 0}
dl div{display:flex;justify-content:space-between;gap:1rem;padding:.5rem 0;border-top:1px solid #e4e8ed}
dt{color:#4a5764;flex:0 1 auto}
dd{margin:0;text-align:right;overflow-wrap:anywhere;min-width:0;font-variant-numeric:tabular-nums}
form{margin:0 0 .7rem}
button,.button{display:block;width:100%;min-height:48px;border-radius:.6rem;border:1px solid #1f5fa8;font:inherit;font-weight:600;
padding:.6rem 1rem;text-align:center;text-decoration:none;cursor:pointer;background:#fff;color:#174a84}
button.yes{background:#1f5fa8;color:#fff}
a{color:#174a84}
:focus-visible{outline:3px solid #d9822b;outline-offset:2px}
.note{border-left:4px solid #b86a00;background:#fff6e6;color:#4d3000;padding:.6rem .8rem;border-radius:.3rem}
.state{border-left:4px solid #4a5764;background:#eef1f4;padding:.6rem .8rem;border-radius:.3rem}
.done{border-color:#1d7a3d;background:#e9f6ed;color:#0f4a23}
.refused{border-color:#a3262a;background:#fdeced;color:#661417}
small{color:#4a5764}
@media (prefers-color-scheme:dark){body{background:#11171d;color:#e6ebf0}article{background:#1a222b;border-color:#344150}
dt,small{color:#a9b6c3}dl div{border-color:#2c3743}a{color:#8fc1ff}button,.button{background:#1a222b;color:#8fc1ff;border-color:#8fc1ff}
button.yes{background:#8fc1ff;color:#0b1b2e}.note{background:#33270f;color:#ffdca3}.state{background:#232d38}
.done{background:#143321;color:#b5e6c5}.refused{background:#3d1b1d;color:#ffc9cb}}
"""
_STYLE_HASH: Final = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a page may be asked for: its language, en or zh."""

    lang: str = ""


HTML_LANG: Final = {"en": "en", "zh": "zh-CN"}


def headers(form_targets: Iterable[str] = ()) -> dict[str, str]:
    """Return a page's headers; `form_targets` are other origins to which one of its forms leads."""
    targets = " ".join(["'self'", *form_targets])
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action {targets}; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "X-Robots-Tag": "noindex, nofollow",
        "Vary": "Accept-Language",
    }


def page(
    language: str, heading: str, parts: Iterable[str], *, status: int = 200, other_language: str = "",
    form_targets: Iterable[str] = (),
) -> Response:  # fmt: skip
    """Return a page; `parts` are pieces of HTML made by the functions here, `other_language` the address in the other."""
    other = {"en": "中文", "zh": "English"}[language]
    switch = f'<a href="{escape(other_language)}" hreflang="{_other(language)}">{other}</a>' if other_language else ""
    name = {"en": "Cunguan · custodian", "zh": "存管 · 存管人"}[language]
    html = (
        f'<!doctype html>\n<html lang="{HTML_LANG[language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(heading)}</title><style>{_STYLE}</style></head><body><main>"
        f"<nav><span>{name}</span>{switch}</nav>{''.join(parts)}</main></body></html>\n"
    )
    return Response(html, status, headers(form_targets), "text/html; charset=utf-8")


def _other(language: str) -> str:
    return HTML_LANG["zh" if language == "en" else "en"]


# ── pieces ───────────────────────────────────────────────────────────────────
def text(tag: str, value: str, kind: str = "") -> str:
    """Return an element with a text in it."""
    named = f' class="{kind}"' if kind else ""
    return f"<{tag}{named}>{escape(value)}</{tag}>"


def article(parts: Iterable[str]) -> str:
    """Return a box."""
    return f"<article>{''.join(parts)}</article>"


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Return labels and values."""
    return "<dl>" + "".join(f"<div>{text('dt', label)}{text('dd', value)}</div>" for label, value in rows) + "</dl>"


def form(action: str, label: str, hidden: Iterable[tuple[str, str]] = (), kind: str = "") -> str:
    """Return a form that is one button."""
    fields = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden)
    return f'<form method="post" action="{escape(action)}">{fields}{text("button", label, kind)}</form>'


def link(address: str, label: str) -> str:
    """Return a link that looks like a button and tells no referrer."""
    return f'<p><a class="button" rel="noreferrer noopener" href="{escape(address)}">{escape(label)}</a></p>'


def language_of(accept: str, asked: str = "") -> str:
    """Return the language a page is made in: what was asked for, else the first known in Accept-Language, else Chinese.

    >>> language_of("en-GB,en;q=0.9"), language_of("fr;q=0.9, zh-CN;q=0.8, en;q=0.7"), language_of("")
    ('en', 'zh', 'zh')
    >>> language_of("zh", "en"), language_of("en;q=0.3, zh;q=0.8")
    ('en', 'zh')
    """
    if asked in HTML_LANG:
        return asked
    ranked = sorted((_ranked(part) for part in accept.lower().split(",")), key=lambda one: -one[0])
    return next((name[:2] for weight, name in ranked if weight > 0 and name[:2] in HTML_LANG), "zh")


def _ranked(part: str) -> tuple[float, str]:
    name, _, weight = part.strip().partition(";q=")
    try:
        return float(weight or 1), name
    except ValueError:
        return 0.0, name
