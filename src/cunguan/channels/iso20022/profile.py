"""Profile (银行档案): how one bank is spoken to: its way, its versions, how long it takes: a TOML file a bank, no code.

When    the plane is given its channels, and the loop that fetches begins a round
Reads   <home>/banks/<name>.toml; profile.toml beside this file is the sandbox's, with every key explained
Shape   Bank: what the file says. `name` is the channel of bank accounts that are kept there
Errors  ProfileWrong: a file that cannot be used, with what to put right
"""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final, Literal

import msgspec

from cunguan.channels.base import Profile
from cunguan.channels.demobank.bank import PAY_CHANNEL
from cunguan.channels.transport.base import Place, Transport
from cunguan.channels.transport.folder import QUIET_SECONDS, Folder
from cunguan.channels.transport.https import Https, Trust, checked
from cunguan.formats import csv_statement
from cunguan.kernel.ids import is_id

FOLDER: Final = "banks"


class ProfileWrong(ValueError):
    """A bank's profile cannot be used; the message says what to put right."""


class HttpsWay(Trust, frozen=True, tag="https", tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    """By a web service (transport/https.py)."""

    address: str
    #: whether it can be asked what became of one payment
    has_status: bool = False

    def transport(self) -> Transport:
        """Return the way, to be opened."""
        return Https(self.address, self)


class SftpWay(Place, frozen=True, tag="sftp", tag_field="kind", forbid_unknown_fields=True):
    """By SFTP (transport/sftp.py)."""

    def transport(self) -> Transport:
        """Return the way, to be opened."""
        from cunguan.channels.transport.sftp import (
            Sftp,  # half a second of a plane's start: loaded where a bank asks for it
        )

        return Sftp(self)


class FolderWay(msgspec.Struct, frozen=True, tag="folder", tag_field="kind", forbid_unknown_fields=True):
    """By folders of this machine (transport/folder.py)."""

    out: Path
    into: Path
    quiet_seconds: float = QUIET_SECONDS

    def transport(self) -> Transport:
        """Return the way, to be opened."""
        return Folder(self.out, self.into, self.quiet_seconds)


class Bank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bank: what profile.toml explains."""

    name: str
    transport: HttpsWay | SftpWay | FolderWay
    party: str
    agent: str
    deduplicates: bool
    finality_days: int
    answers_within_hours: float
    pain001: Literal["pain.001.001.03", "pain.001.001.09"] = "pain.001.001.09"
    look_seconds: float = 60.0
    #: how it writes its CSV, where it has nothing better
    csv: csv_statement.Mapping | None = None

    @property
    def profile(self) -> Profile:
        """Return what the sender knows of it."""
        return Profile(self.name, self.deduplicates, self.finality_days)


def banks(home: Path, sandbox_address: str = "") -> Mapping[str, Bank]:
    """Return the banks of an installation by their names, with the sandbox's where it has an address."""
    found = {bank.name: bank for bank in map(_read, sorted((home / FOLDER).glob("*.toml")))}
    return {**sandbox(sandbox_address), **found} if sandbox_address else found


def sandbox(address: str) -> Mapping[str, Bank]:
    """Return the profiles of the demo bank at an address, and of its payment channel."""
    text = (resources.files("cunguan.channels.iso20022") / "profile.toml").read_text("utf-8")
    said = tomllib.loads(text)
    said["transport"]["address"] = address
    bank = _bank(said, "the sandbox's profile")
    way = HttpsWay(address=f"{address.rstrip('/')}/pay")
    return {bank.name: bank, PAY_CHANNEL: msgspec.structs.replace(bank, name=PAY_CHANNEL, transport=way)}


def _read(file: Path) -> Bank:
    try:
        said = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as wrong:
        raise ProfileWrong(f"{file} cannot be read: {wrong}") from wrong
    bank = _bank(said, str(file))
    if bank.name != file.stem:
        raise ProfileWrong(f"{file} is of the bank {bank.name}: name the file {bank.name}.toml")
    return bank


def _bank(said: object, where: str) -> Bank:
    try:
        bank = msgspec.convert(said, Bank, dec_hook=lambda type, text: type(text))  # of a path
        if isinstance(bank.transport, HttpsWay):
            checked(bank.transport.address)
        if bank.csv is not None:
            csv_statement.checked(bank.csv)
    except (msgspec.ValidationError, ValueError) as wrong:
        raise ProfileWrong(f"{where}: {wrong}") from wrong
    if not is_id(bank.name) or ":" in bank.name:
        raise ProfileWrong(f"{where}: a bank has a name of letters, digits and _./@+#=-")
    return bank
