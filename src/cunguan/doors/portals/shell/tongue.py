"""Tongue (语言): which of the words of the house's own tables a reader is shown; words of pages go by gettext.

Shape   tongue(): en, zh or zh-hant, as doors/api/shown_words.py and doors/papers/words.py take it
"""

from django.utils.translation import get_language

from cunguan.doors.catalogue.traditional import traditional


def tongue() -> str:
    """Return en, zh, or zh-hant for a reader of traditional Chinese."""
    language = (get_language() or "").lower()
    if not language.startswith("zh"):
        return "en"
    return "zh-hant" if language == "zh-hant" else "zh"


def either(english: str, chinese: str) -> str:
    """Return the one of two words that is in the reader's language."""
    if tongue() == "en":
        return english
    return chinese if tongue() == "zh" else traditional(chinese)
