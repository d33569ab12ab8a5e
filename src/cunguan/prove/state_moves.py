"""State moves (状态变迁): the last move of each subject is the state of its row; what never moved is as it began.

Reads   state_move, and the state of every row that has a machine
Source  design/lanes.md "Formats that last", states
"""

from collections.abc import Iterator

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

#: machine -> its table, the states a row may begin in, the states nothing leaves
MACHINES = {
    "account":      ("holder_account", {"pending_review", "active", "imported"}, {"refused", "closed"}),
    "bid_stop":     ("bid_stop",       {"stopped"},                              set()),
    "outgoing_stop": ("outgoing_stop", {"stopped"},                              set()),
    "card":         ("card",           {"active", "pending_review"},             {"refused", "unbound"}),
    "deposit":      ("deposit",        {"asked", "uncleared", "cleared", "in_suspense"}, {"charged_back", "corrected"}),
    "fee_consent":  ("fee_consent",    {"waiting", "active"},                    {"superseded", "withdrawn", "ended"}),
    "fee_schedule": ("fee_schedule",   {"announced", "in_force"},                {"superseded", "withdrawn"}),
    "listing":      ("listing",        {"registered"},                           {"failed"}),
    "lock_order":   ("lock_order",     {"spreading"},                            {"lifted"}),
    "mandate":      ("mandate",        {"active"},                               {"revoked", "expired"}),
    "outbox":       ("outbox",         {"waiting"},                              {"answered", "withdrawn"}),
    "adjustment":   ("adjustment",     {"asked"},                                {"posted", "refused", "withdrawn", "lapsed"}),
    "claim_sale":   ("claim_sale",     {"open"},                                 {"sold", "cancelled", "expired", "lapsed"}),
    "client_debt":  ("client_debt",    {"owed"},                                 {"repaid", "borne"}),
    "legal_order":  ("legal_order",    {"waiting", "partly_filled", "in_force"}, {"lifted", "expired", "taken"}),
    "order_here":   ("order_here",     {"in_force"},                             {"ended"}),
    "partner":      ("partner",        {"active"},                               {"ended"}),
    "payee":        ("payee",          {"active"},                               {"ended"}),
    "payout":       ("payout",         {"held"},                                 {"cancelled", "rejected", "returned"}),
    "shortfall":    ("shortfall",      {"found"},                                {"made_good"}),
    "suspense_item": ("suspense_item", {"open"},                                 {"allocated", "returned_to_source"}),
    "trustee_payee": ("trustee_payee", {"pending_review"},                       {"refused", "revoked", "paid"}),
    "unclaimed":    ("unclaimed",      {"unclaimed"},                            {"given_back"}),
    "related_party": ("related_party", {"related"},                              set()),
    "person":       ("person",         {"active"},                               set()),
    "plan_row":     ("plan_row",       {"planned"},                              {"replaced"}),
    "platform":     ("platform",       {"registered", "active"},                 {"refused", "terminated"}),
    "pool":         ("pool",           {"opening", "open"},                      {"closed"}),
    "reservation":  ("reservation",    {"reserved"},                             {"released"}),
    "run":          ("run",            {"running"},                              {"finished"}),
    "withdrawal":   ("withdrawal",     {"unconfirmed", "challenged", "held"},
                     {"cancelled", "intercepted", "rejected", "recredited"}),
}  # fmt: skip

#: moves that have no row of their own
WITHOUT_ROW = frozenset({"day", "instruction"})


class StateMoves(Claim):
    """Nothing is in a state that nobody brought it to."""

    name = "state moves"
    says = "each row is in the state of its last move, or as it began; nothing leaves an end"
    pages = tuple(PageOf(machine, "state", table) for machine, (table, _, _) in MACHINES.items())

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._states: dict[str, dict[str, tuple[str, int]]] = {machine: {} for machine in MACHINES}

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Follow each subject."""
        self.checked += len(chunk.state_moves)
        for seq, line, machine, subject, _, state in chunk.state_moves:
            states = self._states.get(machine)
            if states is None:
                if machine not in WITHOUT_ROW:
                    yield self.finding(
                        seq, f"state_move {seq}/{line}", "there is no such machine", " ".join(MACHINES), machine
                    )
                continue
            before = states.get(subject)
            if before is not None and before[0] in MACHINES[machine][2]:
                yield self.finding(
                    seq, f"state_move {seq}/{line}", f"{machine} {subject} moves on after its end", before[0], state
                )
            states[subject] = (state, seq)

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare the state of each row with its last move."""
        table, begins, _ = MACHINES[page.name]
        any_of = " or ".join(sorted(begins))
        moved = self._states[page.name]
        for subject, state in page.rows:
            last = moved.get(subject)
            if last is None:
                if state not in begins:
                    yield self.finding(None, f"{table} {subject}", "nothing brought it to its state", any_of, state)
            elif state != last[0]:
                yield self.finding(
                    last[1], f"{table} {subject}", "its last move brought it to another state", last[0], state
                )
