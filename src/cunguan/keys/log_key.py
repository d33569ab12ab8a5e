"""Log's signing keys (留痕签名密钥): what checkpoints are signed with; the first is Ed25519, as every verifier knows it.

When    the sequencer starts; `cunguan log key` shows the public half
Shape   `log-signing-key` in the home, 32 bytes, made at the first start
Errors  PermissionError: others can read the file
Source  C2SP signed-note; RFC 8032
"""

from collections.abc import Mapping
from pathlib import Path

from cunguan.keys.note_keys import Ed25519Signer, Signer
from cunguan.keys.secret_file import secret

FILE = "log-signing-key"


def log_signers(home: Path, origin: str, environ: Mapping[str, str]) -> list[Signer]:
    """Return who signs the checkpoints of a log, the Ed25519 key first."""
    return [Ed25519Signer(origin, secret(home / FILE, or_else="close this log: `cunguan log new`"))]
