"""Secret file (密钥文件): random bytes of one installation in a file that only its owner can read, made once.

When    a process needs a secret that outlives it: the custodian's key, the sandbox's seed, a door's own; one is replaced by another
Returns the bytes; of several processes that start at once, one makes the file and all read it whole
Errors  PermissionError: others can read the file
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def random_bytes() -> bytes:
    """Return a new secret."""
    return secrets.token_bytes(32)


def secret(path: Path, make: Callable[[], bytes] = random_bytes, *, or_else: str = "") -> bytes:
    """Read a secret, or make it; `or_else` says what else can be done about a file that others can read."""
    if not path.exists():
        _make(path, make())
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others: chmod 600 it{or_else and f', or {or_else}'}")
    return path.read_bytes()


def _make(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # whole, and never over another's
    except FileExistsError:
        pass  # another process was first: its secret is the secret
    finally:
        draft.unlink()


def replace_secret(path: Path, content: bytes) -> None:
    """Put new bytes in a secret's place, and write over the old ones: the disk may still have a copy of its own making."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with open(path, "r+b") as old:
        os.replace(draft, path)
        old.write(bytes(os.fstat(old.fileno()).st_size))
        old.flush()
        os.fsync(old.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
