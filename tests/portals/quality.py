"""Quality (页面质量): what is looked at on one page in a browser; each look returns what is wrong, [] when nothing is."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

_AXE = Axe().axe_script
#: said in the page, for the whole of what axe-core has to say is large
_SERIOUS = """async (rules) => (await axe.run(document, rules)).violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => `${one.id} (${one.impact}): ${one.nodes[0].html.slice(0, 160)} ${(one.nodes[0].failureSummary || "").slice(0, 200)}`)"""
#: so many stops of the Tab key are followed on one page
STOPS_MAX = 40

_FORM = """() => {
  const wrong = [];
  for (const [what, selector] of [["a script of its own", "script:not([src])"], ["a style of its own", "style"],
      ["a style attribute", "[style]:not([style=''])"],
      ["a handler in an attribute", "[onclick],[onsubmit],[onchange],[onload],[oninput]"]])
    for (const one of document.querySelectorAll(selector))
      wrong.push(`${what}: ${one.outerHTML.slice(0, 100)}`);
  const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map(one => Number(one.tagName[1]));
  if (levels.filter(level => level === 1).length !== 1) wrong.push(`headings of the first level: ${levels}`);
  levels.forEach((level, at) => { if (at && level > levels[at - 1] + 1) wrong.push(`a heading skips a level: ${levels}`); });
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("main *, header *, footer *")].filter(one =>
      one.getBoundingClientRect().right > root.clientWidth + 1
      && !one.closest(".table-responsive,.menu-list,pre,.visually-hidden,.nav-tabs"));
    const shown = wide.slice(0, 2).map(one => one.outerHTML.slice(0, 120));
    wrong.push(`it scrolls sideways: ${root.scrollWidth} of ${root.clientWidth}: ${shown}`);
  }
  for (const one of document.querySelectorAll("[tabindex]")) if (one.tabIndex > 0) wrong.push("a tabindex above 0");
  const targets = "button, a.btn, .btn, select, input:not([type=hidden]):not([type=checkbox]):not([type=radio])";
  for (const one of document.querySelectorAll(targets)) {
    const box = one.getBoundingClientRect();
    if (box.width && box.height && box.height < 24) wrong.push(`a target less than 24 px high: ${one.outerHTML.slice(0, 100)}`);
  }
  return wrong;
}"""

_STOPS = """() => [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex='0']")]
  .filter(one => !one.disabled && one.tabIndex >= 0 && one.getClientRects().length && getComputedStyle(one).visibility !== "hidden"
    && !(one.type === "radio" && !one.checked) && !(one.closest("details:not([open])") && one.tagName !== "SUMMARY")).length"""

#: writes down, while the Tab key goes through a page, each place with whether it is seen there
_WATCH = """() => { document.activeElement.blur(); window.getSelection().removeAllRanges();
  const stops = window.cunguanStops = new Map();
  document.addEventListener("focusin", (event) => { const one = event.target, style = getComputedStyle(one);
    const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    stops.set(one, seen || one.tagName === "MAIN"); }); }"""

_WATCHED = """() => [window.cunguanStops.size,
  [...window.cunguanStops].filter(([, seen]) => !seen).map(([one]) => one.outerHTML.slice(0, 100))]"""

#: the rules of WCAG 2.2 AA; what axe-core holds for good style beside them is not looked for
_RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}


def axe(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical."""
    page.evaluate(_AXE)
    found: list[str] = page.evaluate(_SERIOUS, _RULES)
    return found


def form(page: Page) -> list[str]:
    """Return what is wrong with inline code, headings, width and the size of targets."""
    found: list[str] = page.evaluate(_FORM)
    return found


def policy(response: Response | None) -> list[str]:
    """Return what is wrong with the content policy of an answer."""
    assert response is not None
    said = response.headers.get("content-security-policy", "")
    wrong = [word for word in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*") if word in said]
    return [f"the policy has {word}" for word in wrong] + (
        [] if "default-src 'none'" in said else [f"the policy is {said!r}"]
    )


def keyboard(page: Page) -> list[str]:
    """Return what is wrong with the way of the Tab key: it reaches all, is never caught, and its place is seen."""
    page.evaluate(_WATCH)
    wanted = min(page.evaluate(_STOPS), STOPS_MAX)
    # the parts of a date are stops of their own: year, month, day, and the button of the calendar
    more = 3 * int(page.evaluate("document.querySelectorAll('input[type=date]').length"))
    for _ in range(wanted + more):
        page.keyboard.press("Tab")
    reached, unseen = page.evaluate(_WATCHED)
    wrong = [f"the focus is not seen on {one}" for one in unseen]
    if reached < wanted - 1:  # the last stop may be the browser's own
        wrong.append(f"the Tab key reaches {reached} of {wanted}")
    return wrong
