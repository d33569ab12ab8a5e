"""Translations: every word of every page stands in both forms of Chinese, and what programs read is what people wrote."""

from pathlib import Path

import pytest

from tests.portals import translations


@pytest.mark.parametrize("app", translations.apps(), ids=lambda app: app.name)
def test_every_word_is_translated(app: Path) -> None:
    assert translations.missing(translations.catalogue(app)) == []


@pytest.mark.parametrize("app", translations.apps(), ids=lambda app: app.name)
def test_the_files_are_those_of_the_words(app: Path) -> None:
    """Stale: run `python -m tests.portals.translations --write`."""
    for path, content in translations.files(app).items():
        assert path.read_bytes() == content, path


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
