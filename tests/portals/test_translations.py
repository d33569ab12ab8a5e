"""Translations: every word of every page stands in both forms of Chinese, and what programs read is what people wrote."""

from pathlib import Path

import pytest

from cunguan.doors.portals.shell import tongue
from tests.portals import translations


@pytest.mark.parametrize("app", translations.apps(), ids=lambda app: app.name)
def test_every_word_is_translated(app: Path) -> None:
    assert translations.missing(translations.catalogue(app)) == []


@pytest.mark.parametrize("app", translations.apps(), ids=lambda app: app.name)
def test_the_files_are_those_of_the_words(app: Path) -> None:
    """Stale: run `python -m tests.portals.translations --write`."""
    for path, content in translations.files(app).items():
        assert path.read_bytes() == content, path


def test_the_words_of_the_tables_stand_in_traditional_chinese() -> None:
    """Stale: run `python -m tests.portals.translations --write`."""
    assert translations.TABLES.read_bytes() == translations.tables()


@pytest.mark.parametrize(("language", "said"), [("en", "available"), ("zh-hans", "可用余额"), ("zh-hant", "可用餘額")])
def test_a_word_of_a_table_is_in_the_readers_form(monkeypatch: pytest.MonkeyPatch, language: str, said: str) -> None:
    monkeypatch.setattr(tongue, "get_language", lambda: language)
    assert tongue.either("available", "可用余额") == said


def test_one_text_has_one_translation() -> None:
    """Two: choose one, or give one of them a context (`context "…"`, pgettext)."""
    assert translations.clashes() == []


def test_no_word_of_ours_changes_what_others_mean() -> None:
    """Ours stands before allauth's and Django's. In these both mean one thing; any other needs a context."""
    assert translations.over_others() == {
        "Phone", "verified", "client", "Recovery codes", "name", "Verified", "Sign in with a passkey", "Passkey",
        "Text", "Change", "active",
    }  # fmt: skip


def test_a_template_and_a_module_say_their_words() -> None:
    text = """{% translate "One" %}{% translate 'Two' as two %}{% blocktranslate trimmed count n=n %}
        {{ n }} row
        {% plural %}{{ n }} rows
        {% endblocktranslate %}"""
    assert list(translations._of_template(text)) == [("One", None), ("Two", None), (("%(n)s row", "%(n)s rows"), None)]
