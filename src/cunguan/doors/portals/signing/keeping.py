"""Keeping (签署留存): requests to sign, found again in the same session of the same user only; and what was signed.

Shape   Kept: an instruction as it is shown and handed in: lane, kind, version, id, canonical body and the authority's text
        a token opens a page; only its hash is stored. The session's mark stays the same while the session's key is rotated
Returns what stands; nothing here decides whether a signature holds (signing.py)
Source  issue "People" 3; ADR 0048
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest

from cunguan.desks.signing.models import SignAssertion, SignRequest
from cunguan.doors.api import authorisations, openings
from cunguan.doors.api.evidence import WHY
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, AuthorityText, Instruction
from cunguan.operations.catalogue import operation

#: how long a request may wait to be read, and how long what was signed counts as fresh
OPEN_MINUTES: Final = 30
FRESH_SECONDS: Final = 120
_MARK: Final = "signing"

Lines = Sequence[tuple[str, str]]


class Kept(msgspec.Struct, frozen=True):
    """One instruction to be confirmed, as it is stored."""

    lane: int
    kind: str
    version: int
    id: str
    body: str
    canonical: str

    @property
    def text(self) -> AuthorityText:
        """The authority's text."""
        return msgspec.json.decode(self.canonical.split("\n", 2)[2], type=AuthorityText)


def kept(lane: int, instruction: Instruction) -> Kept:
    """Return an instruction as it is stored until it is signed; its client must be the one to confirm it."""
    if instruction.kind == openings.KIND:
        assert isinstance(instruction.body, openings.Body), "an account is asked for as platforms ask for it"
        text: AuthorityText | None = openings.text_of(lane, instruction.id, instruction.body)
        version = openings.VERSION
    else:
        known = operation(instruction.kind)
        version = known.version
        text = known.authority_text(instruction, lane) if known.authority_text is not None else None
    assert text is not None, f"no client confirms this {instruction.kind}"
    body = canonical_json(instruction.body).decode()
    return Kept(lane, instruction.kind, version, instruction.id, body, text.canonical().decode())


def request_of(request: HttpRequest, act: str, acts: Sequence[Kept], lines: Lines, back: str) -> str:
    """Store what is to be signed; return its token."""
    assert back.startswith("/") and not back.startswith("//"), "a signature leads back to a page of this site"
    token, now = secrets.token_urlsafe(32), _now()
    SignRequest.objects.create(
        token_hash=_hash(token), user=_user(request), session_hash=session_hash(request), act=act,
        acts=[msgspec.to_builtins(one) for one in acts], lines=[list(line) for line in lines],
        lines_hash=lines_hash(lines), back=back, made_at=now, closes_at=now + timedelta(minutes=OPEN_MINUTES),
    )  # fmt: skip
    return token


def found(request: HttpRequest, token: str) -> SignRequest:
    """Return a request of this very user and session; anybody else's does not exist."""
    one = SignRequest.objects.filter(token_hash=_hash(token), user=_user(request)).first()
    if one is None or one.session_hash != session_hash(request):
        raise Http404
    return one


def begun_before(request: HttpRequest, token: str) -> SignRequest | None:
    """Return a request of this user that an earlier session of his began: it tells where to begin again, and is signed no more."""
    one: SignRequest | None = SignRequest.objects.filter(token_hash=_hash(token), user=_user(request)).first()
    return None if one is None or one.session_hash == session_hash(request) else one


def acts_of(one: SignRequest) -> list[Kept]:
    """Return the instructions of a request."""
    return msgspec.convert(one.acts, list[Kept])


def signed_of(request: HttpRequest, act: str, lines: Lines | None) -> SignAssertion | None:
    """Return what this session signed for an act within two minutes, the last; for exactly these lines where they are given."""
    since = _now() - timedelta(seconds=FRESH_SECONDS)
    asked = {} if lines is None else {"request__lines_hash": lines_hash(lines)}
    signed = SignAssertion.objects.filter(
        request__user=_user(request), request__session_hash=session_hash(request), request__act=act,
        signed_at__gte=since, **asked,
    )  # fmt: skip
    return signed.select_related("request", "page").order_by("-signed_at").first()


def answers(request: HttpRequest, token: str) -> list[Answer]:
    """Return the answers to what was signed under a token; empty where nothing was."""
    one = SignRequest.objects.filter(token_hash=_hash(token), user=_user(request)).first()
    if one is None or not SignAssertion.objects.filter(request=one).exists():
        return []
    return [_answer(act) for act in acts_of(one)]


def _answer(act: Kept) -> Answer:
    request = house().call(authorisations.find, act.lane, act.id)
    if request is None or request.said is None:
        ended = WHY.get(request.state) if request is not None else None  # it was declined, or too late, meanwhile
        return Answer(act.id, ended or Code.in_doubt)
    return request.said


def session_hash(request: HttpRequest) -> str:
    """Return what stands for a session: a mark that outlives the rotation of its key, and ends with it."""
    if _MARK not in request.session:
        request.session[_MARK] = secrets.token_hex(32)
    return _hash(request.session[_MARK])


def lines_hash(lines: Lines) -> str:
    """Return what stands for lines, to find the same ones."""
    return hashlib.sha256(canonical_json([list(line) for line in lines])).hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _now() -> datetime:
    return house().context.clock.now()


def _user(request: HttpRequest) -> Any:
    return request.reader.user
