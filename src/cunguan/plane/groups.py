"""Groups (原子批): a caller's instructions of which all are done, in one batch, or none, and then none is stored.

When    a door hands in an atomic batch; the rules here are pure: the lane and the twins of the tests go by them
Returns answers: all `done`, or none. The member at fault hears its own code, its neighbours `linked_item_failed`; where
        some are stored already and some are not, or not as they are asked now, all hear `batch_differs`
Source  design/lanes.md rule 13; ADR 0022
"""

from collections.abc import Mapping, Sequence

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.runner import BATCH_ITEMS, Item, Refusal, admit, replay
from cunguan.store.batch import Stored


def admit_group(instructions: Sequence[Instruction], lane: int) -> tuple[list[Item], list[Answer]]:
    """Return the items of a group that a lane may take, or the answers that say why not."""
    ids = [one.id for one in instructions]
    if len(ids) > BATCH_ITEMS:
        return [], answers(ids, Refusal(None, Code.batch_too_large, f"a group has at most {BATCH_ITEMS} instructions"))
    items: list[Item] = []
    for place, instruction in enumerate(instructions):
        admitted = admit(instruction, lane)
        if isinstance(admitted, Answer):
            return [], answers(ids, Refusal(place, admitted.code, admitted.why, admitted.detail))
        items.append(admitted)
    refusal = _unfit(items, lane)
    return (items, []) if refusal is None else ([], answers(ids, refusal))


def _unfit(items: Sequence[Item], lane: int) -> Refusal | None:
    known: set[bytes] = set()
    for place, item in enumerate(items):
        if item.key16 in known:
            return Refusal(place, Code.malformed, "the id stands twice in the group")
        known.add(item.key16)
        if lane and item.operation.prelude is not None:  # lane 0 would keep its part when the group is refused
            why = f"{item.operation.kind} needs the custodian's lane first: send it by itself"
            return Refusal(place, Code.kind_not_in_group, why)
    return None


def answers(ids: Sequence[str], refusal: Refusal) -> list[Answer]:
    """Return what the members of a group that was refused hear.

    >>> [answer.code.name for answer in answers(["a", "b"], Refusal(1, Code.insufficient_balance))]
    ['linked_item_failed', 'insufficient_balance']
    """
    if refusal.place is None:
        return [Answer(one, refusal.code, None, refusal.why, refusal.detail) for one in ids]
    linked = f"nothing of the group was done: {ids[refusal.place]}: {refusal.code.name}"
    found = [Answer(one, Code.linked_item_failed, None, linked) for one in ids]
    found[refusal.place] = Answer(ids[refusal.place], refusal.code, None, refusal.why, refusal.detail)
    return found


def earlier(items: Sequence[Item], stored: Mapping[bytes, Stored]) -> list[Answer]:
    """Return what the members hear of whom some are stored already; nothing when all are new."""
    if not any(item.key16 in stored for item in items):
        return []
    found = [replay(item, stored[item.key16]) if item.key16 in stored else None for item in items]
    if all(answer is not None and answer.code is Code.done for answer in found):
        return [answer for answer in found if answer is not None]
    return [_differs(item, answer) for item, answer in zip(items, found, strict=True)]


def _differs(item: Item, answer: Answer | None) -> Answer:
    if answer is not None and answer.seq is None:
        return answer  # the id was used for something else
    is_new = "new, and others of the group are not" if answer is None else f"stored before: {answer.code.name}"
    return Answer(item.instruction.id, Code.batch_differs, None, f"nothing was done now; this one is {is_new}")
