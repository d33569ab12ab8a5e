"""The bench's receipt is a good one, and small; how long its check takes is told, not tested."""

from cunguan.doors.bench import log_receipt


def test_measures_a_receipt_that_holds() -> None:
    checked, size = log_receipt.measure(2, 1, lambda said: None)
    assert (checked.unit, size.unit) == ("ms", "bytes")
    assert 3000 < size.value < 5000
