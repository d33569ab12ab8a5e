"""Words (用语): states, events and fields as the console calls them; translated when they are shown.

Shape   gettext_noop marks each: a test fails where a state of a machine has no word here
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop as _

#: fields of instructions that clients are never shown
FIELD_WORDS: Final[Mapping[str, str]] = {
    "bank_account": _("bank account"), "bank_accounts": _("bank accounts"), "break_id": _("break"), "business_date": _("business date"),
    "cause": _("cause"), "channel": _("channel"), "checker": _("checked by"), "end_to_end_id": _("end-to-end id"),
    "evidence_kind": _("kind of evidence"), "instrument": _("document"), "issuer": _("issued by"), "item": _("item"),
    "key_id": _("key"), "kind": _("kind"), "line": _("line"), "maker": _("asked by"), "method": _("how it was verified"),
    "next_date": _("next date"), "of": _("of the instruction"), "outcome": _("outcome"), "payer_matches": _("the payer is the client"),
    "person": _("person"), "platform": _("platform"), "pools": _("pools"), "public_key": _("public key"), "reason": _("reason"),
    "reference": _("reference"), "run": _("run"), "sandbox": _("sandbox"), "source": _("source"), "step": _("step"),
    "value_date": _("value date"), "role": _("role"), "date": _("date"), "currency": _("currency"), "payment": _("payment"),
}  # fmt: skip

#: every state and event of the machines, as `{% state %}` shows it
STATES: Final = (
    _("accepted"), _("active"), _("agrees"), _("aged"), _("allocated"), _("answered"), _("approved"), _("arrived"), _("balanced"), _("cancelled"),
    _("ceased"), _("challenged"), _("charged_back"), _("closed"), _("closing"), _("deceased"), _("differs"), _("disputed"),
    _("documents_missing"), _("doing"), _("done"), _("dormant"), _("ended"), _("entry_posted"), _("evidence_noted"), _("expired"), _("explained"),
    _("failed"), _("failing"), _("found"), _("found_as"), _("frozen"), _("full"), _("gone"), _("held"), _("import_locked"), _("imported"),
    _("in_doubt"), _("in_force"), _("incomplete"), _("intercepted"), _("invalid"), _("line_matched"), _("line_seen_elsewhere"), _("locked"),
    _("made"), _("made_good"), _("matched"), _("noticed"), _("open"), _("opening"), _("overdue"), _("owned"), _("owner_named"), _("paid"),
    _("partly_filled"), _("partly_paid"), _("pending_review"), _("planned"), _("quarantined"), _("raising"), _("received"), _("recredited"),
    _("redriven"), _("refused"), _("registered"), _("rejected"), _("released"), _("repaid"), _("repaying"), _("returned"),
    _("returned_to_source"), _("returning"), _("return_in_doubt"), _("review_locked"), _("revoked"), _("running"), _("sanctioned"),
    _("sending"), _("sent"), _("settled"), _("signed_off"), _("sold"), _("succession"), _("suspended"), _("terminating"), _("timing"),
    _("timing_explained"), _("todo"), _("unbound"), _("unclaimed"), _("unconfirmed"), _("waiting"), _("with_breaks"), _("withdrawn"),
)  # fmt: skip

#: words of columns: roles, kinds, regimes, causes
VALUES: Final = (
    _("person"), _("company"), _("lender"), _("borrower"), _("guarantor"), _("client"), _("staff"), _("platform"), _("regulator"),
    _("auditor"), _("lending"), _("phone"), _("id_number"), _("card_number"), _("name"), _("shortfall"), _("excess"), _("not_placed"),
    _("records_differ"), _("bank_charge"), _("loss"), _("unexplained"), _("bid"), _("general"), _("marketing_bid"), _("repayment"), _("fee"),
    _("withdrawal"), _("deposit"), _("assignment"),
)  # fmt: skip
