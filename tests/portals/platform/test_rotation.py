"""A platform rotates its key in a browser: its administrator brings the new public half, reads what it replaces and until when, and signs
once by passkey; the new key signs at once, the old one for the overlap."""

import base64
from datetime import UTC, datetime, timedelta

import psycopg

from cunguan.doors.api.platform_keys import new_key
from cunguan.keys.algorithms import algorithm
from cunguan.store.sqlfiles import statement
from tests.portals.harness import Live, Site, shot

LANE = 1


def public_half() -> str:
    """Return the public half of a new key pair."""
    kind = algorithm("ed25519")
    return base64.b64encode(kind.signer(kind.generate())[1]).decode()


def old_key(site: Site) -> str:
    """Give the platform a key of this test's own; return its id."""
    now = datetime.now(UTC)
    values = new_key("P1", "ed25519", public_half(), ("read", "instruct"), (), by="m1, c1", now=now - timedelta(days=1))
    with psycopg.connect(site.url, autocommit=True) as owner:
        assert owner.execute(statement("door_key_add"), values).fetchone() is not None
    return str(values["id"])


def test_a_platform_rotates_its_key(site: Site, live_site: Live) -> None:
    old = old_key(site)
    page = live_site.page(language="en")
    live_site.sign_in_new(page, "platform", "admin", lane=LANE)
    page.goto(f"/platform/keys/{old}/")
    shot(page, "platform-key")
    page.click("main a[href$='/rotate/']")
    page.fill("[name=public_key]", public_half())
    page.fill("[name=overlap_hours]", "2")
    shot(page, "platform-key-new")
    page.click("main form[method=post] button.btn-primary")
    page.wait_for_url("**/sign/**")
    assert old in page.inner_text("main")
    shot(page, "platform-key-sign")
    page.click("form[data-sign] button")
    page.wait_for_url("**/platform/keys/**")
    shot(page, "platform-key-signed")
    if "/rotate/" in page.url:  # what was signed stands in the form, and is sent once more
        page.click("main form[method=post] button.btn-primary")
        page.wait_for_url(lambda url: "/rotate/" not in url)
    shot(page, "platform-key-rotated")
    ((new, ends),) = site.query("SELECT replaced.id, old.valid_until FROM door_key old JOIN door_key replaced "
                                "ON replaced.replaces = old.id WHERE old.id = %s", old)  # fmt: skip
    assert new in page.inner_text("main")
    assert timedelta(hours=1, minutes=50) < ends - datetime.now(UTC) <= timedelta(hours=2)
