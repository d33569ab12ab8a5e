"""`cunguan liabilities`: from a snapshot to an attester's statement and a client's proof, and what is refused on the way."""

import base64
import json
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.doors.liabilities.in_log import Trusted
from cunguan.doors.liabilities.taking import Unbalanced, Why, take
from cunguan.doors.liabilities.verifying import verify
from cunguan.doors.log.process import Ground, once
from cunguan.keys.algorithms import algorithm
from cunguan.keys.log_key import log_signers
from cunguan.keys.note_keys import Cosigner, Ed25519Signer
from cunguan.keys.salts import SaltKeys
from cunguan.store.log import origins
from cunguan.transparency.liabilities import LiabilityWrong, Owed, grown
from cunguan.transparency.liability_files import Detail, Working, hidden, read, row_of, snapshot_of, written
from cunguan.transparency.note import Key
from tests.conftest import fresh_database
from tests.prove.case import filled

Cunguan = Callable[..., tuple[int, str, str]]
ED25519 = algorithm("ed25519")


@pytest.fixture(scope="module")
def books(wheel_server_url: str) -> Iterator[str]:
    """A database with the proof's case in it; what is done here only adds to it."""
    for url in fresh_database(wheel_server_url):
        filled(url)
        yield url


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home, with the salt key that the sequencer makes."""
    home = tmp_path_factory.mktemp("home")
    SaltKeys(home, may_make=True).of(0)
    return home


@pytest.fixture
def cunguan(books: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Cunguan:
    """Run one command line; its exit code, standard output and standard error."""

    def call(*argv: str | Path, lang: str = "C") -> tuple[int, str, str]:
        wiring = Wiring({"DATABASE_URL": books, "CUNGUAN_HOME": str(folder), "LANG": lang})
        try:
            code = cli.main(["liabilities", *map(str, argv)], wiring)
        except SystemExit as left:
            code = int(left.code or 0)
        return code, *capsys.readouterr()

    return call


def done(found: tuple[int, str, str]) -> Any:
    code, out, err = found
    assert code == 0, err
    return json.loads(out)


def refused(found: tuple[int, str, str]) -> str:
    code, out, err = found
    assert (code, out) == (1, ""), (code, out)
    return err


def key_pair(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a key; return the files of its two halves."""
    pem = ED25519.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(pem)
    public.write_text(base64.b64encode(ED25519.signer(pem)[1]).decode())
    return private, public


@pytest.fixture
def registered(cunguan: Cunguan, tmp_path: Path) -> dict[str, tuple[Path, Path]]:
    """New keys of two attesters and of a bank, registered by two people."""
    made = {}
    for name, role in (("audit-co", "auditor"), ("regulator-1", "regulator"), ("bank-1", "bank")):
        made[name] = key_pair(tmp_path, name)
        done(cunguan("key", "add", name, made[name][1], "--role", role, "--maker", "m", "--checker", "c", "--json"))
    return made


@pytest.fixture
def snapshot(cunguan: Cunguan) -> dict[str, Any]:
    (taken,) = done(cunguan("take", "--platform", "P1", "--pool", "main", "--json"))
    return dict(taken)


@pytest.fixture
def working(cunguan: Cunguan, registered: Any, snapshot: dict[str, Any], tmp_path: Path) -> Path:
    """The auditor's working file."""
    path = tmp_path / "audit.working"
    done(cunguan("export", snapshot["id"], "--for", "audit-co", "--by", "m", "--out", path, "--json"))
    return path


def attest(
    cunguan: Cunguan, registered: Any, working: Path, *more: str | Path, name: str = "audit-co"
) -> tuple[int, str, str]:
    role = "auditor" if name == "audit-co" else "regulator"
    out = working.with_name(f"{name}.attestation")
    out.unlink(missing_ok=True)
    return cunguan(
        "attest", working, "--key", registered[name][0], "--name", name, "--role", role, "--out", out, "--json", *more
    )


def bank_balances(books: str) -> dict[str, int]:
    with psycopg.connect(books) as connection:
        return {
            id: minor
            for id, minor in connection.execute(
                "SELECT k.id, b.balance FROM bank_account k JOIN balance b USING (lane, account) WHERE lane = 1 AND k.pool = 'main'"
            )
        }


def yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


# ── the way ──────────────────────────────────────────────────────────────────
def test_every_holder_is_counted_with_all_that_the_books_owe_him(
    cunguan: Cunguan, books: str, snapshot: dict[str, Any], tmp_path: Path
) -> None:
    with psycopg.connect(books) as connection:
        owed = connection.execute(
            "SELECT a.owner, sum(coalesce(b.balance, 0))::int8 FROM account a LEFT JOIN balance b USING (lane, account)"
            " WHERE a.lane = 1 AND a.pool = 'main' AND a.code IN ('2010', '2015', '2020', '2030', '2040', '2310') GROUP BY 1"
        ).fetchall()
    assert snapshot["clients"] == len(owed) > 3
    assert snapshot["client_minor"] == sum(minor for _, minor in owed) > 0
    for holder, minor in owed:
        path = tmp_path / f"{holder}.json"
        done(cunguan("proof", snapshot["id"], holder, "--out", path, "--json"))
        found = done(cunguan("verify", path, "--without-log", "--json"))
        assert (found["owed"]["holder"], found["minor"], found["assets"]) == (holder, minor, "not_attested")
    assert "was not in pool" in refused(cunguan("proof", snapshot["id"], "nobody"))


def test_two_attesters_add_up_and_a_client_sees_what_they_say(
    cunguan: Cunguan, books: str, registered: Any, working: Path, snapshot: dict[str, Any], tmp_path: Path
) -> None:
    saw = [f"--saw-balance={id}={yuan(minor)}" for id, minor in bank_balances(books).items()]
    for name, said, assets in (("audit-co", [], "not_attested"), ("regulator-1", saw, "agrees")):
        assert done(attest(cunguan, registered, working, *said, name=name))["assets"] == assets
        shown = done(cunguan("record", tmp_path / f"{name}.attestation", "--by", "m", "--json"))
    assert [(one["attester"], one["assets"]) for one in shown["attested"]] == [
        ("audit-co", "not_attested"), ("regulator-1", "agrees"),
    ]  # fmt: skip
    path = tmp_path / "L1.json"
    cunguan("proof", snapshot["id"], "L1", "--out", path)
    found = done(cunguan("verify", path, "--without-log", "--attester-key", registered["audit-co"][1], "--json"))
    assert found["assets"] == "agrees"
    assert [(one["role"], one["is_pinned"]) for one in found["attested"]] == [("auditor", True), ("regulator", False)]
    assert "bank and books agree" in cunguan("verify", path, "--without-log")[1]
    assert "银行与账簿资产一致" in cunguan("verify", path, "--without-log", lang="zh_CN.UTF-8")[1]


def test_the_root_and_the_attestations_are_in_the_log_and_nothing_of_the_file_can_be_changed(
    cunguan: Cunguan, books: str, folder: Path, registered: Any, working: Path, snapshot: dict[str, Any], tmp_path: Path
) -> None:
    done(attest(cunguan, registered, working))
    done(cunguan("record", tmp_path / "audit-co.attestation", "--json"))
    early = tmp_path / "early.json"
    cunguan("proof", snapshot["id"], "L1", "--out", early)
    once(Ground(books, folder, {}))
    path, key = tmp_path / "L1.json", tmp_path / "log.vkey"
    cunguan("proof", snapshot["id"], "L1", "--out", path)
    with psycopg.connect(books) as connection:
        origin = origins.current(connection, {}).origin
    key.write_text(log_signers(folder, origin, {})[0].key.text())

    assert "ask for the proof again" in refused(cunguan("verify", early, "--log-key", key))
    assert "--without-log" in refused(cunguan("verify", path))
    assert done(cunguan("verify", path, "--log-key", key, "--json"))["witnesses"] == []
    stranger = Ed25519Signer(origin, bytes(32)).key.text()
    assert "the log does not hold it" in refused(cunguan("verify", path, "--log-key", stranger))
    witness = Cosigner("w.example", bytes(32)).key.text()
    asking = tmp_path / "policy"
    asking.write_text(f"log {key.read_text()}\nwitness w {witness}\nquorum w\n")
    assert "not enough witnesses" in refused(cunguan("verify", path, "--log-key", key, "--policy", asking))

    content, trusted = path.read_bytes(), Trusted(Key.parse(key.read_text()))
    verify(content, trusted)
    for at in range(0, len(content) - 1, 41):  # each byte of it is bound; every 41st is tried here
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        with pytest.raises(LiabilityWrong):
            verify(changed, trusted)

    exported = tmp_path / "logged.working"
    done(cunguan("export", snapshot["id"], "--for", "regulator-1", "--out", exported, "--json"))
    done(attest(cunguan, registered, exported, "--log-key", key, name="regulator-1"))
    assert "does not hold it" in refused(
        attest(cunguan, registered, exported, "--log-key", stranger, name="regulator-1")
    )


def test_a_bank_signs_its_statement_and_what_is_in_transit_is_listed(
    cunguan: Cunguan, books: str, registered: Any, working: Path, snapshot: dict[str, Any], tmp_path: Path
) -> None:
    ((id, minor),) = bank_balances(books).items()
    statement = tmp_path / "statement.xml"
    statement.write_text(camt(_reference(working, id), yuan(minor - 500), snapshot["business_date"]))
    sign, _ = ED25519.signer(registered["bank-1"][0].read_bytes())
    signature = statement.with_name("statement.xml.sig")
    given = ("--statement", statement, "--bank-key", registered["bank-1"][1])

    code, out, _ = (signature.write_text(base64.b64encode(sign(statement.read_bytes())).decode()), *attest(
        cunguan, registered, working, *given))[1:]  # fmt: skip
    told = json.loads(out)
    assert (code, told["assets"]) == (1, "differs")  # five yuan are not explained, and the attester says so
    assert told["figures"]["banks"][0]["source"] == "bank_statement"

    told = done(attest(cunguan, registered, working, *given, f"--in-transit={id}=5.00:paid in, not yet at the bank"))
    assert told["assets"] == "agrees"
    done(cunguan("record", tmp_path / "audit-co.attestation", "--json"))

    assert "not from the custodian" in refused(attest(cunguan, registered, working, "--statement", statement))
    strange = ("--statement", statement, "--bank-key", key_pair(tmp_path, "strange")[1])
    assert "no signature" in refused(attest(cunguan, registered, working, *strange))
    signature.write_text(base64.b64encode(sign(statement.read_bytes() + b" ")).decode())
    assert "no signature" in refused(attest(cunguan, registered, working, *given))


def _reference(working: Path, id: str) -> str:
    with working.open("rb") as file:
        detail = read(Detail, read(Working, file.readline()).detail.encode() + b"\n")
    return next(bank.reference for bank in detail.banks if bank.id == id)


def camt(account: str, closing: str, day: str) -> str:
    def balance(code: str) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='CNY'>{closing}</Amt>"
            f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    return (
        "<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt>"
        "<GrpHdr><MsgId>m</MsgId><CreDtTm>2026-01-01T00:00:00Z</CreDtTm></GrpHdr><Stmt><Id>s</Id>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>{balance('OPBD')}{balance('CLBD')}"
        "</Stmt></BkToCstmrStmt></Document>"
    )


# ── what an attester refuses ─────────────────────────────────────────────────
def rewritten(working: Path, change: Callable[[list[Owed]], list[Owed]]) -> None:
    """Let the custodian build the file anew of other clients, with a root that fits them; the figures stay."""
    head, *lines = working.read_bytes().splitlines(keepends=True)
    told = read(Working, head)
    clients, tree = grown(bytes.fromhex(told.key), change([read(Owed, line) for line in lines]))
    content = told.act.content.replace(snapshot_of(told.act).root, tree.root.hex())
    content = content.replace(snapshot_of(told.act).total, tree.total.hex())
    told = msgspec.structs.replace(told, act=msgspec.structs.replace(told.act, content=content))
    working.write_bytes(written(told) + b"".join(map(written, clients)))


def richest(clients: list[Owed]) -> Owed:
    return max(clients, key=lambda one: sum(one.parts()))


def less(clients: list[Owed]) -> list[Owed]:
    most = max(clients, key=lambda one: one.available_minor)
    return [
        msgspec.structs.replace(one, available_minor=one.available_minor - 1) if one is most else one for one in clients
    ]


def test_an_attester_refuses_a_client_left_out(cunguan: Cunguan, registered: Any, working: Path) -> None:
    rewritten(working, lambda clients: [one for one in clients if one is not richest(clients)])
    assert "clients are owed" in refused(attest(cunguan, registered, working))


def test_an_attester_refuses_a_client_owed_less(cunguan: Cunguan, registered: Any, working: Path) -> None:
    rewritten(working, less)
    assert "clients are owed" in refused(attest(cunguan, registered, working))


def test_an_attester_refuses_a_client_left_out_of_the_figures_too(
    cunguan: Cunguan, registered: Any, working: Path
) -> None:
    """Root, count, sum and their binding all fit; but the books' assets then exceed what is owed."""
    gone: list[Owed] = []

    def without(clients: list[Owed]) -> list[Owed]:
        gone.append(richest(clients))
        return [one for one in clients if one is not gone[0]]

    rewritten(working, without)
    head, *lines = working.read_bytes().splitlines(keepends=True)
    told = read(Working, head)
    detail = read(Detail, told.detail.encode() + b"\n")
    detail = msgspec.structs.replace(
        detail, clients=detail.clients - 1, client_minor=detail.client_minor - sum(gone[0].parts())
    )
    text = written(detail).decode().rstrip("\n")
    old = snapshot_of(told.act).detail
    content = told.act.content.replace(old, hidden(bytes.fromhex(told.detail_salt), text))
    told = msgspec.structs.replace(told, detail=text, act=msgspec.structs.replace(told.act, content=content))
    working.write_bytes(written(told) + b"".join(lines))
    assert "somebody is left out" in refused(attest(cunguan, registered, working))


def test_an_attester_refuses_lines_out_of_order_or_twice(cunguan: Cunguan, registered: Any, working: Path) -> None:
    head, first, second, *rest = working.read_bytes().splitlines(keepends=True)
    for lines in ([second, first, *rest], [first, first, *rest]):
        working.write_bytes(b"".join([head, *lines]))
        assert "twice, or out of order" in refused(attest(cunguan, registered, working))


def test_an_attester_refuses_an_amount_below_zero(cunguan: Cunguan, registered: Any, working: Path) -> None:
    head, first, *rest = working.read_bytes().splitlines(keepends=True)
    owed = read(Owed, first)
    working.write_bytes(
        b"".join(
            [
                head,
                written(msgspec.structs.replace(owed, held_minor=-5, available_minor=owed.available_minor + 5)),
                *rest,
            ]
        )
    )
    assert "not from 0" in refused(attest(cunguan, registered, working))


# ── what is not recorded ─────────────────────────────────────────────────────
def test_an_attestation_of_a_strange_or_ended_key_is_not_recorded(
    cunguan: Cunguan, registered: Any, working: Path, tmp_path: Path
) -> None:
    done(attest(cunguan, registered, working))
    path = tmp_path / "audit-co.attestation"
    genuine = path.read_bytes()
    strange = {**registered, "audit-co": key_pair(tmp_path, "strange")}
    done(attest(cunguan, strange, working))
    assert "not registered" in refused(cunguan("record", path))

    path.write_bytes(genuine.replace(b"not_attested", b"agrees", 1))
    assert "not this key's" in refused(cunguan("record", path))
    path.write_bytes(genuine + b"\n")
    assert "something was changed" in refused(cunguan("record", path))

    key = [one for one in done(cunguan("key", "list", "--json")) if one["name"] == "audit-co"][-1]
    done(cunguan("key", "end", key["id"], "--reason", "left", "--maker", "m", "--checker", "c", "--json"))
    path.write_bytes(genuine)
    assert "counts no longer" in refused(cunguan("record", path))


def test_a_key_needs_two_people(cunguan: Cunguan, tmp_path: Path) -> None:
    _, public = key_pair(tmp_path, "k")
    assert "same_person_twice" in refused(
        cunguan("key", "add", "k", public, "--role", "bank", "--maker", "m", "--checker", "m")
    )


# ── how it is kept ───────────────────────────────────────────────────────────
def test_acts_hold_no_figure_and_files_are_the_owners_alone(
    books: str, snapshot: dict[str, Any], working: Path, folder: Path
) -> None:
    with psycopg.connect(books) as connection:
        acts = {
            subject: (type, bytes(content).decode())
            for subject, type, content in connection.execute("SELECT subject, type, content FROM log_act")
        }
    type, content = acts[f"liability_snapshot:{snapshot['id']}"]
    row = row_of(content, "liability_snapshot")
    assert type == 9 and row["root"] == snapshot["root"] and not {"clients", "client_minor", "owed_minor"} & set(row)
    assert acts[f"liability_export:{snapshot['id']}"][0] == 9
    for path in (folder / "liabilities" / snapshot["id"]).iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(working.stat().st_mode) == 0o600


def test_a_slot_is_taken_once(books: str, tmp_path: Path) -> None:
    now = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    first = take(books, tmp_path, Why("daily:2026-11-26"), now)
    assert len(first) > 1 and take(books, tmp_path, Why("daily:2026-11-26"), now) == []
    assert len({one.snapshot.run for one in first}) == 1  # one moment for all pools
    assert len(list((tmp_path / "liabilities").iterdir())) == len(first)


def test_books_that_do_not_sum_are_not_proved(books: str, tmp_path: Path) -> None:
    change = "UPDATE balance SET balance = balance + %s WHERE (lane, account) = (SELECT lane, min(account) FROM balance GROUP BY 1 LIMIT 1)"
    with psycopg.connect(books, autocommit=True) as connection:
        connection.execute(change, (1,))
        with pytest.raises(Unbalanced, match="cunguan prove"):
            take(books, tmp_path, Why("daily:2026-11-27"), datetime(2026, 11, 27, tzinfo=UTC))
        connection.execute(change, (-1,))
