"""TLS of who calls (TLS 主叫端): how a service of somebody else's is called, and whether it failed for its certificate.

When    identity's ports, the message gateway, the witnesses of a log are called; a webhook was not delivered
Shape   no older TLS than is said; the other's certificate is held against the CA that is named, or against those of this machine; our
        own is shown where there is one, its key in the same file unless another is named
Errors  OSError, of which ssl.SSLError is one: a file cannot be read, or holds no certificate
Source  RFC 8446; RFC 9325
"""

import ssl
from pathlib import Path
from urllib.parse import urlsplit


def calling(
    ca: str | Path | None,
    cert: str | Path | None,
    key: str | Path | None,
    least: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
) -> ssl.SSLContext:
    """Return the context of a client; empty paths are none."""
    context = ssl.create_default_context(cafile=ca or None)
    context.minimum_version = least
    if cert:
        context.load_cert_chain(cert, key or cert)
    return context


def is_https(url: str) -> bool:
    """Return whether an address is called by TLS.

    >>> is_https("https://bank.example/a"), is_https("http://bank.example"), is_https("https://")
    (True, False, False)
    """
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname)


def is_of_tls(error: BaseException | None) -> bool:
    """Return whether TLS is why something failed, at whatever depth that is said."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
