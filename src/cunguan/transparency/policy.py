"""Policy (见证策略): which logs are believed, who witnesses them, and how many of the witnesses must have cosigned.

When    a checkpoint's cosignatures are counted: by the sequencer, by whoever verifies a receipt, before a payment leaves
Shape   a file of lines: log VKEY [URL] · witness NAME VKEY [URL] · group NAME all|any|K NAME… · quorum NAME|none
        names have a meaning inside the file only; a group or the quorum names what stands above it
Errors  PolicyWrong: the number of the line and what is wrong with it. A log's own key never counts as a witness
Source  C2SP tlog-policy
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from cunguan.transparency.note import COSIGNATURE, ED25519, Check, Key, Note, NoteWrong

#: what the file is called in the home of who keeps a log
POLICY: Final = "log-policy"
NONE: Final = "none"
_BLANK: Final = re.compile(r"[ \t]+")
_COUNT: Final = re.compile(r"[1-9][0-9]{0,3}\Z", re.ASCII)


class PolicyWrong(ValueError):
    """A policy cannot be used; the message names the line."""


class Log(msgspec.Struct, frozen=True):
    """A log that is believed; `url` is "" where none is told."""

    key: Key
    url: str = ""


class Witness(msgspec.Struct, frozen=True):
    """Who may cosign; `url` is the address below which add-checkpoint is asked, "" where none is told."""

    name: str
    key: Key
    url: str = ""


class Group(msgspec.Struct, frozen=True):
    """Some of whom so many must have cosigned."""

    threshold: int
    members: tuple[str, ...]


class Policy(msgspec.Struct, frozen=True):
    """Whom to believe, and when enough have cosigned."""

    logs: tuple[Log, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str

    @property
    def asks_nobody(self) -> bool:
        """Whether it is content without any witness: then a log is believed that nobody but its keeper has looked at."""
        return self.quorum == NONE

    def is_met(self, cosigned: Collection[str]) -> bool:
        """Return whether these witnesses, by their names in the file, make the quorum."""
        return self.asks_nobody or self._has(self.quorum, cosigned)

    def is_met_by(self, keys: Collection[Key]) -> bool:
        """Return whether the holders of these keys make the quorum."""
        return self.is_met([one.name for one in self.witnesses.values() if one.key in keys])

    def cosigners(self, note: Note, check: Check) -> tuple[str, ...]:
        """Return the witnesses whose valid cosignature a note bears."""
        return tuple(one.name for one in self.witnesses.values() if is_signed(note, one.key, check))

    def refuse_own(self, key: Key) -> None:
        """Refuse a policy in which the keeper of a log is one of its witnesses: he would vouch for himself."""
        for one in self.witnesses.values():
            if one.key.public == key.public:
                raise PolicyWrong(
                    f"witness {one.name} has the key of the log {key.name}: a log does not witness itself"
                )

    def _has(self, name: str, cosigned: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._has(member, cosigned) for member in group.members) >= group.threshold


def is_signed(note: Note, key: Key, check: Check) -> bool:
    """Return whether one of the note's signatures is this key's."""
    return any(check(key, note.text, one.blob) for one in note.of(key))


def read(content: bytes) -> Policy:
    """Read a policy file."""
    reader = _Reader()
    for number, line in enumerate(content.removesuffix(b"\n").split(b"\n"), 1):
        try:
            reader.take(_words(line))
        except (PolicyWrong, NoteWrong) as wrong:
            raise PolicyWrong(f"line {number}: {wrong}") from None
    if not reader.quorum:
        raise PolicyWrong("there is no quorum line: `quorum NAME`, or `quorum none` where nobody is asked")
    policy = Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)
    for log in policy.logs:
        policy.refuse_own(log.key)
    return policy


def majority(logs: Collection[Key], witnesses: Collection[Witness], threshold: int) -> str:
    """Return the text of a policy that asks so many of some witnesses."""
    lines = [f"log {log.text()}" for log in logs]
    lines += [f"witness {one.name} {one.key.text()} {one.url}".rstrip() for one in witnesses]
    return "\n".join(
        [*lines, f"group witnesses {threshold} {' '.join(one.name for one in witnesses)}", "quorum witnesses", ""]
    )


def _words(line: bytes) -> list[str]:
    if any((octet < 0x20 and octet != 0x09) or octet == 0x7F for octet in line):
        raise PolicyWrong("a control character")
    # names are octets: what is not UTF-8 stays itself, and differs from everything else
    words = [word for word in _BLANK.split(line.decode(errors="surrogateescape")) if word]
    return [] if words and words[0].startswith("#") else words


class _Reader:
    """What was read so far."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum = ""
        self._members: set[str] = set()

    def take(self, words: list[str]) -> None:
        """Take one line."""
        if not words:
            return
        takers = {"log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum}
        if words[0] not in takers:
            raise PolicyWrong(f"{words[0]!r} is none of log, witness, group, quorum")
        takers[words[0]](words[1:])

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise PolicyWrong("log VKEY [URL]")
        key = _key(words[0], ED25519, "a log's key is of type 01 (Ed25519)")
        if any(key.public == log.key.public for log in self.logs):
            raise PolicyWrong(f"the key of {key.name} stands above already")
        self.logs.append(Log(key, *words[1:]))

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise PolicyWrong("witness NAME VKEY [URL]")
        key = _key(words[1], COSIGNATURE, "a witness's key is of type 04 (timed cosignature)")
        twin = next((one.name for one in self.witnesses.values() if one.key.public == key.public), None)
        if twin is not None:
            raise PolicyWrong(f"witness {twin} has the same key: it would count twice")
        self.witnesses[self._new(words[0])] = Witness(words[0], key, *words[2:])

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise PolicyWrong("group NAME all|any|K NAME…")
        name, wanted, members = self._new(words[0]), words[1], words[2:]
        for member in members:
            self._known(member)
            if member in self._members:
                raise PolicyWrong(f"{member} is a member already: it would count twice")
            self._members.add(member)
        self.groups[name] = Group(_threshold(wanted, len(members)), tuple(members))

    def _quorum(self, words: list[str]) -> None:
        if len(words) != 1:
            raise PolicyWrong("quorum NAME, or quorum none")
        if self.quorum:
            raise PolicyWrong("there is a quorum line already")
        if words[0] != NONE:
            self._known(words[0])
        self.quorum = words[0]

    def _new(self, name: str) -> str:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise PolicyWrong(f"the name {name} is taken")
        return name

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyWrong(f"{name} is not defined above")


def _key(text: str, algorithm: int, or_else: str) -> Key:
    key = Key.parse(text)
    if key.algorithm != algorithm or len(key.public) != 32:
        raise PolicyWrong(f"{or_else}, 32 bytes; this one is of type {key.algorithm:02x}, {len(key.public)} bytes")
    return key


def _threshold(wanted: str, members: int) -> int:
    if wanted in ("any", "all"):
        return 1 if wanted == "any" else members
    if not _COUNT.match(wanted) or int(wanted) > members:
        raise PolicyWrong(f"{wanted} of {members} members: write any, all, or a number from 1 to {members}")
    return int(wanted)
