"""Proof of liabilities: what a client's proof holds, and the attacks: each succeeds against a naive tree and is refused by ours.

The golden file was written by code of this test, which hashes with the library's HMAC and builds the tree by recursion:
`python -m tests.transparency.liabilities_golden`.
"""

import hmac
import json
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cunguan.transparency import liability_files as files
from cunguan.transparency.liabilities import (
    MINOR_LIMIT,
    NODE_BYTES,
    Growing,
    Inclusion,
    LiabilityWrong,
    Owed,
    Tree,
    check,
    grown,
    inclusion,
    mac,
    place,
    way,
)  # fmt: skip

KEY = sha256(b"a snapshot's key").digest()
GOLDEN = Path(__file__).parent.parent / "golden" / "liabilities.json"


def owed(holder: str, available: int, held: int = 0) -> Owed:
    return Owed(holder, available, 0, held, 0, 0, 0)


def proof(tree: Tree, clients: list[Owed], holder: str) -> Inclusion:
    index = next(at for at, one in enumerate(clients) if one.holder == holder)

    def node(level: int, at: int) -> bytes:
        return tree.levels[level][at * NODE_BYTES : (at + 1) * NODE_BYTES]

    nodes = [(node(level, beside), node(level + 1, above)) for level, beside, above in way(index, len(tree.levels) - 1)]
    return inclusion(KEY, index, clients[index], nodes)


def told(clients: list[Owed], tree: Tree, holder: str) -> int:
    return check(proof(tree, clients, holder), tree.root, tree.total)


# ── the proof ────────────────────────────────────────────────────────────────
@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 2**40), max_size=20))
def test_every_client_proves_his_balance_and_no_other(amounts: list[int]) -> None:
    clients, tree = grown(KEY, [owed(f"L{number}", amount) for number, amount in enumerate(amounts)])
    assert (tree.count, tree.minor) == (len(amounts), sum(amounts))
    for number, amount in enumerate(amounts):
        assert told(clients, tree, f"L{number}") == amount
        changed = replace(proof(tree, clients, f"L{number}"), owed=owed(f"L{number}", amount + 1))
        with pytest.raises(LiabilityWrong):
            check(changed, tree.root, tree.total)


def test_an_empty_pool_has_a_root() -> None:
    clients, tree = grown(KEY, [])
    assert (clients, tree.count, tree.minor, len(tree.levels)) == ([], 0, 0, 1)


def test_a_mac_is_the_librarys() -> None:
    for message in (b"", b"x" * 200):
        assert mac(KEY, message) == hmac.digest(KEY, message, "sha256")


def test_another_key_gives_other_leaves_in_another_order() -> None:
    clients = [owed(f"L{number}", 5) for number in range(40)]
    (mine, one), (yours, two) = grown(KEY, clients), grown(sha256(b"another").digest(), clients)
    assert one.root != two.root
    assert [client.holder for client in mine] != [client.holder for client in yours]


def test_padding_looks_like_a_client_without_money() -> None:
    clients, tree = grown(KEY, [owed("L1", 5), owed("L2", 0), owed("L3", 7)])
    hashes = [tree.levels[0][at : at + NODE_BYTES] for at in range(0, 4 * NODE_BYTES, NODE_BYTES)]
    assert len(set(hashes)) == 4
    assert told(clients, tree, "L2") == 0


# ── the attacks ──────────────────────────────────────────────────────────────
def maxwell_node(left: tuple[int, bytes], right: tuple[int, bytes]) -> tuple[int, bytes]:
    """The naive node: it binds the sum of its children, and not how the sum is split."""
    minor = left[0] + right[0]
    return minor, sha256(b"%d" % minor + left[1] + right[1]).digest()


def naive_leaf(holder: str, minor: int) -> tuple[int, bytes]:
    return minor, sha256(f"{holder}".encode()).digest()


def test_maxwell_one_hundred_is_shown_to_two_clients() -> None:
    """Alice and Bob are owed 100 each; the root says 100, and each is shown himself with all of it."""
    alice, bob = naive_leaf("alice", 100)[1], naive_leaf("bob", 100)[1]
    shown_to_alice = maxwell_node((100, alice), (0, bob))
    shown_to_bob = maxwell_node((0, alice), (100, bob))
    assert shown_to_alice == shown_to_bob  # the naive root holds for both

    clients, tree = grown(KEY, [owed("alice", 100), owed("bob", 0)])
    assert told(clients, tree, "alice") == 100
    with pytest.raises(LiabilityWrong):
        check(replace(proof(tree, clients, "bob"), owed=owed("bob", 100)), tree.root, tree.total)
    other_clients, other = grown(KEY, [owed("alice", 0), owed("bob", 100)])
    assert other.minor == tree.minor and other.root != tree.root  # the same sum, split otherwise, is another root
    with pytest.raises(LiabilityWrong):
        check(proof(other, other_clients, "bob"), tree.root, tree.total)


def test_two_clients_share_one_leaf() -> None:
    """Two who are owed the same are given the same leaf where it does not bind who they are."""
    leaves = {sha256(b"%d" % minor).digest() for minor in (500, 500)}
    assert len(leaves) == 1  # naive: one leaf proves both

    clients, tree = grown(KEY, [owed("alice", 500)])
    with pytest.raises(LiabilityWrong):
        check(replace(proof(tree, clients, "alice"), owed=owed("bob", 500)), tree.root, tree.total)


def test_one_id_stands_twice() -> None:
    """The same id twice, once with little: whoever is asked is shown the leaf that suits."""
    naive = [naive_leaf("alice", 100), naive_leaf("alice", 1)]
    assert maxwell_node(*naive)[0] == 101  # naive: nothing looks at ids

    with pytest.raises(LiabilityWrong, match="alice stands twice"):
        grown(KEY, [owed("alice", 100), owed("bob", 7), owed("alice", 1)])


def test_an_attester_refuses_an_id_that_stands_twice_in_the_working_file() -> None:
    growing = Growing(KEY)
    growing.add(place(KEY, "alice"), owed("alice", 100))
    with pytest.raises(LiabilityWrong, match="alice stands twice"):
        growing.add(place(KEY, "alice"), owed("alice", 1))


def test_a_dummy_is_owed_less_than_nothing() -> None:
    """A client who does not exist owes the pool 900: the sum shrinks, and every real client still finds himself."""
    assert maxwell_node(naive_leaf("alice", 1000), naive_leaf("dummy", -900))[0] == 100

    for shrinking in (owed("dummy", -900), owed("dummy", 900, held=-1800)):
        with pytest.raises(LiabilityWrong, match="not from 0"):
            grown(KEY, [owed("alice", 1000), shrinking])


def test_a_sum_overflows() -> None:
    """Two amounts that each fit wrap around in a tree of 64-bit sums."""
    assert (MINOR_LIMIT - 1 + MINOR_LIMIT - 1 + 2) % 2**64 == 0  # naive: owed nothing

    grown(KEY, [owed("alice", MINOR_LIMIT - 1)])
    for clients in (
        [owed("alice", MINOR_LIMIT - 1), owed("bob", 1)],
        [owed("alice", MINOR_LIMIT - 1, held=1)],
        [owed("alice", MINOR_LIMIT)],
    ):
        with pytest.raises(LiabilityWrong, match="not from 0"):
            grown(KEY, clients)


def test_an_omitted_client_finds_no_proof_of_himself() -> None:
    naive = maxwell_node(naive_leaf("alice", 100), (0, sha256(b"").digest()))
    assert naive[0] == 100  # naive: nobody misses Bob

    clients, tree = grown(KEY, [owed("alice", 100), owed("carol", 40)])
    others = proof(tree, clients, "carol")
    with pytest.raises(LiabilityWrong):
        check(replace(others, owed=owed("bob", 40)), tree.root, tree.total)


def test_a_changed_sum_leads_to_another_root() -> None:
    """The root says less than its leaves: the naive one does not bind what it says."""
    alice, bob = naive_leaf("alice", 100), naive_leaf("bob", 100)
    naive_root = sha256(alice[1] + bob[1]).digest()
    assert sha256(alice[1] + bob[1]).digest() == naive_root  # naive: (root, 150) is as good as (root, 200)

    clients, tree = grown(KEY, [owed("alice", 100), owed("bob", 100)])
    less = mac(sha256(b"any salt").digest(), (150).to_bytes(8, "big"))
    shown = proof(tree, clients, "alice")
    shown.steps[-1] = replace(shown.steps[-1], above=less.hex())
    with pytest.raises(LiabilityWrong, match="another sum"):
        check(shown, tree.root, tree.total)
    with pytest.raises(LiabilityWrong, match="not under this root"):
        check(shown, tree.root, less)


@pytest.mark.parametrize("index", [-1, 4, 2**60])
def test_an_index_outside_the_tree_is_refused(index: int) -> None:
    clients, tree = grown(KEY, [owed(f"L{number}", number) for number in range(3)])
    with pytest.raises(LiabilityWrong, match="there is no leaf"):
        check(replace(proof(tree, clients, "L1"), index=index), tree.root, tree.total)


# ── the file, and its vectors ────────────────────────────────────────────────
def test_the_vectors_hold() -> None:
    vectors = json.loads(GOLDEN.read_text())
    clients, tree = grown(bytes.fromhex(vectors["key"]), [msgspec.convert(one, Owed) for one in vectors["clients"]])
    assert tree.root.hex() == vectors["root"]
    assert tree.total.hex() == vectors["total"]
    assert tree.minor == vectors["minor"]
    assert [one.holder for one in clients] == vectors["order"]
    for case in vectors["proofs"]:
        snapshot, minor = files.check_proof(files.read(files.Proof, case["file"].encode(), files.PROOF))
        assert (minor, snapshot.root) == (case["minor"], vectors["root"])
    for case in vectors["refused"]:
        with pytest.raises(LiabilityWrong):
            files.check_proof(files.read(files.Proof, case["file"].encode(), files.PROOF))


def test_no_bit_of_a_proof_can_be_flipped() -> None:
    """Of the commitments everywhere; the act's own bytes are bound by the log, which is looked at apart."""
    case = json.loads(GOLDEN.read_text())["proofs"][0]["file"].encode()
    begin, end = case.index(b'"inclusion"'), case.index(b'"log"')
    for at in range(begin, end):
        for bit in range(8):
            flipped = case[:at] + bytes([case[at] ^ 1 << bit]) + case[at + 1 :]
            with pytest.raises(LiabilityWrong):
                files.check_proof(files.read(files.Proof, flipped, files.PROOF))
