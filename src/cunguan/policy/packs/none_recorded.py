"""Policy pack: recorded loan books (历史借贷数据). No cap, no rate rule; weekends are the only days off.

When    a book of loans made elsewhere is run through custody; its loans were judged by the law of their own place and
        day, which the file does not tell. The output of such a run says so.
"""

from datetime import date
from typing import Final

from cunguan.kernel.dates import WEEKENDS_ONLY
from cunguan.policy.pack import Pack

NONE_RECORDED: Final = Pack(
    id="none_recorded",
    version=2,
    name="Recorded loan books: no cap, no rate rule",
    currency=None,
    rules=(),
    calendar=WEEKENDS_ONLY,
    sources=(
        "ours: every hold needs a day on which it is released, also where no law sets one",
        "ours: platform money stays in a pool no longer than a year, also where no law says so",
    ),
    params={
        "raise_working_days": 20,
        "full_working_days":   5,
        "stay_days_2110":     366,
        "stay_days_2120":     366,
        "stay_days_2130":     366,
        "stay_days_2150":     366,
        "stay_days_2160":     366,
    },
    switches={
        # what a platform paid on top is part of a recorded book, whatever the law of another place says of it
        "interest_top_up": ((date.min, 1),),
    },
)  # fmt: skip
