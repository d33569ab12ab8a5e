"""Ledger cases: neutral cases of other ledgers on our books; what passed, what failed, and what we do not offer.

When    python -m tests.conformance.ledger_cases FILE... [--json]
Reads   the case files; reviewed.txt beside this file: one line a case that we do not offer, or in which we disagree
Returns 0 all others pass, 1 one failed or the review is stale, 2 wrong usage
        lists: passed (and through what: operations, or the book alone), failed, unsupported, disagreements
Source  the notes of the case files; a peer's code is not ours: what must be refused must be refused, and move nothing
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from cunguan.kernel.currency import UnknownCurrency, exponent_of
from tests.conformance.our_books import LANE, WORLD, Journal, OurBooks, Outcome
from tests.conformance.routing import Missing, Route, shares

REVIEW = Path(__file__).parent / "reviewed.txt"
CATEGORIES = frozenset({
    "overdraft or negative balance of a client", "unbacked world account", "metadata", "imported timestamps",
    "another allotment order",
})  # fmt: skip


class Reviewed(NamedTuple):
    """A case somebody has looked at: a category we do not offer, or whose rule is right and why."""

    case: str
    category: str
    why: str


class Differs(Exception):
    """Our books and the case differ."""


class Untold(Exception):
    """The case speaks of something our books have no word for."""


# ── one case ─────────────────────────────────────────────────────────────────
def run(case: dict[str, Any]) -> str:
    """Run one case; return through what. Differs or Untold say why it did not pass."""
    model: Callable[[dict[str, Any]], OurBooks] = MODELS[case["model"]]
    books = model(case)
    return "operations" if books.through["operations"] and not books.through["book"] else "book"


def _same(what: str, expected: object, found: object) -> None:
    if expected != found:
        raise Differs(f"{what}: expected {expected}, found {found}")


def _expect(what: str, expected: Any, found: Outcome) -> None:
    """Compare what was asked for with what came out; a repeated deed that moves nothing again is refused."""
    refused = isinstance(expected, str) and "refused" in expected
    if refused is (found == "done"):
        raise Differs(f"{what}: expected {expected or 'done'}, found {found}")


# ── transfers, holds and splits between accounts ─────────────────────────────
class _Accounts:
    """The accounts of a case in our books, and how its amounts are read."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case, self.decimals = case, max(map(_decimals, _amounts(case)), default=0)
        names = [account["name"] for account in case["accounts"]]
        assets = [a["name"] for a in case["accounts"] if a.get("allow_positive") is False]
        unlimited = [
            a["name"] for a in case["accounts"] if a["name"] not in (WORLD, *assets) and a.get("allow_negative", True)
        ]
        self.currency = {account["name"]: account.get("currency", "") for account in case["accounts"]}
        borrowers = {said["to"] for said in case["operations"] if said["op"] == "hold"}
        self.books = OurBooks(names, unlimited=unlimited, assets=assets, borrowers=borrowers)
        self.bids = _are_whole(case["operations"])
        self.begin = self.books.store.head(LANE).head
        self.refs: dict[Any, tuple[tuple[str, str, int], ...]] = {}
        self.number = 0

    def minor(self, amount: Any) -> int:
        """Return an amount in the smallest unit this case speaks of."""
        return int(Fraction(str(amount)) * 10**self.decimals)

    def key(self, said: dict[str, Any]) -> str:
        """Return the id under which something is asked."""
        self.number += 1
        return f"case:{said.get('key') or self.number}"

    def line(self, said: dict[str, Any]) -> tuple[str, str, int]:
        """Return a transfer as a line of a journal."""
        return self.name(said["from"]), self.name(said["to"]), self.minor(said["amount"])

    def name(self, account: str) -> str:
        """Return our name of an account; an account nobody opened keeps its own."""
        return WORLD if account == WORLD else self.books.names.get(account, account)

    def say(self, said: dict[str, Any]) -> None:
        """Do one operation of the case, and compare how it came out."""
        deed = DEEDS.get(said["op"])
        if deed is None:
            raise Untold(f"no word for {said['op']}")
        _expect(f"{said['op']} {said.get('ref', '')}", said.get("expect"), deed(self, said))

    def compare(self) -> None:
        """Compare what stands in the books with what the case expects."""
        expect = self.case["expect"]
        for account, amount in expect.get("balances", {}).items():
            _same(account, self.minor(amount), self.books.posted(account))
        lines = self.books.lines_since(self.begin)
        for account, version in expect.get("versions", {}).items():
            _same(f"postings of {account}", version, sum(account in line for line in lines))
        for account, state in expect.get("state", {}).items():
            _same(f"{account} posted", self.minor(state["posted"]), self.books.posted(account))
            _same(f"{account} held", self.minor(state["held"]), self.books.held(account))
        if "new_transaction_timestamp" in expect:
            raise Untold("a journal has the instant of its batch")


def _transfer(here: _Accounts, said: dict[str, Any]) -> Outcome:
    if "amount" not in said or "asset" in said:
        return _malformed(here, said)
    origin, to, amount = here.line(said)
    if len({here.currency[name] for name in (said["from"], said["to"]) if name in here.currency}) > 1:
        return _across_currencies(here, said, amount)
    here.refs[said.get("ref")] = ((origin, to, amount),)
    if said.get("dry_run"):
        return here.books.journal(here.key(said), Journal(((origin, to, amount),)), dry=True)
    if said["from"] == WORLD and said["to"] in here.books.names:
        return here.books.transfer(here.key(said), WORLD, said["to"], amount)
    return here.books.journal(here.key(said), Journal(((origin, to, amount),)))


def _malformed(here: _Accounts, said: dict[str, Any]) -> Outcome:
    """Ask a deposit of no amount, or in a currency that is none."""
    try:
        exponent_of(said.get("asset", "USD"))
    except UnknownCurrency:
        return "refused"
    body = {"holder": here.name(said["to"]), "bank_account": "bank", "payer_matches": True, "reference": "case"}
    return here.books.operation(here.key(said), "deposit_direct", **body)


def _across_currencies(here: _Accounts, said: dict[str, Any], amount: int) -> Outcome:
    """Let money of one pool leave through the bank account of another."""
    books, currency = here.books, here.currency[said["to"]]
    books.done(
        LANE, "open:other", "pool_opening", pools=[{"id": "other", "currency": currency, "regime": "lending"}], maker="m1",
        checker="c1", bank_accounts=[{"id": "other", "pool": "other", "channel": "demobank", "reference": "ref:other"}],
    )  # fmt: skip
    origin = here.name(said["from"])
    card = books.card(LANE, origin)
    return books.operation(
        here.key(said), "withdrawal", holder=origin, card=card, bank_account="other", amount_minor=amount,
        payee_hash=f"payee:{origin}",
    )  # fmt: skip


def _at_once(here: _Accounts, said: dict[str, Any]) -> Outcome:
    """Post several transfers in one journal: all of them, or none."""
    lines = tuple(here.line(one) for one in said["transfers"])
    here.refs[said.get("ref")] = lines
    return here.books.journal(here.key(said), Journal(lines))


def _bulk(here: _Accounts, said: dict[str, Any]) -> Outcome:
    if "transfers" in said and said.get("atomic"):
        return _not_done(_at_once(here, said), said)
    for one in said.get("transfers", ()):
        _expect("bulk", one.get("expect"), _transfer(here, one))
    for one in said.get("items", ()):
        return _revert(here, one)
    if "size" in said:
        raise Untold("a batch is cut at its bound, not refused")
    return "done"


def _not_done(found: Outcome, said: dict[str, Any]) -> Outcome:
    """An atomic bulk with a member that must be refused is refused whole."""
    refused = any("refused" in one.get("expect", "") for one in said["transfers"])
    if refused is (found == "done"):
        raise Differs(f"atomic bulk: found {found}")
    return "done"


def _revert(here: _Accounts, said: dict[str, Any]) -> Outcome:
    """Post the mirror of an earlier journal, once whatever is asked."""
    lines = tuple((to, origin, amount) for origin, to, amount in reversed(here.refs[said["ref"]]))
    key = f"case:revert:{said['key']}" if "key" in said else f"case:revert:{said['ref']}"
    return here.books.journal(key, Journal(lines), dry=bool(said.get("dry_run")))


def _are_whole(operations: Sequence[dict[str, Any]]) -> bool:
    """Test that holds are captured whole or released whole: then bids on listings of ours say the same."""
    held = {said["ref"]: said["amount"] for said in operations if said["op"] == "hold"}
    taken = [said["ref"] for said in operations if said["op"] in ("commit_hold", "void_hold")]
    commits = [said for said in operations if said["op"] == "commit_hold"]
    return len(set(taken)) == len(taken) and all(said["amount"] in ("REMAINING", held[said["ref"]]) for said in commits)


def _hold(here: _Accounts, said: dict[str, Any]) -> Outcome:
    if here.bids:
        return here.books.bid(said["ref"], said["from"], said["to"], here.minor(said["amount"]))
    return here.books.journal(f"hold:{said['ref']}", Journal((here.line(said),), "hold", f"hold:{said['ref']}"))


def _commit(here: _Accounts, said: dict[str, Any]) -> Outcome:
    if here.bids:
        return here.books.operation(f"lend:{said['ref']}", "disbursement", listing=said["ref"])
    amount = 0 if said["amount"] == "REMAINING" else here.minor(said["amount"])
    hold = f"hold:{said['ref']}"
    if amount == 0 and here.books.hold_row(hold) is None:
        return "refused"
    return here.books.journal(here.key({}), Journal((), "capture", hold, amount))


def _void(here: _Accounts, said: dict[str, Any]) -> Outcome:
    if here.bids:
        return here.books.take_back(said["ref"])
    return here.books.journal(here.key({}), Journal((), "release", f"hold:{said['ref']}"))


def _split(here: _Accounts, said: dict[str, Any]) -> Outcome:
    """Share an amount by our own division and post it in one journal."""
    if "decimals" in said:
        here.decimals = said["decimals"]
    total, many = here.minor(said["amount"]), said.get("destinations") or said["sources"]
    fixed = [here.minor(part) if part[-1] not in "%t" else None for _, part in many]
    portions = [
        None if part == "left" else Fraction(part[:-1]) / 100
        for (_, part), f in zip(many, fixed, strict=True)
        if f is None
    ]
    rest = iter(shares(total - sum(f or 0 for f in fixed), portions) if portions else ())
    parts = [next(rest) if f is None else f for f in fixed]
    _same("the sum of the shares", total, sum(parts))
    names = [here.name(name) for name, _ in many]
    peer = here.case["expect"].get("peer_result", {})
    if "must_hold" not in here.case["expect"] or _is_exact(said, here):
        for (name, _), part in zip(many, parts, strict=True):
            if name in peer:
                _same(name, here.minor(peer[name]), part)
    if "sources" in said:
        lines = [(name, here.name(said["to"]), part) for name, part in zip(names, parts, strict=True)]
    else:
        lines = [(here.name(said["from"]), name, part) for name, part in zip(names, parts, strict=True)]
    return here.books.journal(here.key(said), Journal(tuple(line for line in lines if line[2])))


def _is_exact(said: dict[str, Any], here: _Accounts) -> bool:
    """Test that a split leaves no remainder to anybody's rule."""
    total = here.minor(said["amount"])
    return all(
        part[-1] != "%" or (Fraction(part[:-1]) / 100 * total).denominator == 1 for _, part in said["destinations"]
    )


def _allocate(here: _Accounts, said: dict[str, Any]) -> Outcome:
    portions = [None if part == "remaining" else Fraction(part) for part in said["portions"]]
    try:
        found = shares(int(said.get("amount", 100)), portions)
    except ValueError:
        return "refused"
    _same("shares", [int(share) for share in here.case["expect"]["shares"]], found)
    return "done"


DEEDS: dict[str, Callable[[_Accounts, dict[str, Any]], Outcome]] = {
    "transfer": _transfer, "atomic_batch": _at_once, "bulk": _bulk, "revert": _revert, "refund": _revert, "hold": _hold,
    "commit_hold": _commit, "void_hold": _void, "split_transfer": _split, "allocate": _allocate,
}  # fmt: skip


def _accounts(case: dict[str, Any]) -> OurBooks:
    here = _Accounts(case)
    operations = case["operations"]
    if operations and operations[0]["op"] == "begin":  # a caller's transaction that fails leaves nothing of it
        _same("commit", "rolled_back", operations[-1].get("expect"))
        [transfer] = [said for said in operations if said["op"] == "transfer"]
        _expect("transfer", "ok", here.books.journal("case:1", Journal((here.line(transfer),)), dry=True))
        operations = []
    for said in operations:
        here.say(said)
    here.compare()
    return here.books


# ── allocation by sources and destinations ───────────────────────────────────
def _allocation(case: dict[str, Any]) -> OurBooks:
    if "initial_balances" not in case:
        return _accounts(case)
    names = {(one["account"], one["asset"]) for one in case["initial_balances"]}
    names |= {(one["account"], one["asset"]) for one in case["expect"].get("final_balances", ())}
    names |= {(name, "") for name in _named([case["operations"], case["computed_vars"]], case["variables"])}
    if any(int(one["amount"]) < 0 for one in (*case["initial_balances"], *case["expect"].get("final_balances", ()))):
        raise Untold("a client's account never stands below zero")
    books = OurBooks(sorted({name for name, _ in names}))
    for one in case["initial_balances"]:
        books.begin_with(one["account"], int(one["amount"]))
    variables = dict(case["variables"])
    for name, computed in case["computed_vars"].items():
        account = Route(variables, books.posted).name(computed["balance_of"])
        variables[name] = str(books.posted(account))
    route, begin = Route(variables, books.posted), books.store.head(LANE).head
    expect = case["expect"]
    try:
        for number, said in enumerate(case["operations"]):
            if said["op"] == "reserve":
                route.keep(said)
            elif lines := route.send(said):
                named = tuple((_ours(books, origin), _ours(books, to), amount) for origin, to, amount in lines)
                _expect("send", "ok", books.journal(f"send:{number}", Journal(named)))
    except Missing:
        if not expect.get("error.missingFunds"):
            raise Differs("money is missing that the case finds") from None
        return books
    if expect.get("error.missingFunds"):
        raise Differs("no money is missing")
    wanted = [(one["source"], one["destination"], int(one["amount"])) for one in expect["postings"]]
    _same("postings", sorted(wanted), sorted(books.lines_since(begin)))
    for one in expect["final_balances"]:
        _same(one["account"], int(one["amount"]), books.posted(one["account"]))
    return books


def _ours(books: OurBooks, account: str) -> str:
    return WORLD if account == WORLD else books.names[account]


def _named(said: Any, variables: dict[str, Any]) -> set[str]:
    """Return every account a script names."""
    if isinstance(said, list):
        return set().union(*(_named(one, variables) for one in said))
    if not isinstance(said, dict):
        return set()
    found = set().union(*(_named(one, variables) for one in said.values()))
    for account in (said[word] for word in ("account", "balance_of") if word in said):
        found.add(str(variables[account["var"]]) if isinstance(account, dict) else account)
    return found


# ── transfers in chains, and in two steps ────────────────────────────────────
def _chains(case: dict[str, Any]) -> OurBooks:
    accounts = [
        f"{e['ledger']}:{e['id']}" for s in case["steps"] if s.get("kind") == "create_accounts" for e in s["events"]
    ]
    flags = {flag for step in case["steps"] for event in step.get("events", ()) for flag in event.get("flags", ())}
    if other := flags - {"linked", "pending"}:
        raise Untold(f"no word for {', '.join(sorted(other))}")
    if any("linked" in e["flags"] for s in case["steps"] if s.get("kind") == "create_accounts" for e in s["events"]):
        raise Untold("accounts are opened one by one")
    if any(step["op"] in ("advance_clock", "set_balances") for step in case["steps"]):
        raise Untold("figures that no posting made")
    books = OurBooks(accounts, unlimited=accounts)
    begin = books.store.head(LANE).head
    for step in case["steps"]:
        if step["op"] == "submit_batch" and step["kind"] == "create_transfers":
            if not step["events"]:
                _same("an empty batch", [], books.batch(LANE, []))
            _chain_by_chain(books, step["events"])
        elif step["op"] == "lookup_account":
            _look_up(books, begin, step, accounts)
        elif step["op"] == "lookup_transfer" and "exists" in step["expect"]:
            done = any(
                f"|{step['id']}|" in f"|{entry.id}|" and entry.state == "done" for entry in books.store.entries[LANE]
            )
            _same(f"transfer {step['id']}", step["expect"]["exists"], done)
    return books


def _chain_by_chain(books: OurBooks, events: Sequence[dict[str, Any]]) -> None:
    """Post each chain of linked transfers as one journal, so that all of it happens or nothing."""
    chain: list[dict[str, Any]] = []
    for event in events:
        chain.append(event)
        if "linked" in event["flags"]:
            continue
        lines = tuple(
            (_account(books, one, "debit"), _account(books, one, "credit"), int(one["amount"])) for one in chain
        )
        found = books.journal("|".join(one["id"] for one in chain), Journal(lines))
        expected = "ok" if all(one["expect"] == "created" for one in chain) else "refused"
        _expect("|".join(one["expect"] for one in chain), expected, found)
        chain = []


def _account(books: OurBooks, event: dict[str, Any], side: str) -> str:
    name = f"{event['ledger']}:{event[f'{side}_account']}"
    return books.names.get(name, name)


def _look_up(books: OurBooks, begin: int, step: dict[str, Any], accounts: Sequence[str]) -> None:
    [account] = [name for name in accounts if name.endswith(f":{step['id']}")]
    lines = books.lines_since(begin)
    _same(
        f"{account} debits", int(step["expect"]["debits_posted"]), sum(a for debit, _, a in lines if debit == account)
    )
    _same(
        f"{account} credits",
        int(step["expect"]["credits_posted"]),
        sum(a for _, credit, a in lines if credit == account),
    )


MODELS: dict[str, Callable[[dict[str, Any]], OurBooks]] = {
    "two-account-transfer": _accounts, "hold-commit-void": _accounts, "split": _accounts, "allocation": _allocation,
    "tigerbeetle": _chains,
}  # fmt: skip


def _amounts(said: Any) -> list[str]:
    """Return every amount a case speaks of, as text."""
    if isinstance(said, dict):
        return [text for value in said.values() for text in _amounts(value)]
    if isinstance(said, list):
        return [text for value in said for text in _amounts(value)]
    return [said] if isinstance(said, str) and said.replace(".", "", 1).lstrip("-").isdigit() else []


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


# ── all cases, and the review ────────────────────────────────────────────────
def reviewed() -> dict[str, Reviewed]:
    """Return what was reviewed, by case: <case> | <category, or `ours` or `theirs`> | <why>."""
    found = {}
    for line in REVIEW.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            one = Reviewed(*(part.strip() for part in line.split("|")))
            assert one.category in CATEGORIES | {"ours", "theirs"}, line
            found[one.case] = one
    return found


def run_all(files: Sequence[Path]) -> dict[str, Any]:
    """Run every case of some files; return the lists."""
    review = reviewed()
    lists: dict[str, Any] = {"passed": {}, "failed": {}, "unsupported": {}, "disagreements": {}}
    for file in files:
        for case in json.loads(file.read_text(encoding="utf-8"))["cases"]:
            said = review.get(case["id"])
            try:
                through = run(case)
            except (Differs, Untold) as why:
                if said is None:
                    lists["failed"][case["id"]] = f"{type(why).__name__}: {why}"
                elif said.category in CATEGORIES:
                    lists["unsupported"][case["id"]] = said.category
                else:
                    lists["disagreements"][case["id"]] = f"{said.category}: {said.why}"
            else:
                if said is None:
                    lists["passed"][case["id"]] = through
                else:
                    lists["failed"][case["id"]] = f"passes, and is reviewed as {said.category}"
    return lists


def main(argv: Sequence[str]) -> int:
    """Run the cases of some files and print the lists."""
    parser = argparse.ArgumentParser(prog="tests.conformance.ledger_cases")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    lists = run_all(options.files)
    if options.json:
        print(json.dumps(lists, indent=1, ensure_ascii=False))
    else:
        for name, cases in lists.items():
            print(f"{name}: {len(cases)}")
            print("".join(f"  {case:<48} {why}\n" for case, why in cases.items()), end="")
    return 1 if lists["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
