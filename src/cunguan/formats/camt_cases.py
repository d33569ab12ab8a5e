"""camt.056, 029 (撤回请求、调查答复): a request to have a payment back, and the answer to one; read.

Shape   Recall: whose request, of which transfers, why. Resolution: what was decided of the case and of each transfer
Errors  Wrong: what is not readable, or an amount or date that is none
Source  ISO 20022 FIToFIPaymentCancellationRequest, ResolutionOfInvestigation
"""

from datetime import date
from decimal import Decimal
from typing import BinaryIO, Final, Literal

import msgspec

from cunguan.formats import pain002, xml
from cunguan.formats.iso import day_of, sum_of
from cunguan.formats.payment import Reason

#: given back; refused; not decided
Decision = Literal["accepted", "rejected", "pending"]

#: ExternalPaymentCancellationStatus and ExternalInvestigationExecutionConfirmation codes; one that is not here is pending
DECISION: Final[dict[str, Decision]] = {
    "ACCR": "accepted",  # the cancellation is accepted
    "CNCL": "accepted",  # cancelled as asked
    "RJCR": "rejected",  # the cancellation is rejected
    "PDCR": "pending",
    "UWFW": "pending",  # unable to apply: wait
}


class Original(msgspec.Struct, frozen=True, gc=False):
    """Which transfer is meant."""

    message_id: str = ""
    message_name: str = ""
    instruction_id: str = ""
    end_to_end_id: str = ""
    transaction_id: str = ""
    uetr: str = ""
    amount: Decimal | None = None
    currency: str = ""
    settled_on: date | None = None


class Case(msgspec.Struct, frozen=True):
    """What is asked or decided of one transfer."""

    original: Original
    identity: str = ""
    case_id: str = ""
    code: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def decision(self) -> Decision:
        """Return what was decided; a request is pending."""
        return DECISION.get(self.code, "pending")


class Recall(msgspec.Struct, frozen=True):
    """A request (camt.056) or an answer (camt.029): whose, of which case, and what of each transfer."""

    message: str
    identity: str
    created: str
    sender: str
    receiver: str
    case_id: str
    #: of the whole, in an answer
    code: str
    cases: tuple[Case, ...]


_ORIGINAL: Final = """
    message_id      OrgnlGrpInf/OrgnlMsgId
    message_name    OrgnlGrpInf/OrgnlMsgNmId
    instruction_id  OrgnlInstrId
    end_to_end_id   OrgnlEndToEndId
    transaction_id  OrgnlTxId
    uetr            OrgnlUETR
    amount          OrgnlIntrBkSttlmAmt OrgnlInstdAmt OrgnlTxRef/IntrBkSttlmAmt
    currency        OrgnlIntrBkSttlmAmt@Ccy OrgnlInstdAmt@Ccy OrgnlTxRef/IntrBkSttlmAmt@Ccy
    settled_on      OrgnlIntrBkSttlmDt OrgnlTxRef/IntrBkSttlmDt
"""
_ASKED: Final = xml.Shape(
    f"""
    identity  CxlId
    case_id   Case/Id
    {_ORIGINAL}
""",
    {"CxlRsnInf": pain002.REASON},
)
_DECIDED: Final = xml.Shape(
    f"""
    identity  CxlStsId
    case_id   RslvdCase/Id
    code      TxCxlSts
    {_ORIGINAL}
""",
    {"CxlStsRsnInf": pain002.REASON},
)
_MESSAGE: Final = """
    identity  Assgnmt/Id
    created   Assgnmt/CreDtTm
    sender    Assgnmt/Assgnr/Agt/FinInstnId/BICFI Assgnmt/Assgnr/Agt/FinInstnId/BIC Assgnmt/Assgnr/Pty/Nm
    receiver  Assgnmt/Assgne/Agt/FinInstnId/BICFI Assgnmt/Assgne/Agt/FinInstnId/BIC Assgnmt/Assgne/Pty/Nm
    case_id   Case/Id RslvdCase/Id
    code      Sts/Conf
"""
_CASES: Final = ("Undrlyg/TxInf", "CxlDtls/TxInfAndSts", "CxlDtls/OrgnlPmtInfAndSts/TxInfAndSts")
_SHAPES: Final = {
    "FIToFIPmtCxlReq": xml.Shape(_MESSAGE, {"Undrlyg/TxInf": _ASKED}, streamed=True),
    "RsltnOfInvstgtn": xml.Shape(_MESSAGE, {path: _DECIDED for path in _CASES[1:]}, streamed=True),
}


def read(stream: BinaryIO, *, begun: bytes = b"") -> Recall:
    """Return the request or the answer in a file."""
    message, record = xml.only(stream, _SHAPES, "camt.056 or camt.029", begun=begun)
    said = record.said
    return Recall(
        message=message,
        identity=said("identity"),
        created=said("created"),
        sender=said("sender"),
        receiver=said("receiver"),
        case_id=said("case_id"),
        code=said("code"),
        cases=tuple(map(_case, record.within(*_CASES))),
    )


def _case(record: xml.Record) -> Case:
    said = record.said
    original = Original(
        amount=record.value("amount", sum_of),
        settled_on=record.value("settled_on", day_of),
        **{name: text for name, text in record.fields.items() if name in _AS_THEY_ARE},
    )
    reasons = tuple(map(pain002.reason, record.within("CxlRsnInf", "CxlStsRsnInf")))
    return Case(original, said("identity"), said("case_id"), said("code"), reasons)


_AS_THEY_ARE: Final = frozenset(Original.__struct_fields__) - {"amount", "settled_on"}
