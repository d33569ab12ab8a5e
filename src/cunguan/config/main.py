"""The console script `cunguan`."""

import os
import sys

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli


def main() -> int:
    """Run the command line of this process; what it reads of its surroundings is handed in here."""
    return cli.main(sys.argv[1:], Wiring(os.environ))


if __name__ == "__main__":
    sys.exit(main())
