"""Transport (传输): a database on another host is spoken to only when its name was proved (sslmode=verify-full).

When    the plane starts; production refuses what is said here, anything else only warns
Reads   the URL, and what libpq takes from the environment where the URL is silent
Returns what is wrong, None for a Unix socket, for loopback, and for a remote host that must prove its name
Source  design/lanes.md rule 2; PostgreSQL's documentation of libpq's sslmode
"""

import ipaddress

from psycopg import pq
from psycopg.conninfo import conninfo_to_dict


def complaint(url: str) -> str | None:
    """Return why a URL may not be used in production, or None."""
    given = {**_defaults(), **{name: str(value) for name, value in conninfo_to_dict(url).items()}}
    if given.get("service"):
        return "a URL of the database names its host itself, no service file"
    hosts = [host for name in ("host", "hostaddr") for host in given.get(name, "").split(",") if host]
    remote = sorted({host for host in hosts if not _is_here(host)})
    if remote and given.get("sslmode") != "verify-full":
        return f"the database at {', '.join(remote)} is reached with sslmode={given.get('sslmode') or 'prefer'}: verify-full is needed"
    return None


def _defaults() -> dict[str, str]:
    return {option.keyword.decode(): option.val.decode() for option in pq.Conninfo.get_defaults() if option.val}


def _is_here(host: str) -> bool:
    if host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
