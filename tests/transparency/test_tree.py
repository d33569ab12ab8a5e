"""The tree: as RFC 6962 defines it, as others' vectors have it, and with nothing left that a forger could use."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.transparency.tree import (
    EMPTY_ROOT,
    ProofWrong,
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    leaf_hash,
    leaf_hashes,
    of_hashes,
    root,
)
from tests.transparency import defined, published

LEAVES = [b"", b"a", b"bc", b"def", b"g" * 42, b"\x00", b"\x01" * 65, b"8", b"9"]
#: heads of the first 0 to 9 of these leaves, made once with another program, in another language
HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "688dc6244b041199e7ab4990df6340ce3dc14caa5cd5a0e1131addaa1209e1a6",
    "2e9547978b8da560ecaaf07ab189d6799ecc53cd2f56c2f01866d01f70b78a4f",
    "d0831bfd20a5e0aeddd477d3a1de8cceccbedc95434de76af2c7ddcd02143674",
    "985f57bfc564fa798ff38efdcfdaa5314aa4c1daed5ad744fce46dead01f60d0",
    "277a74a40ebcfa977304672c1bb5616b93e2b3d0c64e494db5e1afba82ee72ae",
    "6ae7fc2e4f5bafc2312bd57f23f34751571b70484a31857f1c37e697c9bd6734",
    "8ef7efe3d9f3bd3f45b9ccc610bdef02f6a2095cdabd2fd1bad057b2ee6da957",
    "5ecbd86471de6828fe90ce76d8de86d9c61d817e25f96bf5cef9bf0e2054c0fb",
]
MANY = leaf_hashes([str(number).encode() for number in range(300)])
READ = of_hashes(MANY)
ROOTS = [root(size, READ) for size in range(301)]


def is_refused(check: Any, *args: Any) -> bool:
    try:
        check(*args)
    except ProofWrong:
        return True
    return False


@pytest.mark.parametrize("size", range(len(LEAVES) + 1))
def test_is_the_tree_of_the_definition(size: int) -> None:
    leaves = LEAVES[:size]
    read = of_hashes(leaf_hashes(leaves))
    assert root(size, read) == defined.head(leaves)
    assert [inclusion(index, size, read) for index in range(size)] == [
        defined.way(index, leaves) for index in range(size)
    ]
    assert [consistency(old, size, read) for old in range(1, size + 1)] == [
        defined.growth(old, leaves) for old in range(1, size + 1)
    ]


def test_has_the_heads_that_were_written_down() -> None:
    read = of_hashes(leaf_hashes(LEAVES))
    assert [root(size, read).hex() for size in range(len(HEADS))] == HEADS


def test_every_leaf_of_every_tree_up_to_130_is_proved() -> None:
    for size in range(1, 131):
        for index in range(size):
            check_inclusion(index, size, MANY[index], inclusion(index, size, READ), ROOTS[size])


def test_every_tree_up_to_300_grows_from_every_smaller_one() -> None:
    for new in range(301):
        for old in range(new + 1):
            check_consistency(old, new, ROOTS[old], ROOTS[new], consistency(old, new, READ))


@given(st.integers(1, 300), st.data())
@settings(deadline=None, max_examples=60)
def test_no_other_place_size_root_or_way_is_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    way = inclusion(index, size, READ)
    other = data.draw(st.integers(0, size).filter(lambda one: one != index))
    flipped = data.draw(st.integers(0, 256 * (len(way) + 2) - 1))
    pieces = [MANY[index], ROOTS[size], *way]
    pieces[flipped // 256] = (int.from_bytes(pieces[flipped // 256], "big") ^ 1 << flipped % 256).to_bytes(32, "big")
    assert is_refused(check_inclusion, other, size, MANY[index], way, ROOTS[size])
    assert is_refused(check_inclusion, index, size, pieces[0], pieces[2:], pieces[1])
    assert is_refused(check_inclusion, index, size, MANY[index], [*way, EMPTY_ROOT], ROOTS[size])
    assert not way or is_refused(check_inclusion, index, size, MANY[index], way[:-1], ROOTS[size])


@given(st.integers(1, 299), st.data())
@settings(deadline=None, max_examples=60)
def test_no_other_growth_is_proved(old: int, data: st.DataObject) -> None:
    new = data.draw(st.integers(old + 1, 300))
    proof = consistency(old, new, READ)
    flipped = data.draw(st.integers(0, 256 * (len(proof) + 2) - 1))
    pieces = [ROOTS[old], ROOTS[new], *proof]
    pieces[flipped // 256] = (int.from_bytes(pieces[flipped // 256], "big") ^ 1 << flipped % 256).to_bytes(32, "big")
    assert is_refused(check_consistency, old, new, pieces[0], pieces[1], pieces[2:])
    assert is_refused(check_consistency, old, new, ROOTS[old], ROOTS[new], [*proof, EMPTY_ROOT])
    assert is_refused(check_consistency, old, new, ROOTS[old], ROOTS[new], proof[:-1])
    assert is_refused(check_consistency, old, new, ROOTS[old - 1], ROOTS[new], proof)


EMPTY, ONE, SHORT = EMPTY_ROOT, leaf_hash(b""), b"12 bytes...."
OPEN_IN_THE_RFC = [
    # case                                          old new old root new root  proof     refused
    ("an empty tree begins every tree",              0,  1,  EMPTY,  ONE,      [],       False),
    ("also itself",                                  0,  0,  EMPTY,  EMPTY,    [],       False),
    ("its root is the hash of nothing",              0,  1,  ONE,    ONE,      [],       True),
    ("also as the newer one",                        0,  0,  EMPTY,  ONE,      [],       True),
    ("its proof is empty",                           0,  1,  EMPTY,  ONE,      [EMPTY],  True),
    ("a tree is its own beginning",                  1,  1,  ONE,    ONE,      [],       False),
    ("with one root",                                1,  1,  ONE,    EMPTY,    [],       True),
    ("and an empty proof",                           1,  1,  ONE,    ONE,      [ONE],    True),
    ("roots of 12 bytes are none",                   1,  1,  SHORT,  SHORT,    [],       True),
    ("nor in a proof",                               1,  2,  ONE,    ONE,      [SHORT],  True),
    ("a larger tree begins no smaller one",          2,  1,  ONE,    ONE,      [],       True),
    ("sizes are not negative",                      -1,  1,  EMPTY,  ONE,      [],       True),
]  # fmt: skip


@pytest.mark.parametrize(("case", "old", "new", "old_root", "new_root", "proof", "refused"), OPEN_IN_THE_RFC)
def test_decides_what_the_rfc_leaves_open(
    case: str, old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes], refused: bool
) -> None:
    assert is_refused(check_consistency, old, new, old_root, new_root, proof) is refused


@pytest.mark.parametrize(
    ("index", "size", "leaf", "head", "refused"),
    [
        (0, 1, ONE, ONE, False),
        (0, 1, b"", b"", True),
        (0, 1, SHORT, SHORT, True),
        (0, 0, ONE, EMPTY, True),
        (1, 1, ONE, ONE, True),
        (-1, 1, ONE, ONE, True),
    ],
)
def test_a_tree_of_one_leaf_is_its_hash(index: int, size: int, leaf: bytes, head: bytes, refused: bool) -> None:
    assert is_refused(check_inclusion, index, size, leaf, [], head) is refused


def test_nothing_is_proved_of_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="no leaf 3 in a tree of 3"):
        inclusion(3, 3, READ)
    with pytest.raises(ValueError, match="a tree of 4 leaves is no beginning of one of 3"):
        consistency(4, 3, READ)


def test_a_node_is_no_leaf() -> None:
    pair = leaf_hash(b"x") + leaf_hash(b"y")
    assert leaf_hash(pair) != root(2, of_hashes(leaf_hashes([b"x", b"y"]))) == sha256(b"\x01" + pair).digest()


def test_has_the_published_heads() -> None:
    told = json.loads((published.folder("merkle") / "rfc6962-roots.json").read_text())
    read = of_hashes(leaf_hashes([bytes.fromhex(leaf) for leaf in told["leaves_hex"]]))
    assert [root(size, read).hex() for size in range(9)] == told["roots_hex_by_size"]


def test_answers_the_published_inclusion_proofs() -> None:
    told = published.vectors("inclusion-shared")
    assert len(told) == 66
    assert [one["vector"] for one in told if answers_inclusion(one, 0, one["treeSize"]) is one["wantErr"]] == []


def test_answers_the_published_inclusion_proofs_of_subtrees() -> None:
    """A subtree that stands at a multiple of its width is a tree of its own: its proofs are ordinary ones."""
    told = published.vectors("subtreeinclusion-shared")
    assert len(told) == 136
    assert [
        one["vector"]
        for one in told
        if is_subtree(one) and answers_inclusion(one, one["start"], one["end"]) is one["wantErr"]
    ] == []
    assert all(one["wantErr"] for one in told if not is_subtree(one))


def is_subtree(one: dict[str, Any]) -> bool:
    width = one["end"] - one["start"]
    return width > 0 and one["start"] % (1 << (width - 1).bit_length()) == 0


def answers_inclusion(one: dict[str, Any], start: int, end: int) -> bool:
    leaf, way, head = published.a_hash(one["leafHash"]), published.hashes(one["proof"]), published.a_hash(one["root"])
    return not is_refused(check_inclusion, one["leafIdx"] - start, end - start, leaf, way, head)


#: what the publishers accept and we refuse: hashes that are not 32 bytes long
ACCEPTED_BY_OTHERS = [
    "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
    "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json",
]


def test_answers_the_published_consistency_proofs() -> None:
    told = published.vectors("consistency-shared")
    of_beginnings = [one for one in published.vectors("subtreeconsistency-shared") if one["start"] == 0]
    assert (len(told), len(of_beginnings)) == (66, 69)
    assert [one["vector"] for one in told if answers_growth(one, one["size1"], one["size2"]) is one["wantErr"]] == []
    assert [
        one["vector"] for one in of_beginnings if answers_growth(one, one["end"], one["size"]) is one["wantErr"]
    ] == ACCEPTED_BY_OTHERS


def answers_growth(one: dict[str, Any], old: int, new: int) -> bool:
    old_root, new_root = published.a_hash(one["root1"]), published.a_hash(one["root2"])
    return not is_refused(check_consistency, old, new, old_root, new_root, published.hashes(one["proof"]))
