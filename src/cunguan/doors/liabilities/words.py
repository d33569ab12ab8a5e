"""Words (用词): what lists, attestations and checked proofs say, in English and Chinese."""

from collections.abc import Iterator
from typing import Final

from cunguan.doors.liabilities.recorded import Seen
from cunguan.doors.liabilities.verifying import Verified
from cunguan.kernel.money import format_minor
from cunguan.transparency.liability_files import AGREES, DIFFERS, NOT_ATTESTED, SHORT, Figures, Looked

ASSETS: Final = {
    NOT_ATTESTED: ("assets not attested", "资产未经鉴证"),
    AGREES:       ("bank and books agree on the assets", "银行与账簿资产一致"),
    DIFFERS:      ("BANK AND BOOKS DIFFER on the assets", "银行与账簿资产不一致"),
    SHORT:        ("bank and books agree, and the pool is SHORT", "银行与账簿一致，但资金有缺口"),
}  # fmt: skip
ROLES: Final = {"regulator": ("regulator", "监管机构"), "auditor": ("auditor", "审计机构"), "bank": ("bank", "银行")}
_DRAWN: Final = {
    "":          ("", ""),
    "witness":   ("moment drawn by a witness's cosignature", "时点由见证人联署抽定"),
    "custodian": ("moment drawn by the custodian's own signature: nobody witnessed it", "时点由存管人自己的签名抽定，无见证"),
}  # fmt: skip
_PARTS: Final = (
    ("available_minor",  ("available", "可用")),
    ("uncleared_minor",  ("uncleared", "未清算")),
    ("held_minor",       ("held", "冻结投标等")),
    ("outbound_minor",   ("on its way out", "出账在途")),
    ("frozen_minor",     ("frozen by law", "司法冻结")),
    ("unclaimed_minor",  ("unclaimed", "久悬")),
)  # fmt: skip
#: what no proof of liabilities proves; docs/liabilities.md says more
_LIMITS: Final = (
    ("It does not prove that the money is there, but for what attesters say of the assets; nor what was borrowed for the moment; nor a "
     "deposit that never came into the books; nor, while others do not look, that they were counted.",
     "本证明不证明资金实有（鉴证人所述除外），不排除临时借款，不包含从未入账的款项；他人未核验的，不能证明他人已被计入。"),
)  # fmt: skip


def line(seen: Seen, language: int) -> str:
    """Return a snapshot as a line of a list."""
    told = ", ".join(f"{ROLES[one.role][language]} {one.attester}" for one in seen.attested)
    return "  ".join(
        part
        for part in (seen.id, seen.pool, seen.currency, seen.at, seen.slot, ASSETS[seen.assets][language], told)
        if part
    )


def page(seen: Seen, language: int) -> Iterator[str]:
    """Yield what is known of a snapshot."""
    amounts = [format_minor(minor, seen.currency) for minor in (seen.client_minor, seen.owed_minor)]
    yield line(seen, language)
    yield (
        f"  {seen.clients} clients are owed {amounts[0]}; the pool owes {amounts[1]} in all",
        f"  {seen.clients} 名客户，应付 {amounts[0]}；池内负债合计 {amounts[1]}",
    )[language]
    yield (
        f"  lane {seen.lane} at sequence {seen.seq}, act {seen.act} of the log",
        f"  通道 {seen.lane} 序号 {seen.seq}，留痕事项 {seen.act}",
    )[language]
    yield f"  root {seen.root}"
    if seen.drawn_by:
        yield f"  {_DRAWN[seen.drawn_by][language]}"
    for one in seen.attested:
        yield f"  {one.at}  {ROLES[one.role][language]} {one.attester}: {ASSETS[one.assets][language]}"


def verified(found: Verified, language: int) -> Iterator[str]:
    """Yield what a proof says that holds."""
    of = found.snapshot
    amount = format_minor(found.minor, of.currency)
    yield (
        f"{found.owed.holder} was counted in pool {of.pool} with {of.currency} {amount} at {of.at}",
        f"{found.owed.holder} 已计入池 {of.pool}：{of.currency} {amount}，时点 {of.at}",
    )[language]
    for name, words in _PARTS:
        if minor := getattr(found.owed, name):
            yield f"  {words[language]}: {format_minor(minor, of.currency)}"
    yield _in_log(found, language)
    if not found.attested:
        yield ("  no attester has added this snapshot up", "  尚无鉴证人复算本快照")[language]
    for one in found.attested:
        pinned = (
            ("a key you gave", "您提供的公钥") if one.is_pinned else ("a key the custodian names", "存管人所述公钥")
        )
        who, assets = f"{ROLES[one.role][language]} {one.attester}", ASSETS[one.assets][language]
        yield (
            f"  {who} added it up ({one.attested_at}, by {pinned[0]}): {assets}",
            f"  {who} 已复算（{one.attested_at}，{pinned[1]}）：{assets}",
        )[language]
    yield f"  {ASSETS[found.assets][language]}"
    yield from (f"  {words[language]}" for words in _LIMITS)


def _in_log(found: Verified, language: int) -> str:
    if found.witnesses is None:
        return (
            "  the log was not looked at: others may have been shown another root",
            "  未核对日志：他人所见根值可能不同",
        )[language]
    who = ", ".join(found.witnesses)
    if not who:
        return ("  it is in the log; no witness was asked for", "  已在日志中；未要求见证")[language]
    return (f"  it is in the log, cosigned by {who}", f"  已在日志中，见证人 {who} 已联署")[language]


def attested(figures: Figures, currency: str, language: int) -> Iterator[str]:
    """Yield what an attester found."""
    amounts = [
        format_minor(minor, currency) for minor in (figures.client_minor, figures.owed_minor, figures.asset_minor)
    ]
    yield (f"{figures.clients} clients are owed {amounts[0]}; the pool owes {amounts[1]} in all and has {amounts[2]} by its books",
           f"{figures.clients} 名客户，应付 {amounts[0]}；池内负债合计 {amounts[1]}，账面资产 {amounts[2]}")[language]  # fmt: skip
    for bank in figures.banks:
        yield from _bank(bank, currency, language)
    if figures.missing_minor:
        yield ("  missing: ", "  缺口：")[language] + format_minor(figures.missing_minor, currency)
    yield ASSETS[figures.assets][language]


def _bank(bank: Looked, currency: str, language: int) -> Iterator[str]:
    books = format_minor(bank.books_minor, currency)
    if not bank.source:
        yield (f"  {bank.id}: books {books}, bank not looked at", f"  {bank.id}：账面 {books}，银行余额未核对")[
            language
        ]
        return
    sources = {"bank_statement": ("signed statement", "银行签名账单"), "seen": ("seen", "鉴证人亲见")}
    closing = format_minor(bank.closing_minor, currency)
    yield (f"  {bank.id}: books {books}, bank {closing} on {bank.on} ({sources[bank.source][0]})",
           f"  {bank.id}：账面 {books}，银行 {closing}，{bank.on}（{sources[bank.source][1]}）")[language]  # fmt: skip
    for item in bank.items:
        yield f"    {('in transit', '在途')[language]}: {format_minor(item.minor, currency)}  {item.what}"
    if bank.difference_minor:
        yield f"    {('not explained', '未解释差额')[language]}: {format_minor(bank.difference_minor, currency)}"
