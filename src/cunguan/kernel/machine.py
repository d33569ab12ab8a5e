"""State machines (状态机): a table of moves, and a look-up in it.

Shape   moves: (state, event) -> state. A machine does nothing on a move; what is done stands in the operation.
Errors  MoveForbidden: the state does not take the event. What a customer or a bank may cause, the operation refuses by
        a code before it asks for the move; what is left is our own mistake.
"""

import msgspec


class MoveForbidden(Exception):
    """The state does not take the event, or the machine has no such state."""


class Machine(msgspec.Struct, frozen=True):
    """One machine.

    initial   the state a subject usually begins in
    begins    other states a subject may begin in (a direct deposit is cleared at once)
    final     states nothing leaves
    """

    name: str
    initial: str
    moves: dict[tuple[str, str], str]
    final: frozenset[str]
    begins: frozenset[str] = frozenset()

    def after(self, state: str, event: str) -> str:
        """Return the state after the event.

        >>> door = Machine("door", "shut", {("shut", "pushed"): "open"}, frozenset({"open"}))
        >>> door.after("shut", "pushed")
        'open'
        >>> door.after("open", "pushed")
        Traceback (most recent call last):
        ...
        cunguan.kernel.machine.MoveForbidden: door: open does not take pushed
        """
        try:
            return self.moves[state, event]
        except KeyError:
            raise MoveForbidden(f"{self.name}: {state} does not take {event}") from None

    def may(self, state: str, event: str) -> bool:
        """Test that the state takes the event."""
        return (state, event) in self.moves

    @property
    def states(self) -> frozenset[str]:
        """All states: those one begins in, those moves leave and reach, the final ones."""
        ends = {state for (state, _), target in self.moves.items() for state in (state, target)}
        return frozenset({self.initial} | self.begins | self.final | ends)

    @property
    def events(self) -> frozenset[str]:
        """All events that some state takes."""
        return frozenset(event for _, event in self.moves)
