"""Pages (账页): papers as lines a person reads; nothing is computed here.

Shape   each function returns lines; amounts with the currency's decimals, labels in the reader's language
"""

from collections.abc import Iterator, Sequence

from cunguan.doors.papers.client import Bucket, Statement
from cunguan.doors.papers.explanation import Confirmed, Explanation, TAccount
from cunguan.doors.papers.layout import right, table, width
from cunguan.doors.papers.loan import Loan
from cunguan.doors.papers.tables import Page
from cunguan.doors.papers.trial import TrialBalance
from cunguan.doors.papers.words import Words
from cunguan.kernel.money import format_minor
from cunguan.ledger.chart import CHART
from cunguan.store.history import Line

#: a journal may have thousands of accounts; a page shows so many, --json shows all
SHOWN = 24
SIDE = 22


def headed(title: str, lines: Sequence[str]) -> list[str]:
    """Return lines under a title."""
    return ["", title, "─" * width(title), *lines]


# ── statements ───────────────────────────────────────────────────────────────
def account(page: Page, words: Words) -> list[str]:
    """Return one page of an account's statement."""
    of = page.account
    title = (
        f"{words('statement')} · {page.platform} · {words.account(of.code)} · {of.owner} · {of.account} · {of.currency}"
    )
    lines = [title, _period(page.first, page.last, words), *_lines(page.lines, page.opening_minor, of.currency, words)]
    lines.append(f"{words('carried forward')} {format_minor(page.closing_minor, of.currency)}")
    return [*lines, f"{words('page')} {page.next}"] if page.next else lines


def client(whole: Statement, words: Words) -> list[str]:
    """Return a holder's statement."""
    lines = [f"{words('client statement')} · {whole.platform} · {whole.holder} · {whole.pool} · {whole.currency}"]
    lines.append(_period(whole.first, whole.last, words))
    for bucket in whole.accounts:
        lines += headed(f"{words.account(bucket.code)} · {bucket.account}", _bucket(bucket, whole.currency, words))
    lines += headed(words("open"), list(_open(whole, words)) or ["–"])
    lines += headed(words("claims"), list(_claims(whole, words)) or ["–"])
    return lines + headed(words("on behalf"), list(_on_behalf(whole, words)) or ["–"])


def _period(first: int, last: int, words: Words) -> str:
    return f"{words('sequence')} {first} – {last}"


def _bucket(bucket: Bucket, currency: str, words: Words) -> list[str]:
    sums = f"{words('debit')} {format_minor(bucket.debit_minor, currency)} · {words('credit')} "
    sums += format_minor(bucket.credit_minor, currency)
    closing = f"{words('carried forward')} {format_minor(bucket.closing_minor, currency)}"
    return [*_lines(bucket.lines, bucket.opening_minor, currency, words), f"{closing} · {sums}"]


def _lines(lines: Sequence[Line], opening: int, currency: str, words: Words) -> list[str]:
    begins = f"{words('brought forward')} {format_minor(opening, currency)}"
    if not lines:
        return [begins, words("no lines")]
    head = [
        words(name)
        for name in ("date", "value date", "sequence", "instruction", "counter", "debit", "credit", "balance")
    ]
    rows = []
    for line in lines:
        amount = format_minor(line.amount_minor, currency)
        rows.append([
            line.business_date.isoformat(), line.value_date.isoformat() if line.value_date else "", f"{line.seq}.{line.line}",
            f"{line.kind} {line.instruction}", f"{words.account(line.counter_code)} · {line.counter_owner}",
            amount if line.is_debit else "", "" if line.is_debit else amount, format_minor(line.balance_minor, currency),
        ])  # fmt: skip
    return [begins, *table(head, rows, (5, 6, 7))]


def _open(whole: Statement, words: Words) -> Iterator[str]:
    for one in whole.open:
        of = one.of
        about = f"{of.kind or '?'} {of.instruction or of.seq}" + (f" · {of.listing}" if of.listing else "")
        yield f"{words.account(one.code)} · {about} · {format_minor(of.amount_minor, whole.currency)}"


def _claims(whole: Statement, words: Words) -> Iterator[str]:
    if whole.claims:
        head = [words(name) for name in ("claim", "listing", "lent", "principal", "interest", "late", "recourse")]
        rows = [
            [one.claim, one.listing, *(format_minor(minor, whole.currency) for minor in
             (one.lent_minor, one.principal_minor, one.interest_minor, one.late_minor, one.recourse_minor))]
            for one in whole.claims
        ]  # fmt: skip
        yield from table(head, rows, (2, 3, 4, 5, 6))


def _on_behalf(whole: Statement, words: Words) -> Iterator[str]:
    for one in whole.on_behalf:
        amount = format_minor(one.principal_minor + one.interest_minor + one.late_minor, whole.currency)
        yield f"{one.business_date} · {one.kind} {one.instruction} · {one.listing} · {amount}"


# ── journals ─────────────────────────────────────────────────────────────────
def explanation(found: Explanation, words: Words) -> list[str]:
    """Return everything of one instruction."""
    batch = found.batch
    lines = [
        f"{words('instruction')} {found.id}",
        f"{found.platform} · {found.kind} v{found.version} · {words('sequence')} {found.seq} · {found.state} · {found.code}",
    ]
    if found.why:
        lines.append(f"{words('reason')}: {found.why}")
    lines.append(f"{words('date')} {batch.business_date} · {batch.at.isoformat()}")
    if found.value_date:
        lines.append(f"{words('value date')} {found.value_date}")
    lines.append(
        f"{words('rules')} {batch.pack} {batch.pack_version} · {batch.rule_set_hash} · cunguan {batch.code_version}"
    )
    lines.append(f"{words('batch')} {batch.first_seq} – {batch.last_seq}")
    lines += headed(words("body"), [f"{name}: {value}" for name, value in found.body.items()])
    if found.answer:
        lines += headed("→", [f"{name}: {value}" for name, value in found.answer.items()])
    lines += headed(
        f"{words('journal')} {found.template}".rstrip(), _journal(found, words) or [words("nothing posted")]
    )
    if found.authorities:
        lines += headed(words("authority"), [line for one in found.authorities for line in _authority(one, words)])
    if found.state_moves:
        moves = [f"{one.machine} {one.subject}: {one.event} → {one.state}" for one in found.state_moves]
        lines += headed(words("states"), _some(moves))
    if found.claim_moves:
        lines += headed(words("claims"), _some(_claim_moves(found, words)))
    return lines


def _journal(found: Explanation, words: Words) -> list[str]:
    lines = []
    for one in found.postings[:SHOWN]:
        debit, credit = f"{one.debit_code} {one.debit_owner}", f"{one.credit_code} {one.credit_owner}"
        cites = f" · {words('authority')} {one.authority}" if one.authority else ""
        lines.append(f"Dr {debit} / Cr {credit}  {format_minor(one.amount_minor, found.currency)}{cites}")
    if len(found.postings) > SHOWN:
        lines.append(f"… +{len(found.postings) - SHOWN} (--json)")
    for account in found.t_accounts[:SHOWN]:
        lines += ["", *_t_account(account, found.currency, words)]
    return lines


def _t_account(of: TAccount, currency: str, words: Words) -> list[str]:
    adds = of.debits if CHART[of.code].side == "debit" else of.credits
    takes = of.credits if adds is of.debits else of.debits
    before = of.after_minor - sum(adds) + sum(takes)
    lines = [
        f"{words.account(of.code)} · {of.owner} · {of.account}",
        f"{right(words('debit'), SIDE)} │ {right(words('credit'), SIDE)}",
    ]
    for n in range(min(max(len(of.debits), len(of.credits)), SHOWN)):
        sides = [format_minor(side[n], currency) if n < len(side) else "" for side in (of.debits, of.credits)]
        lines.append(f"{right(sides[0], SIDE)} │ {right(sides[1], SIDE)}")
    moved = f"{format_minor(before, currency)} → {format_minor(of.after_minor, currency)}"
    return [*lines, f"  {words('balance')} {moved}"]


def _authority(one: Confirmed, words: Words) -> list[str]:
    covers = [f"{name} {value}" for name, value in (
        ("type", one.type), ("amount_minor", one.amount_minor or ""), ("payee", one.payee), ("listing", one.listing),
        ("until", one.until)) if value]  # fmt: skip
    return [
        f"{one.kind} · {words.authority(one.kind)} · {one.owner} · {words('sequence')} {one.seq} · {one.instruction}",
        f"  {', '.join(covers)}",
        f"  {one.text.splitlines()[-1]}",
        f"  {words('evidence')} {one.evidence_kind} · {one.key_id} · {one.evidence}",
    ]


def _claim_moves(found: Explanation, words: Words) -> list[str]:
    return [
        f"{one.claim} · {one.listing} · {one.holder}: "
        + ", ".join(
            f"{words(name)} {format_minor(minor, found.currency)}"
            for name, minor in (
                ("principal", one.principal_minor),
                ("interest", one.interest_minor),
                ("late", one.late_minor),
                ("recourse", one.recourse_minor),
            )
            if minor
        )
        for one in found.claim_moves
    ]


def _some(lines: list[str]) -> list[str]:
    return lines if len(lines) <= SHOWN else [*lines[:SHOWN], f"… +{len(lines) - SHOWN} (--json)"]


# ── pools and loans ──────────────────────────────────────────────────────────
def trial_balance(found: TrialBalance, words: Words) -> list[str]:
    """Return the trial balance of each pool."""
    lines = [f"{words('trial balance')} · {found.platform} · {words('sequence')} {found.seq}"]
    for pool in found.pools:
        rows = []
        for line in found.lines:
            if (line.pool, line.currency) == (pool.pool, pool.currency):
                amount, on_debit = format_minor(line.balance_minor, line.currency), CHART[line.code].side == "debit"
                rows.append(
                    [
                        words.account(line.code),
                        f"{line.accounts:,}",
                        amount if on_debit else "",
                        "" if on_debit else amount,
                    ]
                )
        sums = [format_minor(minor, pool.currency) for minor in (pool.debit_minor, pool.credit_minor)]
        rows.append([words("sum"), "", *sums])
        head = [words(name) for name in ("code", "accounts", "debit", "credit")]
        lines += headed(f"{words('pool')} {pool.pool}, {pool.currency}", table(head, rows, (1, 2, 3)))
        lines.append(words("even" if pool.debit_minor == pool.credit_minor else "uneven"))
    return lines


def loan(found: Loan, words: Words) -> list[str]:
    """Return a listing's claims and plan; amounts in minor units, because a listing names no currency of its own."""
    of = found.listing
    lines = [
        f"{words('listing')} {of.id} · {found.platform} · {of.borrower} · {of.state} · {words('sequence')} {found.seq}"
    ]
    lines.append(f"{of.amount_minor} · {of.rule} · {of.months} · {of.rate_e6 / 10_000:g} %")
    claims = [[one.claim, one.holder, str(one.lent_minor), str(one.principal_minor), str(one.interest_minor), str(one.late_minor),
               str(one.recourse_minor)]
              for one in found.claims]  # fmt: skip
    head = [words(name) for name in ("claim", "holder", "lent", "principal", "interest", "late", "recourse")]
    lines += headed(words("claims"), table(head, claims, (2, 3, 4, 5, 6)) if claims else ["–"])
    rows = [[str(row.number), row.due_date.isoformat(), row.state,
             f"{row.paid_principal_minor}/{row.principal_minor}", f"{row.paid_interest_minor}/{row.interest_minor}",
             str(row.paid_late_minor),
             str(row.compensated_principal_minor + row.compensated_interest_minor + row.compensated_late_minor)]
            for row in found.plan]  # fmt: skip
    head = [words(name) for name in ("row", "due", "state", "paid lent", "paid interest", "paid late", "on behalf")]
    return lines + headed(words("plan"), table(head, rows, (3, 4, 5, 6)) if rows else ["–"])
