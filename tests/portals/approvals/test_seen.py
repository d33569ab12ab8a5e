"""Approvals as they are seen: on a phone and a desktop, in Chinese and English; pictures where a folder is named."""

from typing import Any

from tests.portals.approvals.harness import approve, asked, name_of, staff
from tests.portals.harness import Live, Site, shot
from tests.portals.test_quality import cookie


def opened(site: Site, live: Live, client: Any, *, phone: bool, language: str) -> Any:
    """Return a page of somebody who has signed in already."""
    page = live.page(phone=phone, language=language, passkeys=False)
    page.context.add_cookies([cookie(site, client.user, live.address)])  # type: ignore[list-item]
    return page


def test_the_pages_of_approvals(site: Site, live_site: Live) -> None:
    maker, checker = staff(site, "maker"), staff(site, "checker")
    names = [
        name_of(asked(maker, "pool_line", 1, pool="main", line_minor=text, reason="按合同调整额度"))
        for text in ("150,000.00", "8,000")
    ]
    approve(maker, names[0])
    edited = {
        "version": 1,
        "why": "合同第 3 条",
        "body-pool": "main",
        "body-line_minor": "120000",
        "body-reason": "按合同调整额度",
    }
    maker.post(f"/custodian/approvals/{names[0]}/edit/", edited)
    approve(maker, names[0], 2)
    approve(maker, names[1])
    approve(checker, names[1])
    for phone, language, word in (
        (True, "zh-CN", "待我签名"),
        (False, "zh-CN", "待我签名"),
        (False, "en", "Waiting for you"),
    ):
        page = opened(site, live_site, checker, phone=phone, language=language)
        size = f"{'phone' if phone else 'desktop'}-{language}"
        for where, name in (
            ("", "list"), ("new/", "choose"), ("new/adjustment/?lane=1&client_minor=1234500", "form"), ("new/fee_schedule/?lane=1", "rows"),
            (f"{names[0]}/", "detail"), (f"{names[1]}/", "done"),
        ):  # fmt: skip
            page.goto(f"/custodian/approvals/{where}")
            shot(page, f"approvals-{name}-{size}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, size)
            if name == "list":
                assert word in page.inner_text("main")
