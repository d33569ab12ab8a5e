"""HTTP signatures (请求签名): what is signed of a request and of its answer, read strictly and made the same way on both sides.

When    a platform asks, the door answers, the SDK checks the answer
Shape   A request covers, in this order, "@method" "@authority" "@path" "@query", and when it can change something also
        "content-digest" "instruction-id"; its parameters are created, expires, nonce, keyid, alg and tag="cunguan".
        An answer covers "@status" "content-digest" and, as what binds it to its question, "signature";req of a signed
        request, else "@method";req "@authority";req "@path";req "@query";req; its parameters are created, keyid, alg, tag
Returns Signed: what a message claims; whether it is true is for the verifier of the key (algorithms.py) to say
Errors  SignatureWrong: what is missing, twice, or otherwise than it must be
Source  RFC 9421; RFC 9530; RFC 9651 (structured fields). Only the fixed lists above are read: a general reader takes 9 times
        as long, and what may be left out of a signature is not for its sender to choose
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

import msgspec

TAG = LABEL = "cunguan"
LIFE_SECONDS_MAX = 300
NONCE_MIN, NONCE_MAX = 16, 128

TARGET = '"@method" "@authority" "@path" "@query"'
ASKING = f"({TARGET})"
CHANGING = f'({TARGET} "content-digest" "instruction-id")'
ANSWERING_SIGNED = '("@status" "content-digest" "signature";req)'
ANSWERING_OPEN = '("@status" "content-digest" "@method";req "@authority";req "@path";req "@query";req)'

#: methods that change nothing
SAFE = frozenset({"GET", "HEAD"})


class SignatureWrong(ValueError):
    """What is not as it must be, said so that the sender can mend it."""


class Target(msgspec.Struct, frozen=True):
    """Where a request goes, as it is sent: path and query stay percent-encoded; query without its question mark."""

    method: str
    authority: str
    path: str
    query: str = ""


class Signed(msgspec.Struct, frozen=True):
    """What a message says of its signature; `parameters` is the text that was signed, components first."""

    components: str
    parameters: str
    key_id: str
    algorithm: str
    created: int
    signature: bytes
    expires: int = 0
    nonce: str = ""


class Signer(msgspec.Struct, frozen=True):
    """A private key and what it is called."""

    key_id: str
    algorithm: str
    sign: Callable[[bytes], bytes]


# ── reading ──────────────────────────────────────────────────────────────────
_KEY = r"[a-z*][a-z0-9_.*-]*"
_BARE = r'-?[0-9]{1,15}|"(?:[ !#-\[\]-~]|\\["\\])*"|:[A-Za-z0-9+/=]*:|\?[01]|[A-Za-z*][A-Za-z0-9!#$%&\'*+.^_`|~:/-]*'
_PARAMETERS = rf"(?:;{_KEY}(?:=(?:{_BARE}))?)*"
_ITEM = rf'"(?:[ !#-\[\]-~]|\\["\\])*"{_PARAMETERS}'
_LIST = re.compile(rf"({_KEY})=(\((?:{_ITEM}(?: {_ITEM})*)?\))({_PARAMETERS})")
_BYTES = re.compile(rf"({_KEY})=:([A-Za-z0-9+/]*={{0,2}}):")
_PARAMETER = re.compile(rf";({_KEY})(?:=({_BARE}))?")
_NEXT = re.compile(r"[ \t]*,[ \t]*")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")

_OF_A_REQUEST = frozenset({"created", "expires", "nonce", "keyid", "alg", "tag"})
_OF_AN_ANSWER = frozenset({"created", "keyid", "alg", "tag"})


def read_request(signature_input: str, signature: str) -> Signed:
    """Return what a request claims; which components it covers is for `must_cover`."""
    return _read(signature_input, signature, _OF_A_REQUEST)


def read_answer(signature_input: str, signature: str) -> Signed:
    """Return what an answer claims."""
    return _read(signature_input, signature, _OF_AN_ANSWER)


def _read(signature_input: str, signature: str, expected: frozenset[str]) -> Signed:
    inputs = {label: (listed, rest) for label, listed, rest in _members(_LIST, "Signature-Input", signature_input)}
    values = {label: value for label, value in _members(_BYTES, "Signature", signature)}
    if len(inputs) == 1:
        (label,) = inputs
        parameters: Mapping[str, str] = _parameters(inputs[label][1])
    else:
        label, parameters = _ours({name: _parameters(rest) for name, (_, rest) in inputs.items()})
    if parameters.keys() != expected:
        raise SignatureWrong(_differing(parameters.keys(), expected))
    if parameters["tag"] != f'"{TAG}"':
        raise SignatureWrong(f'the signature\'s parameter tag must be "{TAG}"')
    if label not in values:
        raise SignatureWrong(f"the header Signature has no value labelled {label}, which Signature-Input names")
    listed, rest = inputs[label]
    return Signed(
        listed, listed + rest, _text(parameters, "keyid"), _text(parameters, "alg"), _instant(parameters, "created"),
        _unbase64(values[label]), _instant(parameters, "expires") if "expires" in expected else 0,
        _nonce(parameters) if "nonce" in expected else "",
    )  # fmt: skip


def _members(shape: re.Pattern[str], name: str, text: str) -> list[tuple[str, ...]]:
    """Return the members of a dictionary in its one canonical form; two of one name are refused, not the last one taken."""
    found: list[tuple[str, ...]] = []
    place, text = 0, text.strip(" \t")
    while match := shape.match(text, place):
        if any(match[1] == one[0] for one in found):
            raise SignatureWrong(f"the header {name} has the label {match[1]} twice")
        found.append(match.groups())
        place = match.end()
        if place == len(text):
            return found
        comma = _NEXT.match(text, place)
        if comma is None:
            break
        place = comma.end()
    raise SignatureWrong(f"the header {name} cannot be read from its character {place + 1} on (RFC 9421, section 4)")


def _ours(all_of_them: Mapping[str, Mapping[str, str]]) -> tuple[str, Mapping[str, str]]:
    ours = [(label, parameters) for label, parameters in all_of_them.items() if parameters.get("tag") == f'"{TAG}"']
    if len(ours) != 1:
        raise SignatureWrong(f'of several signatures exactly one must have tag="{TAG}"; {len(ours)} have')
    return ours[0]


def _parameters(text: str) -> dict[str, str]:
    pairs = _PARAMETER.findall(text)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SignatureWrong("the signature has a parameter twice")
    return found


def _differing(found: Iterable[str], expected: frozenset[str]) -> str:
    missing, unknown = sorted(expected - set(found)), sorted(set(found) - expected)
    if missing:
        return f"the signature needs the parameters {', '.join(sorted(expected))}: {', '.join(missing)} is missing"
    return f"the signature has the unknown parameter {unknown[0]}"


def _text(parameters: Mapping[str, str], name: str) -> str:
    value = parameters[name]
    if len(value) < 3 or value[0] != '"' or "\\" in value:
        raise SignatureWrong(f'the signature\'s parameter {name} must be a text in quotes: {name}="…"')
    return value[1:-1]


def _instant(parameters: Mapping[str, str], name: str) -> int:
    value = parameters[name]
    if not value.isdigit() or len(value) > 12:
        raise SignatureWrong(f"the signature's parameter {name} must be whole seconds since 1970")
    return int(value)


def _nonce(parameters: Mapping[str, str]) -> str:
    nonce = _text(parameters, "nonce")
    if not NONCE_MIN <= len(nonce) <= NONCE_MAX:
        raise SignatureWrong(f"a nonce has {NONCE_MIN} to {NONCE_MAX} characters: make it of 16 random bytes")
    return nonce


def _unbase64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = b""
    if base64.b64encode(raw).decode() != text:  # also the bits that no byte uses: one signature has one form
        raise SignatureWrong("the header Signature is not base64 between colons")
    return raw


# ── what must hold of a request ──────────────────────────────────────────────
def must_cover(method: str) -> str:
    """Return the components a request of this method must cover."""
    return ASKING if method in SAFE else CHANGING


def check_coverage(signed: Signed, method: str) -> None:
    """Refuse a signature that leaves something out, or covers it in another order."""
    if signed.components != must_cover(method):
        raise SignatureWrong(f"a signature of {method} covers exactly {must_cover(method)}, in this order")


def check_window(signed: Signed, now: float) -> None:
    """Refuse a signature of another time; SignatureWrong says by how much the clocks differ."""
    if not 0 < signed.expires - signed.created <= LIFE_SECONDS_MAX:
        raise SignatureWrong(f"expires must be 1 to {LIFE_SECONDS_MAX} seconds after created")
    if signed.created > now + LIFE_SECONDS_MAX or signed.expires <= now:
        ago = round(now - signed.created)
        when = f"{ago} seconds ago" if ago >= 0 else f"{-ago} seconds ahead"
        raise SignatureWrong(f"the signature was created {when} by the custodian's clock: set yours, or sign again")


def check_digest(content_digest: str, body: bytes) -> None:
    """Refuse a body that is not the one whose digest was signed."""
    match = _DIGEST.fullmatch(content_digest)
    if match is None:
        raise SignatureWrong("the header Content-Digest must be sha-256=:<base64>: and nothing else (RFC 9530)")
    if not hmac.compare_digest(content_digest, digest_of(body)):
        raise SignatureWrong("the body is not the one of Content-Digest: sign the bytes as they are sent")


def digest_of(body: bytes) -> str:
    """Return the Content-Digest of a body.

    >>> digest_of(b"")
    'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'
    """
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


# ── what is signed ───────────────────────────────────────────────────────────
def request_base(target: Target, content_digest: str, instruction_id: str, parameters: str) -> bytes:
    """Return the bytes a request's signature stands under; the parameters begin with the components they are of."""
    covered = "" if target.method in SAFE else (
        f'"content-digest": {content_digest}\n"instruction-id": {instruction_id}\n'
    )  # fmt: skip
    return (
        f'"@method": {target.method}\n"@authority": {target.authority}\n"@path": {target.path}\n'
        f'"@query": ?{target.query}\n{covered}"@signature-params": {parameters}'
    ).encode()


def answer_base(status: int, content_digest: str, asked: str | Target, parameters: str) -> bytes:
    """Return the bytes an answer's signature stands under; `asked`: the request's Signature header, else its target."""
    if isinstance(asked, Target):
        bound = (
            f'"@method";req: {asked.method}\n"@authority";req: {asked.authority}\n"@path";req: {asked.path}\n'
            f'"@query";req: ?{asked.query}\n'
        )
    else:
        bound = f'"signature";req: {asked}\n'
    return f'"@status": {status}\n"content-digest": {content_digest}\n{bound}"@signature-params": {parameters}'.encode()


def authority_of(address: str) -> str:
    """Return the authority of an address, in lower case and without the scheme's own port.

    >>> authority_of("https://Bank.example:443/x"), authority_of("http://127.0.0.1:8080")
    ('bank.example', '127.0.0.1:8080')
    """
    parts = urlsplit(address)
    usual = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    return parts.netloc.lower().removesuffix(usual) if usual else parts.netloc.lower()


# ── signing ──────────────────────────────────────────────────────────────────
def sign_request(
    signer: Signer, target: Target, body: bytes, instruction_id: str, *, created: int, nonce: str,
    life_seconds: int = 60,
) -> dict[str, str]:  # fmt: skip
    """Return the headers of a signed request; those of one that changes nothing are two."""
    parameters = (
        f"{must_cover(target.method)};created={created};expires={created + life_seconds}"
        f';nonce="{nonce}";keyid="{signer.key_id}";alg="{signer.algorithm}";tag="{TAG}"'
    )
    sent = {} if target.method in SAFE else {"Content-Digest": digest_of(body), "Instruction-Id": instruction_id}
    made = signer.sign(request_base(target, sent.get("Content-Digest", ""), instruction_id, parameters))
    return {**sent, **_headers(parameters, made)}


def sign_answer(signer: Signer, status: int, body: bytes, asked: str | Target, *, created: int) -> dict[str, str]:
    """Return the headers that make an answer a signed one."""
    covered = ANSWERING_OPEN if isinstance(asked, Target) else ANSWERING_SIGNED
    parameters = f'{covered};created={created};keyid="{signer.key_id}";alg="{signer.algorithm}";tag="{TAG}"'
    digest = digest_of(body)
    made = signer.sign(answer_base(status, digest, asked, parameters))
    return {"Content-Digest": digest, **_headers(parameters, made)}


def _headers(parameters: str, signature: bytes) -> dict[str, str]:
    return {
        "Signature-Input": f"{LABEL}={parameters}",
        "Signature": f"{LABEL}=:{base64.b64encode(signature).decode()}:",
    }


def check_answer(
    headers: Mapping[str, str], status: int, body: bytes, asked: str | Target,
    key: Callable[[str, str], Callable[[bytes, bytes], bool] | None],
) -> None:  # fmt: skip
    """Refuse an answer that the custodian did not sign, for this question; `key` finds a verifier by key id and algorithm.

    Header names in `headers` are lower case.
    """
    missing = [name for name in ("signature-input", "signature", "content-digest") if name not in headers]
    if missing:
        raise SignatureWrong(f"the answer is not signed: it has no {', '.join(missing)}")
    signed = read_answer(headers["signature-input"], headers["signature"])
    if signed.components != (ANSWERING_OPEN if isinstance(asked, Target) else ANSWERING_SIGNED):
        raise SignatureWrong("the answer's signature does not cover what it must")
    check_digest(headers["content-digest"], body)
    verify = key(signed.key_id, signed.algorithm)
    if verify is None:
        raise SignatureWrong(f"the answer is signed with {signed.key_id}, which is no key of the custodian's")
    if not verify(answer_base(status, headers["content-digest"], asked, signed.parameters), signed.signature):
        raise SignatureWrong("the answer's signature does not hold: it was changed, or answers another question")
