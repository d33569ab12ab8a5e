"""Three witnesses behind one port, and a policy of two of them."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

from cunguan.doors.api.listen import Listen
from cunguan.doors.witness.memory import Memory, begin
from cunguan.doors.witness.server import WitnessServer
from cunguan.transparency.note import Key
from cunguan.transparency.policy import Witness, majority

NAMES = ("platform", "regulator", "auditor")


@contextmanager
def heard(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    """Let a server be heard."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Witnesses:
    """The three, and their policy file."""

    def __init__(self, folder: Path, log: Key, stack: ExitStack) -> None:
        self.folder, self.policy, self._log = folder, folder / "log-policy", log
        self.memories = {name: self._memory(name, stack) for name in NAMES}
        self.server = WitnessServer(Listen("127.0.0.1", 0), {f"/{name}": one for name, one in self.memories.items()})
        stack.enter_context(heard(self.server))
        self.urls = {name: f"{self.server.address}/{name}" for name in NAMES}
        self.write()

    def _memory(self, name: str, stack: ExitStack) -> Memory:
        begin(self.folder / name, f"{name}.example/1")
        memory = Memory(self.folder / name, [self._log])
        stack.callback(memory.close)
        return memory

    def write(self, **urls: str) -> None:
        """Write the policy, with other addresses for some."""
        found = [Witness(name, self.memories[name].key, urls.get(name, self.urls[name])) for name in NAMES]
        draft = self.folder / "draft"
        draft.write_text(majority([self._log], found, 2))
        os.replace(draft, self.policy)


def closed_port() -> int:
    """Return a port where nobody is heard."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
