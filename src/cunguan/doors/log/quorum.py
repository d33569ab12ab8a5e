"""Quorum (见证法定数): the witnesses of a policy are asked for their cosignatures, all at once, and what they say is checked.

When    the sequencer has signed a checkpoint; before it signs anything after a start: what do the witnesses hold?
Reads   a policy file (transparency/policy.py); it is read again when it has changed
Shape   Cosigned: the note with every valid cosignature · `reached`: they make the quorum; never where the policy asks nobody
        Told, one a witness: its status (0: no answer in time), the size it says it holds, and why in words
Units   a witness has SECONDS to answer; once the quorum is reached the others have GRACE_SECONDS more
Errors  PolicyWrong: at the first reading; later the last good one goes on, and the log says so. Plain HTTP stays on this host
Source  C2SP tlog-witness, tlog-policy; ADR 0038
"""

import asyncio
import logging
import re
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx
import msgspec

from cunguan.channels.transport.https import NOBODY, AddressWrong, Trust, checked
from cunguan.keys.note_keys import check
from cunguan.keys.tls import calling
from cunguan.transparency import checkpoint, policy, witness
from cunguan.transparency import note as notes
from cunguan.transparency.note import Key, Note, NoteWrong, Signature
from cunguan.transparency.policy import Policy, PolicyWrong, Witness

log = logging.getLogger(__name__)

SECONDS: Final = 5.0
GRACE_SECONDS: Final = 1.0
ANSWER_BYTES_MAX: Final = 2**16
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,17})\n?")

#: proves that the tree of so many leaves is the beginning of the checkpoint's
OldProofs = Callable[[int], list[bytes]]


class Told(msgspec.Struct, frozen=True):
    """What a witness said; `size`: what it says it holds, None where it did not say."""

    witness: str
    status: int
    why: str = ""
    size: int | None = None


class Cosigned(msgspec.Struct, frozen=True):
    """A checkpoint after its witnesses were asked."""

    note: Note
    reached: bool
    told: tuple[Told, ...]

    def ahead(self, size: int) -> list[Told]:
        """Return the witnesses who hold more than this size: then what signs here is older than what was signed before."""
        return [one for one in self.told if one.size is not None and one.size > size]


def trust_of(environ: Mapping[str, str]) -> Trust:
    """Return whom we believe behind a witness's address, and who we are: CUNGUAN_WITNESS_{CA,CERT,KEY}."""
    ca, cert, key = (environ.get(f"CUNGUAN_WITNESS_{name}") for name in ("CA", "CERT", "KEY"))
    return Trust(Path(ca) if ca else None, Path(cert) if cert else None, Path(key) if key else None)


class Quorum:
    """The witnesses of one policy file."""

    def __init__(self, path: Path, logs: Sequence[Key] = (), trust: Trust = NOBODY, seconds: float = SECONDS) -> None:
        self._path, self._logs, self._trust, self._seconds = path, logs, trust, seconds
        self._held: dict[str, int] = {}  # what each told us last; a wrong guess costs one more question
        self._client: tuple[asyncio.AbstractEventLoop, httpx.AsyncClient] | None = None
        self._tls: ssl.SSLContext | None = None
        self._stamp = _stamp(path)
        self._policy = _read(path, logs)

    @classmethod
    def from_file(
        cls, path: Path, logs: Sequence[Key] = (), trust: Trust = NOBODY, seconds: float = SECONDS
    ) -> "Quorum":
        """Read a policy; `logs`: the keys that sign here, several while one is replaced; none of them may be a witness's."""
        return cls(path, logs, trust, seconds)

    @property
    def policy(self) -> Policy:
        """The policy as the file has it now."""
        self._read_again()
        return self._policy

    def is_reached(self, note: Note) -> bool:
        """Return whether a note bears the quorum's cosignatures."""
        now = self.policy
        return not now.asks_nobody and now.is_met(now.cosigners(note, check))

    async def cosign(self, note: Note, old_proofs: OldProofs) -> Cosigned:
        """Ask every witness who has not cosigned yet, and return the note with what they gave."""
        said, asked = checkpoint.read(note.text), _Asked(note, old_proofs)
        signed = self.policy.cosigners(note, check)
        waiting = {
            asyncio.create_task(self._ask(one, said.size, asked), name=one.name)
            for one in self._policy.witnesses.values() if one.name not in signed
        }  # fmt: skip
        told: list[Told] = []
        try:
            while waiting:
                patience = GRACE_SECONDS if self._is_met(asked.note) else None
                done, waiting = await asyncio.wait(waiting, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
                if not done:
                    break
                told += [one.result() for one in done]
        finally:
            for one in waiting:
                one.cancel()
        told += [Told(one.get_name(), 0, "it was slower than the others") for one in waiting]
        return Cosigned(asked.note, self._is_met(asked.note), tuple(sorted(told, key=lambda one: one.witness)))

    async def held_sizes(self, note: Note) -> dict[str, int | None]:
        """Ask every witness what it holds of the log, by a checkpoint that was published; None: it did not say.

        One who holds nothing yet cosigns it, as it was published.
        """
        said, asked = checkpoint.read(note.text), _Asked(note, lambda old: [])
        witnesses = self.policy.witnesses.values()
        told = await asyncio.gather(*(self._post(one, 0, asked) for one in witnesses))
        return {one.witness: said.size if one.status == 200 else one.size for one in told}

    async def close(self) -> None:
        """Let the connections go."""
        if self._client is not None and self._client[0] is asyncio.get_running_loop():
            await self._client[1].aclose()
        self._client = None

    # ── one witness ──────────────────────────────────────────────────────────
    async def _ask(self, one: Witness, size: int, asked: "_Asked") -> Told:
        old = min(self._held.get(one.name, 0), size)
        told = await self._post(one, old, asked)
        if told.size is not None and told.status == 409 and old != told.size <= size:
            old = told.size
            told = await self._post(one, old, asked)
        return _explained(told, old, size)

    async def _post(self, one: Witness, old: int, asked: "_Asked") -> Told:
        if not one.url:
            return Told(one.name, 0, "the policy does not say where it is asked")
        try:
            body = asked.body(old)
            async with asyncio.timeout(self._seconds):
                status, content = await self._answer(f"{one.url.rstrip('/')}/add-checkpoint", body)
        except TimeoutError:
            return Told(one.name, 0, f"no answer in {self._seconds:g} s")
        except (
            httpx.HTTPError,
            ssl.SSLError,
        ) as wrong:  # a certificate of ours that is refused is told after the handshake
            return Told(one.name, 0, f"no answer: {type(wrong).__name__} {wrong}".rstrip())
        except (FileNotFoundError, ValueError) as wrong:
            return Told(one.name, 0, f"no proof from the size {old}: {wrong}")
        if status == 200:
            return self._taken(one, content, asked)
        size = _size(content) if status == 409 else None
        if size is not None:
            self._held[one.name] = size
        return Told(one.name, status, content.decode(errors="replace").strip()[:200], size)

    def _taken(self, one: Witness, content: bytes, asked: "_Asked") -> Told:
        """Take over the cosignature that is this witness's; whatever else it sent is left."""
        try:
            found = notes.parse(f"{asked.note.text}\n".encode() + content)
        except NoteWrong as wrong:
            return Told(one.name, 200, f"no cosignature: {wrong}")
        own = [line for line in found.of(one.key) if check(one.key, found.text, line.blob)]
        if not own:
            return Told(one.name, 200, "the cosignature is not its own")
        size = checkpoint.read(found.text).size
        asked.add(own)
        self._held[one.name] = size
        return Told(one.name, 200, "", size)

    async def _answer(self, url: str, body: bytes) -> tuple[int, bytes]:
        content = b""
        async with self._opened().stream("POST", url, content=body) as answer:
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > ANSWER_BYTES_MAX:
                    raise httpx.DecodingError("the answer is too long")
            return answer.status_code, content

    # ── inside ───────────────────────────────────────────────────────────────
    def _is_met(self, note: Note) -> bool:
        return not self._policy.asks_nobody and self._policy.is_met(self._policy.cosigners(note, check))

    def _opened(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._client is None or self._client[0] is not loop:
            client = httpx.AsyncClient(
                verify=self._context(), timeout=self._seconds, trust_env=False, follow_redirects=False
            )
            self._client = (loop, client)
        return self._client[1]

    def _context(self) -> ssl.SSLContext | bool:
        """Return whom we believe; nothing is loaded where every witness is on this host."""
        if not any(one.url.startswith("https") for one in self._policy.witnesses.values()):
            return False
        self._tls = self._tls or _context(self._trust)
        return self._tls

    def _read_again(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._policy = _read(self._path, self._logs)
        except (OSError, PolicyWrong) as wrong:
            log.error("%s is not usable, the policy of before goes on: %s", self._path, wrong)


class _Asked:
    """A checkpoint while it is being cosigned; several may ask for the same proof."""

    def __init__(self, note: Note, old_proofs: OldProofs) -> None:
        self.note, self._old_proofs = note, old_proofs
        self._bodies: dict[int, bytes] = {}

    def body(self, old: int) -> bytes:
        """Return the request from an older size."""
        if old not in self._bodies:
            size = checkpoint.read(self.note.text).size
            proof = self._old_proofs(old) if 0 < old < size else []
            self._bodies[old] = witness.write(old, proof, self.note)
        return self._bodies[old]

    def add(self, more: Iterable[Signature]) -> None:
        """Take further signatures."""
        self.note = self.note.plus(more)


def _explained(told: Told, old: int, size: int) -> Told:
    """Say in words what a conflict means."""
    if told.status != 409 or told.size is None:
        return told
    if told.size > size:
        why = f"it holds {told.size}, this is {size}: what signs here is older than what was signed before"
    elif told.size == size == old:
        why = f"it holds another root of size {size}: the log has forked"
    else:
        why = f"it holds {told.size}"
    return Told(told.witness, told.status, why, told.size)


def _read(path: Path, logs: Sequence[Key]) -> Policy:
    found = policy.read(path.read_bytes())
    for log in logs:
        found.refuse_own(log)
    believed = {one.key.public for one in found.logs}
    if logs and believed and not believed & {log.public for log in logs}:
        raise PolicyWrong(f"{path} is of other logs than this one: give it the line `log {logs[0].text()}`")
    for one in found.witnesses.values():
        try:
            checked(one.url or "https://not.asked")
        except AddressWrong:
            raise PolicyWrong(
                f"witness {one.name} is asked by https; plain http stays on this host: {one.url}"
            ) from None
    return found


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino


def _size(content: bytes) -> int | None:
    return int(content) if _SIZE.fullmatch(content) else None


def _context(trust: Trust) -> ssl.SSLContext:
    return calling(trust.ca, trust.cert, trust.key, ssl.TLSVersion.TLSv1_3)
