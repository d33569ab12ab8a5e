"""The embedded PostgreSQL server (内嵌数据库): one cluster a home folder, started, found again, stopped, recovered.

When    `cunguan db …`, the demo, the benches and the tests
Shape   <home>/postgres/{data,run}  the cluster and its socket, owned by the server's account, closed to all others
        <home>/postgres.log         what the server said;  <home>/postgres.lock  one starter or stopper at a time
        As root, when the server's account may not enter the home: <home>/postgres links to a folder under /var/lib
Returns the owner's URL; the owner is no superuser, so nothing that works here needs one elsewhere
Errors  DatabaseError: names what is wrong and what to do
Source  PostgreSQL's documentation of initdb, postgres and signals; reference: interlock by pid file and shared memory

The server listens on a Unix socket only. Whoever may enter the socket's folder is trusted: that is the server's own
account and root, nobody else.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import msgspec
import psycopg
from psycopg import sql

from cunguan.store.embedded import account, pidfile, preflight
from cunguan.store.embedded.account import Account
from cunguan.store.embedded.binaries import OLDEST, Binaries, copy_for, find, look_at
from cunguan.store.embedded.errors import DatabaseError

__all__ = ["DatabaseError", "External", "Server", "Status", "home_from", "resolve", "running"]

DEFAULT_HOME: Final = ".cunguan"
OWNER: Final = "cunguan"  # owns the database and its schema; may create databases and roles; no superuser
SUPERUSER: Final = "postgres"
DATABASE: Final = "cunguan"
PORT: Final = 5432  # a part of the socket's name, no TCP port is opened

START_SECONDS: Final = 600  # recovery after a crash replays up to max_wal_size; a hang is what this ends
ANSWER_SECONDS: Final = 10
STOP_SECONDS: Final = 60  # then the fast stop becomes an immediate one
LOG_LIMIT: Final = 16 * 2**20

# Sensible on a machine of two cores and 1 GB; durability is never traded. Timeouts are set on the roles.
SETTINGS: Final = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
}

Say = Callable[[str], None]


class Status(msgspec.Struct, frozen=True):
    """How a database stands: `state` is running, starting, stopping, stopped, external or unreachable."""

    state: str
    url: str | None = None
    version: str | None = None
    pid: int | None = None
    account: str | None = None
    data: str | None = None
    log: str | None = None
    binaries: str | None = None
    detail: str | None = None

    def is_up(self) -> bool:
        """Return whether it takes connections."""
        return self.state in ("running", "external")


def say_on_stderr(line: str) -> None:
    """Say one line to the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


class Server:
    """The cluster of one home folder. Any process may construct one, and start or stop what another one started."""

    def __init__(self, home: Path, binaries: Path | None = None, say: Say = say_on_stderr) -> None:
        self.home = home.absolute()
        self._given = binaries
        self._say = say
        self._child: subprocess.Popen[bytes] | None = None  # the server, when this very object started it
        self._watcher: subprocess.Popen[bytes] | None = None

    # -- where things are

    @property
    def path(self) -> Path:
        """The folder of the cluster, which need not exist yet: <home>/postgres, or what it links to."""
        return (self.home / "postgres").resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """The file that holds what the server said."""
        return self.home / "postgres.log"

    def binaries(self) -> Binaries:
        """Return the programs for this cluster: those given, else the preferred ones of the cluster's own version."""
        major = _major_of(self.data)
        if self._given is None:
            return find(major)
        seen = look_at(self._given)
        if isinstance(seen, str):
            raise DatabaseError(f"{seen}.\nGive the bin folder of a PostgreSQL >= {OLDEST}.")
        if major is not None and seen.major != major:
            raise DatabaseError(
                f"{self.data} was made by PostgreSQL {major}; {self._given} is {seen.version}.\n"
                f"Bring it to another version with `cunguan db upgrade-postgres`."
            )
        return seen

    def major(self) -> int | None:
        """Return the major version that made the cluster, None where there is none yet."""
        return _major_of(self.data)

    def psql(self) -> list[str]:
        """Return the command line of a terminal on this database, as its owner."""
        return [self.binaries().program("psql"), self._url(self._socket_folder())]

    def status(self) -> Status:
        """Return how the server stands, asking it; starts and changes nothing."""
        said = pidfile.server(self.data)
        if said is None:
            return Status("stopped", data=str(self.data), log=str(self.log))
        if not said.socket_folder:  # it has only begun to write down where it is
            return Status("starting", pid=said.pid, data=str(self.data), log=str(self.log))
        url, owner = self._url(Path(said.socket_folder)), account.of(self.data.stat().st_uid)
        state, version, detail = "running", None, None
        try:
            version = _version(url)
        except psycopg.OperationalError as refused:
            state = said.status if said.status in ("starting", "stopping") else "unreachable"
            detail = str(refused).strip()
        return Status(state, url, version, said.pid, owner.name, str(self.data), str(self.log), detail=detail)

    def superuser_url(self) -> str:
        """Return the URL of the cluster's superuser, for what the owner may not do: copy the cluster as a whole."""
        return self._url(self._socket_folder(), SUPERUSER, "postgres")

    # -- a cluster that was made elsewhere

    def adopt(self, source: Path, copied: Callable[[str, str], object]) -> None:
        """Take a copy of a data folder as this home's cluster; it appears whole or not at all. It is not started."""
        with self._lock():
            if (self.data / "PG_VERSION").exists():
                raise DatabaseError(f"{self.home} has a database already: name another folder, or move that one away.")
            self._settle()
            owner = account.choose(self.data)
            partial = self.path / "data.partial"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(source, partial, symlinks=True, copy_function=copied)
            for path in [partial, *partial.rglob("*")]:
                os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
            partial.chmod(0o700)
            partial.rename(self.data)

    # -- another major version

    def upgrade(self, old: Binaries, new: Binaries) -> Path:
        """Bring the stopped cluster to another major version by pg_upgrade; return where the old one is kept, untouched."""
        kept, fresh = self.path / f"data-{old.major}", self.path / "data.new"
        with self._lock():
            if pidfile.server(self.data) is not None:
                raise DatabaseError(f"the server of {self.home} runs.\nType: cunguan db stop")
            if kept.exists():
                raise DatabaseError(f"{kept} is there already, kept by an earlier upgrade: remove it first.")
            owner = account.choose(self.data)
            preflight.check_room(self.path, sum(file.lstat().st_size for file in self.data.rglob("*")) // 2**20)
            old, new = self._entered(owner, old), self._entered(owner, new)
            shutil.rmtree(fresh, ignore_errors=True)
            self._make_cluster(owner, new, fresh)
            argv = [
                new.program("pg_upgrade"), "--username", SUPERUSER, "--old-datadir", str(self.data), "--new-datadir",
                str(fresh), "--old-bindir", str(old.folder), "--new-bindir", str(new.folder), "--socketdir",
                str(self._make_socket_folder(owner)),
            ]  # fmt: skip
            # It writes a script beside itself: it works in the cluster's folder, which is its account's own.
            answer = owner.run(["/bin/sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(self.path), *argv])
            (self.path / "delete_old_cluster.sh").unlink(missing_ok=True)
            if answer.returncode != 0:
                shutil.rmtree(fresh, ignore_errors=True)
                raise DatabaseError(
                    f"pg_upgrade did not do it, and nothing is changed: {preflight.explain(answer.stdout + answer.stderr)}"
                )
            self.data.rename(kept)
            fresh.rename(self.data)
        return kept

    def take_back(self, kept: Path) -> None:
        """Let a kept cluster be the one of this home again; what came after it is removed."""
        with self._lock():
            shutil.rmtree(self.data)
            kept.rename(self.data)

    # -- start

    def start(self, tied: bool = False) -> str:
        """Return the owner's URL of the running server; make, recover and start it as far as needed.

        `tied`: it stops when this process ends, however this process ends.
        """
        with self._lock():
            deadline = time.monotonic() + ANSWER_SECONDS
            while True:
                said = pidfile.server(self.data)
                if said is None or said.status == "stopping" or not self._wait_until_ready(said.pid):
                    self._start(tied)
                try:
                    _make_owner_and_database(self._url(self._socket_folder(), SUPERUSER, "postgres"))
                    return self._url(self._socket_folder())
                except psycopg.OperationalError as refused:
                    # A server just killed looks alive for a moment; what does not answer for long is another matter.
                    if time.monotonic() > deadline:
                        raise DatabaseError(
                            f"PostgreSQL runs on {self.data} but does not answer: {str(refused).strip()}\n"
                            f"See its log: {self.log}"
                        ) from refused
                    time.sleep(0.05)

    def _start(self, tied: bool) -> None:
        self._untie()
        self._wait_until_stopped()
        self._settle()
        owner = account.choose(self.data)
        binaries = self._binaries_for(owner)
        preflight.check_shared_memory(owner)
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster(owner, binaries, self.data)
        self._run(owner, binaries, tied)

    def _settle(self) -> None:
        """Make the cluster's folder, owned by the server's account, where that account may enter."""
        place, folder = self.home / "postgres", self.path
        if place.is_symlink() and not folder.exists():
            raise DatabaseError(
                f"the database of {self.home} lay in {folder}, which is gone.\n"
                f"Bring it back, or remove {place} to begin with an empty database."
            )
        owner = account.choose(self.data)
        if not folder.exists():
            if owner.first_closed(self.home) is not None:
                folder = self._elsewhere(owner)
                folder.mkdir(parents=True, exist_ok=True)
                place.symlink_to(folder)
            else:
                folder.mkdir()
            folder.chmod(0o700)
            if not owner.is_caller():
                os.chown(folder, owner.uid, owner.gid)
        closed = owner.first_closed(folder)
        if closed is not None:
            raise DatabaseError(
                f"the database runs as {owner.name}, which may not enter {closed}.\n"
                f"Run as {owner.name}, open that folder to it, or set CUNGUAN_HOME to a folder of your own."
            )

    def _elsewhere(self, owner: Account) -> Path:
        folder = _own_folder(self.home) / "postgres"
        self._say(
            f"the account {owner.name}, under which root runs PostgreSQL, may not enter "
            f"{owner.first_closed(self.home)}: the database lies in {folder}"
        )
        return folder

    def _binaries_for(self, owner: Account) -> Binaries:
        binaries = self._entered(owner, self.binaries())
        preflight.check_programs(owner, binaries)
        return binaries

    def _entered(self, owner: Account, binaries: Binaries) -> Binaries:
        """Return programs that the server's account may enter: themselves, or a copy."""
        if owner.first_closed(binaries.folder) is not None:
            folder = _own_folder(self.home)
            self._say(f"the account {owner.name} may not enter {binaries.folder}: its programs are copied to {folder}")
            binaries = copy_for(owner, binaries, folder)
        return binaries

    def _make_cluster(self, owner: Account, binaries: Binaries, target: Path) -> None:
        """Run initdb. The data folder appears whole or not at all: a killed initdb leaves nothing that looks right."""
        preflight.check_room(self.path)
        partial = self.path / "data.partial"
        if partial.exists():
            shutil.rmtree(partial)
        options = ["--locale=C", "--encoding=UTF8", "--data-checksums", f"--username={SUPERUSER}", "--no-instructions"]
        access = ["--auth-local=trust", "--auth-host=reject"]
        answer = owner.run([binaries.program("initdb"), f"--pgdata={partial}", *options, *access])
        if answer.returncode != 0:
            shutil.rmtree(partial, ignore_errors=True)
            raise DatabaseError(
                f"initdb could not make a database in {self.path}: {preflight.explain(answer.stdout + answer.stderr)}"
            )
        partial.rename(target)

    def _run(self, owner: Account, binaries: Binaries, tied: bool) -> None:
        """Start the server and wait until it takes connections. Leftovers of a killed one may need a moment to end."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            begin = self._spawn(owner, binaries)
            assert self._child is not None
            if self._wait_until_ready(self._child.pid):
                break
            said = self._log_since(begin)
            if "pre-existing shared memory block" not in said or time.monotonic() > deadline:
                raise DatabaseError(
                    f"PostgreSQL did not start on {self.data}: {preflight.explain(said)}\nLog: {self.log}"
                )
            time.sleep(0.1)  # PostgreSQL alone knows whether they have ended: asked again
        if tied:
            self._tie(owner)

    def _spawn(self, owner: Account, binaries: Binaries) -> int:
        """Start the server in the background; return where in the log its words begin."""
        socket_folder = self._make_socket_folder(owner)
        settings = {**SETTINGS, "unix_socket_directories": f'"{socket_folder}"'}
        argv = [binaries.program("postgres"), "-D", str(self.data)]
        argv += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        options = owner.popen()
        stale = pidfile.read(self.data)
        if stale is None:
            (self.data / pidfile.NAME).unlink(missing_ok=True)  # none, or one that names nobody
        elif pidfile.is_alive(stale.pid) or not _is_free(stale.pid):
            # A zombie or a stranger has the number of our dead server, and PostgreSQL would take it for alive. The file
            # is not removed: it also names the shared memory by which PostgreSQL sees leftovers of the dead server.
            # PostgreSQL does not believe in a server that has the number of its own grandparent: we name that one.
            options["env"]["PG_GRANDPARENT_PID"] = str(stale.pid)
        for name in (preflight.SOCKET_NAME, preflight.SOCKET_NAME + ".lock"):
            (socket_folder / name).unlink(missing_ok=True)  # ours alone: what counts is the data folder's interlock
        with self._open_log() as log:
            begin = log.seek(0, os.SEEK_END)
            # A session of its own: neither the terminal's Ctrl-C nor its end reaches the server.
            self._child = subprocess.Popen(argv, stdout=log, stderr=log, start_new_session=True, **options)
        return begin

    def _tie(self, owner: Account) -> None:
        """Let a small process wait for our end, whatever ends us, and then stop the server fast.

        It reads from a pipe whose other end only we hold. It asks the pid file anew, so that it never signals a number
        that has passed to another process.
        """
        script = 'read x; pid=$(head -n 1 "$1") && kill -INT "$pid"'
        options = owner.popen() | {"stdin": subprocess.PIPE, "start_new_session": True}
        argv = ["/bin/sh", "-c", script, "sh", str(self.data / pidfile.NAME)]
        self._watcher = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)

    def _untie(self) -> None:
        if self._watcher is None:
            return
        self._watcher.kill()
        assert self._watcher.stdin is not None
        self._watcher.stdin.close()
        self._watcher.wait()
        self._watcher = None

    def _wait_until_ready(self, pid: int) -> bool:
        """Return True when the server `pid` takes connections, False when it has ended before that."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            said = pidfile.read(self.data)
            if said is not None and said.pid == pid and said.status == "ready":
                return True
            if not self._is_running(pid):
                return False
            time.sleep(0.02)  # the server tells by its pid file only; there is nothing to wait on
        raise DatabaseError(f"PostgreSQL (pid {pid}) is not ready after {START_SECONDS} s.\nSee its log: {self.log}")

    # -- stop

    def stop(self) -> bool:
        """Stop the server fast: sessions are ended, what is committed stays. Return False when none ran."""
        if not self.home.exists():
            return False
        with self._lock():
            self._untie()
            said = pidfile.server(self.data)
            if said is None:
                self._reap()
                return False
            self._signal(said.pid, signal.SIGINT)
            self._wait_until_stopped()
            self._remove_short_socket_folder(Path(said.socket_folder))
            return True

    def _wait_until_stopped(self) -> None:
        """Wait for a server that is stopping; after STOP_SECONDS order the immediate stop; recovery makes it good."""
        said = pidfile.server(self.data)
        if said is None:
            self._reap()
            return
        deadline = time.monotonic() + STOP_SECONDS
        while self._is_running(said.pid):
            if time.monotonic() > deadline + STOP_SECONDS:
                raise DatabaseError(f"PostgreSQL (pid {said.pid}) does not stop.\nSee its log: {self.log}")
            if time.monotonic() > deadline:
                self._signal(said.pid, signal.SIGQUIT)
            time.sleep(0.02)
        self._reap()

    def _signal(self, pid: int, number: signal.Signals) -> None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass  # it has just ended by itself
        except PermissionError as refused:
            owner = account.of(self.data.stat().st_uid)
            raise DatabaseError(
                f"the server of {self.home} runs as {owner.name}; stop it as {owner.name} or as root."
            ) from refused

    def _is_running(self, pid: int) -> bool:
        if self._child is not None and self._child.pid == pid:
            return self._child.poll() is None
        return pidfile.is_alive(pid)

    def _reap(self) -> None:
        if self._child is not None and self._child.poll() is not None:
            self._child = None

    # -- small things

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one process at a time start or stop the server of this home."""
        try:
            if not self.home.exists():
                self.home.mkdir(parents=True)
                self.home.chmod(0o755)  # ours, just made: a strict umask must not shut out the server's account
            descriptor = os.open(self.home / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as refused:
            raise DatabaseError(
                f"{refused.filename or self.home} cannot be written: {refused.strerror}.\n"
                "Run as its owner, or set CUNGUAN_HOME to a folder of your own."
            ) from refused
        with os.fdopen(descriptor, "wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _open_log(self) -> IO[bytes]:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        return os.fdopen(descriptor, "ab")

    def _log_since(self, begin: int) -> str:
        with self.log.open("rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")

    def _socket_folder(self) -> Path:
        said = pidfile.read(self.data)
        if said is not None and said.socket_folder:
            return Path(said.socket_folder)
        return self.path / "run"

    def _make_socket_folder(self, owner: Account) -> Path:
        """Return a private folder for the socket: in the cluster's own, or a short one when that path is too long."""
        folder = self.path / "run"
        if preflight.fits_a_socket(folder):
            owner.run(["/bin/mkdir", "-p", "-m", "700", str(folder)])
            return folder
        name = f"cunguan-{owner.uid}-{_hash(self.path)}"
        for base in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
            folder = base / name
            if preflight.fits_a_socket(folder) and owner.first_closed(base) is None:
                owner.run(["/bin/mkdir", "-m", "700", str(folder)])
                _check_private(folder, owner)
                return folder
        raise DatabaseError(
            f"a socket in {self.path} would have a path longer than {preflight.SOCKET_PATH_LIMIT} bytes, "
            "and no temporary folder is shorter.\nSet CUNGUAN_HOME or TMPDIR to a folder with a shorter path."
        )

    def _remove_short_socket_folder(self, folder: Path) -> None:
        if folder != self.path / "run" and folder.name.startswith("cunguan-"):
            with contextlib.suppress(OSError):
                folder.rmdir()

    @staticmethod
    def _url(socket_folder: Path, user: str = OWNER, database: str = DATABASE) -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(socket_folder), safe='/')}&port={PORT}"


class External:
    """A PostgreSQL that somebody else runs, named by DATABASE_URL. We start and stop nothing of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.path: Path | None = None

    def start(self, tied: bool = False) -> str:
        """Return the URL after asking the server for its version."""
        try:
            version = _version(self.url)
        except (psycopg.Error, UnicodeError) as refused:
            raise DatabaseError(
                f"the PostgreSQL of DATABASE_URL cannot be reached: {str(refused).strip()}\n"
                "Start it or correct DATABASE_URL; unset it to use the embedded database."
            ) from refused
        if int(version.split(".")[0]) < OLDEST:
            raise DatabaseError(f"the PostgreSQL of DATABASE_URL is {version}; {OLDEST} or newer is needed.")
        return self.url

    def stop(self) -> bool:
        """Stop nothing."""
        return False

    def status(self) -> Status:
        """Return whether it answers."""
        try:
            return Status("external", _without_password(self.url), _version(self.url))
        except psycopg.Error as refused:
            return Status("unreachable", _without_password(self.url), detail=str(refused).strip())

    def psql(self) -> list[str]:
        """Return the command line of a terminal on it."""
        found = shutil.which("psql")
        return [found or find().program("psql"), self.url]


def home_from(environ: Mapping[str, str]) -> Path:
    """Return where the data lies: CUNGUAN_HOME, else .cunguan in the working folder."""
    return Path(environ.get("CUNGUAN_HOME") or DEFAULT_HOME).expanduser().absolute()


def resolve(home: Path, environ: Mapping[str, str], say: Say = say_on_stderr) -> Server | External:
    """Return the database to use: that of DATABASE_URL, else the embedded one of `home`."""
    url = environ.get("DATABASE_URL")
    return External(url) if url else Server(home, say=say)


@contextlib.contextmanager
def running(home: Path, environ: Mapping[str, str] | None = None, say: Say = say_on_stderr) -> Iterator[str]:
    """Yield the URL of a running database; stop it afterwards if this call started it, also when this process dies."""
    database = resolve(home, os.environ if environ is None else environ, say)
    was_up = database.status().is_up()
    url = database.start(tied=True)
    try:
        yield url
    finally:
        if not was_up:
            database.stop()


def _own_folder(home: Path) -> Path:
    return Path("/var/lib") / f"cunguan-{_hash(home)}"


def _hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _major_of(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as refused:
        raise DatabaseError(
            f"{data} belongs to another account ({refused.strerror}).\n"
            "Run as its owner or as root, or set CUNGUAN_HOME to a folder of your own."
        ) from refused


def _is_free(pid: int) -> bool:
    """Return whether the number is nobody's, not even a zombie's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _check_private(folder: Path, owner: Account) -> None:
    seen = folder.lstat()
    if folder.is_symlink() or seen.st_uid != owner.uid or seen.st_mode & 0o077:
        raise DatabaseError(
            f"{folder} is not a private folder of {owner.name}.\nRemove it: only the server may own its socket."
        )


def _version(url: str) -> str:
    with psycopg.connect(url, connect_timeout=10) as connection:
        return str(connection.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]  # SHOW has one row


def _without_password(url: str) -> str:
    shown = psycopg.conninfo.conninfo_to_dict(url)
    shown.pop("password", None)
    return psycopg.conninfo.make_conninfo("", **shown)


def _make_owner_and_database(superuser_url: str) -> None:
    """Make the owner role and its database if they are not there. A start that was killed half-way is completed."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        role, database = sql.Identifier(OWNER), sql.Identifier(DATABASE)
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone() is None:
            with connection.transaction():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE").format(role))
                connection.execute(sql.SQL("GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO {}").format(role))
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
