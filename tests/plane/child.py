"""Child: `Process` and `Server` as `cunguan plane` runs them, to be killed by a test; ends when its standard input does."""

import logging
import os
import sys
from pathlib import Path

from cunguan.plane.process import Process
from cunguan.plane.server import Server


def main(url: str, path: str) -> None:
    """Run until nobody holds the other end."""
    logging.basicConfig(level=logging.ERROR)
    with Process(url, owner=f"child:{os.getpid()}", channels=lambda lane: {}, wait_seconds=30.0) as process:
        server = Server(process.plane, Path(path))
        print("ready", flush=True)
        sys.stdin.read()
        server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
