"""The bench of proofs measures proofs that hold."""

from cunguan.doors.bench import log, log_proof


def test_it_proves_and_checks_and_says_its_bar() -> None:
    figures = log_proof.measure(700, 1, lambda _: None)
    assert [(one.name, one.unit, one.bar, one.value > 0) for one in figures] == [
        ("inclusion proof from tiles on disk", "ms", "< 1 ms", True),
        ("its check", "ms", None, True),
    ]


def test_it_is_a_part_of_the_bench() -> None:
    assert log_proof in log.PARTS
