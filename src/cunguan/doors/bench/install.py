"""`cunguan bench install`: what a newcomer waits for: size of the core install, time of the first demo.

Shape   Report (form.py). Runs in a copy of the checkout's tracked files, in a temporary folder
Errors  RuntimeError outside a checkout
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cunguan.doors.bench.form import Report, figure, machine

METHOD = [
    "git clone of this checkout's HEAD, then `python3 run.py setup` and `python3 run.py demo`; packages come as pip gets them"
]


def measure(say: Callable[[str], None]) -> Report:
    """Clone, set up and run the demo; return size and seconds."""
    report = Report(machine(), METHOD, [], {})
    with tempfile.TemporaryDirectory(prefix="cunguan-install-") as folder:
        clone = Path(folder) / "cunguan"
        Path(folder).chmod(0o711)
        subprocess.run(["git", "clone", "-q", str(_checkout()), str(clone)], check=True)
        environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("CUNGUAN_", "VIRTUAL_ENV"))
        }
        started = time.perf_counter()
        for act in ("setup", "demo"):
            say(f"python3 run.py {act}")
            subprocess.run(
                [sys.executable, "run.py", act], cwd=clone, env=environ, check=True, stdout=subprocess.DEVNULL
            )
        seconds = time.perf_counter() - started
        size = _size_mb(clone / ".venv")
    report.figures.append(figure("core install", "MB", [size], bar="<= 220 MB", meets=lambda value: value <= 220))
    report.figures.append(figure("run.py demo from nothing", "s", [seconds]))
    return report


def _checkout() -> Path:
    folder = Path(__file__).resolve().parents[4]
    if not (folder / "run.py").exists():
        raise RuntimeError("this is not a checkout: clone the repository and run the bench there")
    return folder


def _size_mb(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6
