"""Return address (返回地址): where a client's page may lead back to.

Returns the address as it was given; "" for none
Errors  Problem 422: not https (http is taken on loopback in a sandbox), with a name or secret in it, too long
"""

import re
from urllib.parse import urlsplit

from cunguan.doors.api.problem import Problem
from cunguan.kernel.codes import Code

LENGTH_MAX = 2_000
#: its place also stands in a page's policy, where a semicolon or a comma would begin another one
_PLACE = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def checked_return_url(url: str, is_sandbox: bool) -> str:
    """Return an address a client may be led back to."""
    if not url:
        return ""
    wrong = _wrong(url, is_sandbox)
    if wrong:
        raise Problem(422, Code.details_missing, f"return_url {wrong}", field="return_url")
    return url


def _wrong(url: str, is_sandbox: bool) -> str:
    if len(url) > LENGTH_MAX or not url.isascii() or not url.isprintable() or " " in url:
        return f"is an absolute address of at most {LENGTH_MAX} printable ASCII letters"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not an address"
    if parts.username is not None or not host:
        return "names a host, and no user"
    if not _PLACE.fullmatch(parts.netloc):
        return "names a host of letters, digits, dots and hyphens"
    if parts.scheme == "https" or (parts.scheme == "http" and is_sandbox and host in LOOPBACK):
        return ""
    return "begins with https:// (http:// only for loopback in a sandbox)"
