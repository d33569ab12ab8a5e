"""Acts of `cunguan liabilities` that need no database (鉴证与核验): an attester adds up and signs; a client verifies his proof.

Does    attest: the whole working file again, banks and books side by side, a signature · verify: a proof by itself, in the log under the
        keys that are given
Returns attest 0 signed, and nothing differs or is short · 1 nothing was signed, or what was signed says so; verify 0 it holds · 1 not
Source  docs/liabilities.md
"""

import argparse
import base64
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cunguan.doors.cli.arguments import date_of
from cunguan.doors.cli.liabilities_shared import told
from cunguan.doors.liabilities import attesting, verifying, words
from cunguan.doors.liabilities.attesting import AssetsWrong, Attester, Balance
from cunguan.doors.liabilities.in_log import Trusted, holds
from cunguan.kernel.currency import UnknownCurrency
from cunguan.kernel.money import parse_minor
from cunguan.keys.algorithms import ALGORITHMS, KeyWrong, algorithm
from cunguan.transparency import policy
from cunguan.transparency.liabilities import LiabilityWrong
from cunguan.transparency.liability_files import AGREES, NOT_ATTESTED, BankKey, Item, written
from cunguan.transparency.note import Key, NoteWrong
from cunguan.transparency.policy import PolicyWrong


def add_acts(acts: Any, add: Any) -> None:
    """Register the acts."""
    attest = add(
        acts,
        "attest",
        run_attest,
        "at the regulator's or auditor's: add a working file up anew and sign what was found",
    )
    attest.add_argument("file", type=Path, metavar="FILE")
    attest.add_argument("--key", type=Path, required=True, help="the attester's private key, PEM")
    attest.add_argument("--algorithm", choices=list(ALGORITHMS), default="ed25519")
    attest.add_argument("--name", required=True, help="the attester's name, as its key was registered")
    attest.add_argument("--role", choices=["regulator", "auditor"], required=True)
    attest.add_argument("--statement", type=Path, action="append", default=[], metavar="CAMT",
                        help="a statement its bank has signed; the signature lies beside it, CAMT.sig; may be repeated")  # fmt: skip
    attest.add_argument("--bank-key", type=Path, action="append", default=[], metavar="PUBLIC_KEY",
                        help="with --statement: the bank's key as the attester has it from the bank; may be repeated")  # fmt: skip
    attest.add_argument("--saw-balance", action="append", default=[], metavar="ACCOUNT=AMOUNT",
                        help="what the attester saw at the bank himself; may be repeated")  # fmt: skip
    attest.add_argument("--saw-on", type=date_of, metavar="DATE", help="when; without it today")
    attest.add_argument("--in-transit", action="append", default=[], metavar="ACCOUNT=AMOUNT:WHAT",
                        help="the books have it and the bank does not yet; below zero: the other way; may be repeated")  # fmt: skip
    attest.add_argument("--out", type=Path, help="where to; without it FILE.attestation")
    verify = add(acts, "verify", run_verify, "for a client: check a proof by itself, without asking anybody")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--attester-key", type=Path, action="append", default=[], metavar="PUBLIC_KEY",
                        help="an attester's key as the client has it from the attester; may be repeated")  # fmt: skip
    verify.add_argument("--without-log", action="store_true", help="do not ask whether the root is in the log")
    for act in (attest, verify):
        act.add_argument("--log-key", metavar="VKEY", help="the log's key, as NAME+ID+BASE64 or a file of it")
        act.add_argument("--policy", type=Path, help="a policy file: who must have cosigned")


# ── the attester ─────────────────────────────────────────────────────────────
def run_attest(arguments: argparse.Namespace, wiring: Any) -> int:
    """Add up, look at the assets, sign."""
    try:
        with arguments.file.open("rb") as stream:
            added = attesting.added(stream)
        trusted = _trusted(arguments)
        if trusted is not None:
            holds(added.working.log, added.working.act, trusted)
        currency = added.snapshot.currency
        banks = attesting.looked(
            added, _balances(arguments, added.working.bank_keys, currency), _items(arguments, currency)
        )
        attester = Attester(arguments.name, arguments.role, arguments.algorithm, arguments.key.read_bytes())
        made, figures = attesting.attest(added, banks, attester, datetime.now(UTC))
    except (AssetsWrong, KeyWrong, UnknownCurrency, ValueError) as why:
        raise LiabilityWrong(str(why)) from None
    path = arguments.out or arguments.file.with_name(arguments.file.name + ".attestation")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(written(made))
    value = {"file": str(path), "snapshot": added.snapshot.id, "assets": figures.assets, "figures": figures}
    told(arguments, wiring, value, lambda language: [*words.attested(figures, currency, language), str(path)])
    return 0 if figures.assets in (AGREES, NOT_ATTESTED) else 1


def _balances(arguments: argparse.Namespace, registered: list[BankKey], currency: str) -> list[Balance]:
    keys = _believed(arguments, registered)
    told = [attesting.stated(path, path.with_name(path.name + ".sig"), keys) for path in arguments.statement]
    on = arguments.saw_on or datetime.now(UTC).date()
    return told + [
        Balance(account, currency, parse_minor(amount, currency), on)
        for account, amount in (_split(text, "=") for text in arguments.saw_balance)
    ]


def _believed(arguments: argparse.Namespace, registered: list[BankKey]) -> list[BankKey]:
    """Return the banks' keys that are registered and that the attester has from the bank itself: the custodian's word is no proof."""
    if arguments.statement and not arguments.bank_key:
        raise AssetsWrong("say --bank-key: the key of the bank as you have it from the bank, not from the custodian")
    own = {_public(path, key.algorithm) for path in arguments.bank_key for key in registered}
    return [key for key in registered if key.public_key in own]


def _public(path: Path, name: str) -> str:
    """Return a public key as it is registered; "" where the file is none of that algorithm."""
    try:
        return base64.b64encode(algorithm(name).read(path.read_text("ascii", errors="replace"))).decode()
    except KeyWrong:
        return ""


def _items(arguments: argparse.Namespace, currency: str) -> list[tuple[str, Item]]:
    found = []
    for text in arguments.in_transit:
        account, rest = _split(text, "=")
        amount, what = _split(rest, ":")
        found.append((account, Item(what, parse_minor(amount, currency))))
    return found


def _split(text: str, sign: str) -> tuple[str, str]:
    before, found, after = text.partition(sign)
    if not found or not before.strip() or not after.strip():
        raise AssetsWrong(f"{text!r}: write ACCOUNT=AMOUNT, and of what is in transit ACCOUNT=AMOUNT:WHAT")
    return before.strip(), after.strip()


# ── the client ───────────────────────────────────────────────────────────────
def run_verify(arguments: argparse.Namespace, wiring: Any) -> int:
    """Verify a proof."""
    trusted = _trusted(arguments)
    if trusted is None and not arguments.without_log:
        raise LiabilityWrong("say --log-key, as you have it from somebody else than the custodian, or --without-log")
    keys = {_public(path, name) for path in arguments.attester_key for name in ALGORITHMS} - {""}
    found = verifying.verify(arguments.file.read_bytes(), trusted, keys)
    value = {
        "snapshot": found.snapshot, "owed": found.owed, "minor": found.minor, "witnesses": found.witnesses, "attested": found.attested,
        "assets": found.assets,
    }  # fmt: skip
    told(arguments, wiring, value, lambda language: words.verified(found, language))
    return 0


def _trusted(arguments: argparse.Namespace) -> Trusted | None:
    """Return whom to believe of the log: its key and, with a policy, who must have cosigned."""
    if arguments.log_key is None:
        return None
    path = Path(arguments.log_key)
    try:
        key = Key.parse(path.read_text("utf-8") if path.is_file() else arguments.log_key)
        asked = policy.read(arguments.policy.read_bytes()) if arguments.policy else None
    except (NoteWrong, PolicyWrong) as why:
        raise LiabilityWrong(str(why)) from None
    return Trusted(key, asked)
