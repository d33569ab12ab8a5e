"""Gateway: a message gateway of somebody else's, which takes nothing from who shows no certificate of the custodian's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cunguan.desks.notices.http_sender import Told
from tests.desks.service import Service


class Gateway(Service):
    """The gateway, and how the custodian is told of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, is_mutual=True)
        self.told = Told(self.url, self.ca, self.cert, self.key)

    def accepts(self) -> None:
        """Take everything from now on."""
        self.tells(outcome="accepted")


@contextmanager
def serving(folder: Path) -> Iterator[Gateway]:
    """Run a gateway whose files lie in a folder."""
    made = Gateway(folder)
    try:
        yield made
    finally:
        made.stop()
