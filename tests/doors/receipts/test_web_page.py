"""The page that checks receipts, in a real browser from a file: what Python accepts it accepts, what Python refuses it refuses."""

import base64
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from cunguan.doors.receipts.page import page
from cunguan.doors.receipts.words import WORDS
from cunguan.keys.note_keys import check
from cunguan.transparency.chain import GOOD as WELL
from cunguan.transparency.chain import WRONG, look
from cunguan.transparency.receipt import CHECKS, NEVER_PROVED, Account, verify
from tests.transparency.receipt_case import CUSTODIAN, PINS, POLICY, Act, Journal, Log, checkpoint, journals, month_row
from tests.transparency.test_receipt import GOOD, HERE, PAID, of

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    if not shutil.which(CHROMIUM):
        assert not os.environ.get("CUNGUAN_REQUIRE_CHROMIUM"), "no Chromium: install chromium"
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page with keys and without, and files to drop into it."""
    made = tmp_path_factory.mktemp("receipts")
    (made / "verify.html").write_text(page(POLICY, "", CUSTODIAN.key.text()), "utf-8")
    (made / "plain.html").write_text(page(), "utf-8")
    for leaf in PAID:
        (made / f"{leaf.number}.json").write_bytes(HERE.file(leaf))
    return made


@pytest.fixture
def opened(browser: Browser, folder: Path) -> Iterator[Any]:
    """Open a page from disk; whatever it asks of a network, or complains of, fails the test."""
    pages: list[Page] = []
    asked: list[str] = []

    def open_page(name: str = "verify.html", width: int = 390, language: str = "en-GB") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=language, timezone_id="Asia/Shanghai"
        )
        made = context.new_page()
        made.on("request", lambda request: asked.append(request.url))
        made.on("pageerror", lambda wrong: asked.append(str(wrong)))
        made.on("console", lambda told: asked.append(told.text))
        made.goto(f"file://{folder / name}")
        pages.append(made)
        return made

    yield open_page
    own = [f"file://{folder / name}" for name in ("verify.html", "plain.html")]
    assert [one for one in asked if one not in own] == [], "it loads nothing and complains of nothing"
    for made in pages:
        made.context.close()


def dropped(shown: Page, *files: Path) -> None:
    shown.set_input_files("#file", [str(file) for file in files])
    shown.wait_for_selector("article")


#: a file's bytes come to the page in base64
LOOK = "text => verify(Uint8Array.from(atob(text), sign => sign.charCodeAt(0)), window.pins)"


def said(shown: Page, content: bytes) -> dict[str, Any]:
    """Return what the page's own verifier says of a file."""
    script = f"text => ({LOOK})(text).then(one => ({{good: one.isGood, checks: one.checks}}))"
    return dict(shown.evaluate(script, base64.b64encode(content).decode()))


def pin(shown: Page) -> None:
    shown.evaluate("pinned().then(pins => { window.pins = pins; })")


def test_shows_a_good_receipt_in_words_and_money(opened: Any, folder: Path) -> None:
    shown = opened()
    dropped(shown, folder / "2.json")
    card = shown.inner_text("article")
    for text in ("This receipt holds", "2.json", "CNY", "100.00", "credited to available", "L7", "Direct deposit", "pay-2",
                 "2026-03-02 16:59:58 UTC+8", "2026-03-02 17:00:02 UTC+8", "platform", "auditor", "no. 6 of 12",
                 "That the bank has the money"):  # fmt: skip
        assert text in card, text
    assert shown.eval_on_selector_all("li.ok", "found => found.length") == 7
    assert shown.evaluate("document.documentElement.scrollWidth") == 390


def test_speaks_chinese_and_english(opened: Any, folder: Path) -> None:
    shown = opened(language="zh-CN")
    dropped(shown, folder / "1.json")
    assert "回执有效" in shown.inner_text("article") and "线下充值" in shown.inner_text("article")
    assert shown.get_attribute("html", "lang") == "zh-CN"
    shown.press("#language", "Enter")
    shown.wait_for_selector("article:has-text('This receipt holds')")
    assert shown.title().startswith("Check a receipt") and shown.get_attribute("html", "lang") == "en"


def test_says_that_keys_of_the_file_are_its_own_word_until_others_are_pasted(opened: Any, folder: Path) -> None:
    shown = opened("plain.html", 1280)
    dropped(shown, folder / "1.json")
    assert (
        "Only the file itself says that these are right: the log's key, the policy of witnesses, the custodian's key"
        in (shown.inner_text("article"))
    )
    shown.click("#keys summary")
    shown.fill("#policy", POLICY)
    shown.fill("#custodian", CUSTODIAN.key.text())
    shown.click("#again")
    shown.wait_for_selector("article[data-state=good]")
    shown.fill("#custodian", "nonsense")
    shown.click("#again")
    shown.wait_for_selector("#key_wrong:not([hidden])")
    assert shown.query_selector("article") is None, "nothing is said by half of what was given"


def test_tells_what_is_missing_between_several_files(opened: Any, folder: Path) -> None:
    shown = opened(width=1280)
    dropped(shown, folder / "1.json", folder / "3.json")
    assert "Number 2 is missing between these files." in shown.inner_text("article >> nth=0")
    assert shown.get_attribute("[data-found]", "data-found") == "gap"
    dropped(shown, *(folder / f"{n}.json" for n in (1, 2, 3)))
    shown.wait_for_selector("[data-found=unbroken]")


def test_shows_a_refused_file_as_refused_and_says_nothing_of_it(opened: Any, folder: Path) -> None:
    (folder / "bad.json").write_bytes(GOOD.replace(b"CNY", b"USD"))
    shown = opened()
    dropped(shown, folder / "bad.json")
    card = shown.inner_text("article")
    assert "This receipt is refused" in card and "100.00" not in card
    assert shown.get_attribute("li.failed", "data-check") == "names"


LOG = Log([*PAID, MONTH := Act(7, month_row(PAID))])
FILES = [
    GOOD, b"", b"[]", b"\xff", GOOD + b"\n", GOOD.replace(b'"L7"', b'"L8"', 1), of(sequence=103), of(accounts=()),
    of(holder="", accounts=(Account(-1, "b", "1010", "CNY"), Account(11, "L7", "2010", "CNY")), parts=tuple(PAID[1].parts)),
    of(leaves=()), of(checkpoint="nothing"), HERE.file(PAID[1], checkpoint(HERE.hashes, ["platform"])), LOG.file(MONTH),
    LOG.file(MONTH, holder="L8"), GOOD.replace(b'"sequence":102', b'"sequence":102.0', 1), GOOD.replace(b"receipt/v1", b"receipt/v2"),
    (odd := Log([Journal(2**62, 2**61, "ab" * 32, amount_minor=2**61)])).file(odd.leaves[0]),
]  # fmt: skip


def test_answers_as_python_does(opened: Any) -> None:
    """Every kind of file, and one bit of every sixteenth byte of a good one turned: the same check fails for the same reason."""
    shown = opened()
    pin(shown)
    turned = [
        GOOD[:place] + bytes([GOOD[place] ^ 1 << place % 7]) + GOOD[place + 1 :] for place in range(0, len(GOOD), 16)
    ]
    for content in [*FILES, *turned]:
        ours = verify(content, PINS, check)
        answer = said(shown, content)
        assert answer["good"] is ours.is_good
        theirs = [(one["name"], one["state"], one["word"]) for one in answer["checks"]]
        assert theirs == [(one.name, one.state, one.word) for one in ours.checks]


def test_counts_an_accounts_chain_as_python_does(opened: Any) -> None:
    shown = opened()
    pin(shown)
    five = journals(5)
    month = Act(1, month_row(five))
    for leaves in (
        [five[0], five[4]],
        [*five, month],
        [five[1], month],
        [five[0], Journal(102, 2, "ef" * 32)],
        [five[0], five[0]],
    ):
        log = Log(leaves)
        files = [log.file(one) for one in leaves]
        ours = look(verify(one, PINS, check) for one in files)
        told = "one => [one.what, String(one.first), String(one.last)]"
        script = f"async texts => chain(await Promise.all(texts.map({LOOK}))).map({told})"
        theirs = shown.evaluate(script, [base64.b64encode(one).decode() for one in files])
        assert theirs == [[one.what, str(one.first), str(one.last)] for one in ours]


OWED = json.loads((Path(__file__).parents[2] / "golden" / "liabilities.json").read_text("utf-8"))


def test_checks_a_proof_of_liabilities_as_its_vectors_say(opened: Any, folder: Path) -> None:
    shown = opened()
    script = """texts => pinned().then(pins => Promise.all(texts.map(text => verifyOwed(bytesOf(text), pins))))
        .then(found => found.map(one => [one.isGood, String(one.minor ?? ""), one.checks.filter(c => c.state === "failed").length]))"""
    good = shown.evaluate(script, [one["file"] for one in OWED["proofs"]])
    assert good == [[True, str(one["minor"]), 0] for one in OWED["proofs"]]
    assert shown.evaluate(script, [one["file"] for one in OWED["refused"]]) == [[False, "", 1]] * len(OWED["refused"])

    (folder / "owed.json").write_text(OWED["proofs"][0]["file"], "utf-8")
    dropped(shown, folder / "owed.json")
    card = shown.inner_text("article")
    for text in ("What you are owed", "45,035,996,273,704.96", "account of B3", "not attested"):
        assert text in card, text


def test_can_reach_nobody(browser: Browser, folder: Path) -> None:
    """Its own policy forbids it, whatever a script in it would try."""
    shown = browser.new_page()
    shown.goto(f"file://{folder / 'plain.html'}")
    with pytest.raises(Error, match=r"Failed to fetch|violates"):
        shown.evaluate("fetch('https://custodian.invalid/')")
    image = "new Promise(done => { const one = new Image(); one.onerror = () => done(true); one.src = 'https://custodian.invalid/'; })"
    assert shown.evaluate(image) is True
    shown.close()


def test_has_all_its_words_in_both_languages() -> None:
    assert all(english and chinese and (english != chinese or "{}" in english) for english, chinese in WORDS.values())
    assert all(f"not_{name}" in WORDS for name in NEVER_PROVED) and all(f"check_{name}" in WORDS for name in CHECKS)
    assert all(f"found_{what}" in WORDS for what in WRONG | WELL)
    html = page()
    assert "http://" not in html and "https://" not in html
