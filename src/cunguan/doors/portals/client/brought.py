"""Brought (平台所报): whether who says who he is, is the one whom the platform means, and the one we know by this reference.

When    an account is to be opened, after the verifier has said that what he says belongs together
Shape   held against: details that are kept of this person on any platform, and those that this platform brought when it asked for the
        account; a reference of the gateway dialect, which is a fingerprint of the number of his document
Returns yes; no; or UNKNOWN: a platform sends somebody and has not said whom. Who was sent first would be its client then, so a
        production refuses; a sandbox lets him in, for nobody is anybody there
Source  domain.md (c.1) A1; docs/adr/0047
"""

import hmac
import re
from typing import Final

from cunguan.desks.parties.identity import Identity
from cunguan.doors.api.authorisations import fingerprint
from cunguan.doors.portals.people.same_person import Same, fits, kept_of, lanes_of
from cunguan.doors.portals.shell.house import house

#: a person of the gateway dialect (lanmao/services/opening.py)
_FINGERPRINT: Final = re.compile(r"id:[0-9a-f]{40}")
#: how the dialect calls kinds of documents
_PAPERS: Final = {
    "resident_id": "PRC_ID", "passport": "PASSPORT", "hk_macau_permit": "COMPATRIOTS_CARD", "taiwan_permit": "COMPATRIOTS_CARD",
    "permanent_residence": "PERMANENT_RESIDENCE", "uscc": "COMPANY",
}  # fmt: skip


def is_whom(lane: int, person: str, said: Identity, *, is_sent: bool) -> Same:
    """Return whether this is he."""
    kept = kept_of(person, sorted({lane, *lanes_of(person)}))
    if not all(fits(one, said) for one in kept):
        return Same.NO
    if _FINGERPRINT.fullmatch(person):
        return Same.YES if _is_fingerprint(person, said) else Same.NO
    return Same.YES if kept or not is_sent else Same.UNKNOWN


def _is_fingerprint(person: str, said: Identity) -> bool:
    number = "".join(said.id_number.split()).upper()
    made = fingerprint(house().context.home, "person", _PAPERS[said.id_type], number)
    return hmac.compare_digest(person, f"id:{made[:40]}")
