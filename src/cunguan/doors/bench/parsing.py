"""`cunguan bench reconcile`, its parsing: camt.053 entries a second beside a bare lxml iterparse, and the memory of a gigabyte.

Shape   Figures (form.py): entries a second of ours, with the bare parse as baseline: it builds the same entries' elements, reads
        nothing of them and clears them and their parents; ours reads twelve fields of each into values, and keeps no parents
Method  the same bytes in memory, in turn, CPU time; the ratio is the median of the runs' own. The gigabyte is made as it is read,
        in a process of its own, and added up by `summaries`
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO, RawIOBase
from typing import Final

from lxml import etree

from cunguan.doors.bench.form import Figure, figure
from cunguan.formats import camt
from cunguan.formats.statement import Entry, summaries

_NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_BEGIN: Final = (
    f'<Document xmlns="{_NAMESPACE}"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt><Id>S1</Id>'
    "<Acct><Id><IBAN>LT605883379695428516</IBAN></Id><Ccy>EUR</Ccy></Acct>"
)
_END: Final = "</Stmt></BkToCstmrStmt></Document>"

#: twelve fields: reference, amount, currency, side, status, both dates, the bank's reference, end-to-end id, payer, account, text
_ENTRY: Final = (
    '<Ntry><NtryRef>R{0:09d}</NtryRef><Amt Ccy="EUR">{1}.{2:02d}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>2026-03-07</Dt></BookgDt><ValDt><Dt>2026-03-07</Dt></ValDt><AcctSvcrRef>B{0:09d}</AcctSvcrRef>"
    "<NtryDtls><TxDtls><Refs><EndToEndId>E{0:09d}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Payer {0:09d}</Nm>{3}</Pty></Dbtr>"
    "<DbtrAcct><Id><IBAN>LT605883379695428516</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>{4}</Ustrd></RmtInf>"
    "</TxDtls></NtryDtls></Ntry>"
)
_ADDRESS: Final = "<PstlAdr><StrtNm>A street</StrtNm><BldgNb>12</BldgNb><PstCd>1012 AB</PstCd><TwnNm>Town</TwnNm><Ctry>NL</Ctry></PstlAdr>"

#: bytes of an entry → what it has besides: a text that fills it, an address that nobody reads
_SIZES: Final = {579: "", 1_500: _ADDRESS}

MEMORY_MB: Final = 300


def measure(rounds: int, long_bytes: int, say: Callable[[str], None], count: int = 20_000) -> list[Figure]:
    """Measure the speed of both sizes of entries, and the memory of a long file."""
    figures = []
    for size, more in _SIZES.items():
        raw = _file(size, more, count)
        runs = [(_seconds(_ours, raw, count), _seconds(_bare, raw, count)) for _ in range(rounds)]
        ours, bare = ([count / run[side] for run in runs] for side in (0, 1))
        ratio = figure("", "", [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]).value
        say(f"camt.053, entries of {size:,} B: {max(ours):,.0f} a second, {ratio:.2f} of a bare iterparse")
        baseline = figure("", "", bare).value
        figures.append(figure(
            f"camt.053, entries of {size:,} B, 12 fields", "/s", ours, baseline=baseline, ratio=ratio, bar=">= 0.3",
            meets=lambda found: found >= 0.3,
        ))  # fmt: skip
    say(f"camt.053 of {long_bytes:,} bytes")
    peak = float(
        subprocess.run([sys.executable, "-m", __name__, str(long_bytes)], check=True, capture_output=True).stdout
    )
    memory = figure(
        f"camt.053 of {long_bytes:,} bytes: peak memory",
        "MB",
        [peak],
        bar=f"< {MEMORY_MB}",
        meets=lambda mb: mb < MEMORY_MB,
    )
    return [*figures, memory]


def _seconds(parse: Callable[[bytes], int], raw: bytes, count: int) -> float:
    begun = time.process_time()
    found = parse(raw)
    seconds = time.process_time() - begun
    assert found == count, f"{found} entries of {count}"
    return seconds


def _ours(raw: bytes) -> int:
    return sum(isinstance(part, Entry) for part in camt.read(BytesIO(raw)))


def _bare(raw: bytes) -> int:
    count = 0
    for _, element in etree.iterparse(BytesIO(raw), events=("end",), tag=f"{{{_NAMESPACE}}}Ntry"):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count


# ── files ────────────────────────────────────────────────────────────────────
def _entry(number: int, size: int, more: str) -> str:
    bare = _ENTRY.format(number, number % 1000, number % 100, more, "")
    return _ENTRY.format(number, number % 1000, number % 100, more, ("invoice " * (size // 8))[: size - len(bare)])


def _file(size: int, more: str, count: int) -> bytes:
    return "".join([_BEGIN, *(_entry(number, size, more) for number in range(count)), _END]).encode()


class _Long(RawIOBase):
    """A file of about so many bytes, made as it is read."""

    def __init__(self, length: int) -> None:
        self.left, self.number = length, 0
        self.rest = _BEGIN.encode()

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and self.left > 0:
            entry = _entry(self.number, 1_500, _ADDRESS).encode()
            self.number, self.left, self.rest = self.number + 1, self.left - len(entry), self.rest + entry
            if self.left <= 0:
                self.rest += _END.encode()
        chunk, self.rest = self.rest[:size], self.rest[size:]
        return chunk


if __name__ == "__main__":
    (total,) = summaries(camt.read(_Long(int(sys.argv[1]))))  # type: ignore[arg-type]
    assert total.verdict == "no_balances", total.verdict
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
