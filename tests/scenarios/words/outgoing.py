"""Words of outgoing payments: what the day's reconciliation stops, and what two people restart.

the day finds break NAME at PLATFORM            a control account does not sum: nothing leaves any more
two people know the cause of NAME at PLATFORM   and payments leave again
"""

from typing import Any

from cunguan.kernel.ids import outgoing_stop_id
from tests.scenarios.language import sentence


@sentence("the day finds break {name} at {platform}")
def stop(script: Any, name: str, platform: str) -> None:
    lane = script.lanes[platform]
    body = {"break_id": name, "found_date": script.world.business_date(lane).isoformat(), "reason": "2020 does not sum"}
    script.ask(lane, "outgoing_stop", default=outgoing_stop_id(name), **body)


@sentence("two people know the cause of {name} at {platform}")
def resume(script: Any, name: str, platform: str) -> None:
    script.ask(
        script.lanes[platform],
        "outgoing_resume",
        break_id=name,
        cause="a row was changed by hand",
        maker="m1",
        checker="c1",
    )
