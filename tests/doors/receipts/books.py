"""A platform's books written by SQL, so that a test says exactly what was posted when: lane 1, clients L7 and L8, a bank account -1.

Accounts: L7 available 11, held 13; L8 available 21; balances are kept as the plane keeps them.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

import psycopg

BANK, L7, L7_HELD, L8 = -1, 11, 13, 21
ACCOUNTS = [
    (BANK, "1010", "bank"),
    (L7, "2010", "L7"),
    (L7_HELD, "2020", "L7"),
    (L8, "2010", "L8"),
    (31, "2110", "main"),
]


class Books:
    """The books of lane 1."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.head = 0
        self._balances: dict[int, int] = defaultdict(int)
        self._day = date(2026, 3, 1)
        with psycopg.connect(url) as owner:
            owner.execute("INSERT INTO lane (lane, token, head) VALUES (1, 1, 0)")
            owner.execute("INSERT INTO lane_day VALUES (1, 'day', '2026-03-01', 100, 'open', 'P1', 'cn_p2p', true)")
            for account, code, of in ACCOUNTS:
                owner.execute("INSERT INTO account VALUES (1, %s, %s, %s, 'main', 'CNY')", (account, code, of))

    def post(self, *postings: tuple[int, int, int], word_of: str = "", state: str = "done") -> str:
        """Commit one instruction as a batch of its own; return its id."""
        self.head += 1
        seq, at = self.head, datetime.combine(self._day, time(1), UTC) + timedelta(seconds=self.head)
        with psycopg.connect(self.url) as owner:
            owner.execute(
                "INSERT INTO batch VALUES (1, %s, %s, %s, %s, '1.2', 'cn_p2p', 3, 'hash', 0)", (seq, seq, at, self._day)
            )
            owner.execute(
                "INSERT INTO instruction VALUES (1, %s, 0, 1, %s, 'deposit_direct', %s, '', %s, '{}')",
                (seq, f"i{seq}", state, b'{"note":"i%d"}' % seq),
            )
            owner.execute(
                "INSERT INTO instruction_key VALUES (1, %s, substring(sha256(%s) FOR 16))", (seq, f"i{seq}".encode())
            )
            if postings:
                owner.execute("INSERT INTO journal VALUES (1, %s, %s, NULL, 'deposit_direct')", (seq, len(postings)))
            if word_of:
                owner.execute(
                    "INSERT INTO authority VALUES (1, %s, 5, 'P', %s, 'withdrawal', 'card', '', '', 'k', 'k1', 't', 'c', 'p', 'e')",
                    (seq, word_of),
                )
            for line, (debit, credit, amount) in enumerate(postings):
                after = [self._move(debit, amount, "debit"), self._move(credit, amount, "credit")]
                owner.execute(
                    "INSERT INTO posting VALUES (1, %s, %s, %s, %s, %s, %s, %s, NULL, %s)",
                    (seq, line, debit, credit, amount, *after, seq),
                )
            owner.execute("UPDATE lane SET head = %s, at = %s WHERE lane = 1", (seq, at))
        return f"i{seq}"

    def begin(self, day: str) -> None:
        """Let another business date begin."""
        self._day = date.fromisoformat(day)
        with psycopg.connect(self.url) as owner:
            owner.execute("UPDATE lane_day SET business_date = %s WHERE lane = 1", (self._day,))

    def _move(self, account: int, amount: int, side: str) -> int:
        self._balances[account] += amount if (side == "debit") is (account < 0) else -amount
        return self._balances[account]
