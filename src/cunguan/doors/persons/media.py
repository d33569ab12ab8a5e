"""Media (影像格式): what a file is, by its first bytes; what it is called says nothing.

When    somebody brings a document by a page
Returns the media type of what the custodian's people can look at, "" for anything else
Source  ISO 32000-1 7.5.2 (PDF); ITU-T T.81 B.1.1 (JPEG); ISO/IEC 15948 5.2 (PNG)
"""

from typing import Final

#: what a page takes at most; a platform's program may bring more (keeping.py)
PAGE_BYTES_MAX: Final = 5 * 2**20
_BEGINS: Final = {
    b"%PDF-":             "application/pdf",
    b"\xff\xd8\xff":      "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}  # fmt: skip
#: how a file of each is called
ENDINGS: Final = {
    "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "application/json": "json",
}  # fmt: skip


def media_of(content: bytes) -> str:
    """Return what a file is.

    >>> media_of(b"%PDF-1.7 ..."), media_of(b"<html>"), media_of(b"")
    ('application/pdf', '', '')
    """
    return next((media for begins, media in _BEGINS.items() if content.startswith(begins)), "")
