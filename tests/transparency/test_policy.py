"""Policy: what a file says is what is counted; whatever it may not say is refused with its line."""

import pytest

from cunguan.keys.note_keys import Cosigner, Ed25519Signer, check
from cunguan.transparency.note import ED25519, Key, Note
from cunguan.transparency.policy import PolicyWrong, Witness, majority, read

LOG = Ed25519Signer("log.example/1", bytes(32))
NAMES = ("platform", "regulator", "auditor", "press")
COSIGNERS = {name: Cosigner(f"{name}.example/w", bytes([place]) * 32) for place, name in enumerate(NAMES, 1)}
W = {name: f"witness {name} {cosigner.key.text()}" for name, cosigner in COSIGNERS.items()}
KEY = {name: cosigner.key.text() for name, cosigner in COSIGNERS.items()}
HEAD = "\n".join([f"log {LOG.key.text()} https://log.example/", *W.values()])


@pytest.mark.parametrize(
    ("rule", "cosigned", "is_met"),
    [
        ("quorum none", "", True),
        ("quorum press", "press", True),
        ("quorum press", "platform regulator auditor", False),
        ("group g 2 platform regulator auditor\nquorum g", "platform", False),
        ("group g 2 platform regulator auditor\nquorum g", "platform auditor", True),
        ("group g 2 platform regulator auditor\nquorum g", "platform press", False),
        ("group g any platform regulator\nquorum g", "regulator", True),
        ("group g all platform regulator\nquorum g", "regulator", False),
        ("group g all platform regulator\nquorum g", "regulator platform", True),
        ("group a any platform press\ngroup b all regulator auditor\ngroup c all a b\nquorum c", "press regulator auditor", True),
        ("group a any platform press\ngroup b all regulator auditor\ngroup c all a b\nquorum c", "press platform auditor", False),
        ("  group\tg  2 platform regulator \n# why\n\n quorum g", "platform regulator", True),
        ("group g 1 platform\nquorum g", "nobody", False),
    ],
)  # fmt: skip
def test_counts_as_the_file_says(rule: str, cosigned: str, is_met: bool) -> None:
    assert read(f"{HEAD}\n{rule}\n".encode()).is_met(cosigned.split()) is is_met


OWN = Key("w.example", 0x04, LOG.key.public).text()
RENAMED = Key("other.example", 0x04, COSIGNERS["press"].key.public).text()


@pytest.mark.parametrize(
    ("name", "lines", "says"),
    [
        ("no quorum", W["press"], "there is no quorum line"),
        ("two quorums", "quorum none\nquorum none", "line 2: there is a quorum line already"),
        ("a witness below its group", f"group g any press\n{W['press']}\nquorum g", "line 1: press is not defined above"),
        ("a quorum of nobody", "quorum press", "line 1: press is not defined above"),
        ("none as a member", "group g any none\nquorum g", "line 1: none is not defined above"),
        ("none as a name", f"witness none {KEY['press']}\nquorum none", "line 1: the name none is taken"),
        ("a name twice", f"{W['press']}\nwitness press {KEY['auditor']}\nquorum none", "line 2: the name press is taken"),
        ("a key twice", f"{W['press']}\nwitness again {RENAMED}\nquorum none", "line 2: witness press has the same key"),
        ("a log twice", f"log {LOG.key.text()}\nlog {LOG.key.text()}\nquorum none", "line 2: the key of log.example/1 stands above"),
        ("a log's key as a witness's", f"witness press {LOG.key.text()}\nquorum none", "line 1: a witness's key is of type 04"),
        ("a witness's key as a log's", f"log {KEY['press']}\nquorum none", "line 1: a log's key is of type 01"),
        ("the log as its own witness", f"log {LOG.key.text()}\nwitness w {OWN}\nquorum w", "a log does not witness itself"),
        ("a member twice", f"{W['press']}\ngroup g any press\ngroup h any press\nquorum h", "line 3: press is a member already"),
        ("more than there are", f"{W['press']}\ngroup g 2 press\nquorum g", "line 2: 2 of 1 members"),
        ("none of them", f"{W['press']}\ngroup g 0 press\nquorum g", "line 2: 0 of 1 members"),
        ("an odd number", f"{W['press']}\ngroup g 01 press\nquorum g", "line 2: 01 of 1 members"),
        ("an empty group", f"{W['press']}\ngroup g any\nquorum g", r"line 2: group NAME all\|any\|K NAME"),
        ("an unknown word", "monitor x\nquorum none", "line 1: 'monitor' is none of"),
        ("a key that is none", "witness press abc\nquorum none", "line 1: 'abc' is no verifier key"),
        ("a carriage return", "quorum none\r", "line 1: a control character"),
    ],
)  # fmt: skip
def test_refuses(name: str, lines: str, says: str) -> None:
    with pytest.raises(PolicyWrong, match=says):
        read(f"{lines}\n".encode())


def test_takes_names_as_octets() -> None:
    policy = read(
        b"witness \xe2\x84\xaa "
        + KEY["press"].encode()
        + b"\nwitness \xff "
        + KEY["auditor"].encode()
        + b"\nquorum \xff\n"
    )
    assert not policy.is_met(["K"])
    assert policy.is_met(["\udcff"])


def test_counts_valid_cosignatures_of_its_witnesses_alone() -> None:
    policy = read(f"{HEAD}\ngroup g 2 platform regulator auditor\nquorum g\n".encode())
    text = "log.example/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    stranger = Cosigner("platform.example/w", bytes([9]) * 32).sign(text)
    of_another_text = COSIGNERS["auditor"].sign("log.example/1\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
    note = Note(text, (LOG.sign(text), stranger, of_another_text, COSIGNERS["regulator"].sign(text)))
    assert policy.cosigners(note, check) == ("regulator",)


def test_is_written_for_a_majority() -> None:
    witnesses = [Witness(name, COSIGNERS[name].key, f"http://127.0.0.1/{name}") for name in NAMES[:3]]
    policy = read(majority([LOG.key], witnesses, 2).encode())
    assert (tuple(policy.witnesses.values()), policy.logs[0].key) == (tuple(witnesses), LOG.key)
    assert [policy.is_met(NAMES[:count]) for count in range(4)] == [False, False, True, True]


def test_refuses_the_key_of_a_log_it_does_not_name() -> None:
    with pytest.raises(PolicyWrong, match="a log does not witness itself"):
        read(f"witness w {OWN}\nquorum w\n".encode()).refuse_own(Key("log.example/1", ED25519, LOG.key.public))
