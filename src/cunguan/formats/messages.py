"""Messages (报文): whichever payment message of ISO 20022 a file is, read as what it is.

Shape   read: an Order, a StatusReport, an Interbank or a Recall; what reads statements is `camt.read`
Errors  Wrong: a message that is not read here, by its name; and all that its reader refuses
Source  ISO 20022 message identifiers
"""

from typing import BinaryIO, Final, Protocol, TypeVar

from cunguan.formats import camt_cases, pacs, pain001, pain002, xml
from cunguan.formats.camt_cases import Recall
from cunguan.formats.payment import Interbank, Order, StatusReport
from cunguan.formats.statement import Wrong

Message = Order | StatusReport | Interbank | Recall
Read = TypeVar("Read", covariant=True)


class Reader(Protocol[Read]):
    """What reads one message."""

    def __call__(self, stream: BinaryIO, /, *, begun: bytes) -> Read:
        """Return what a file says of which `begun` was already read."""


READERS: Final[dict[str, Reader[Message]]] = {
    "pain.001": pain001.read,
    "pain.002": pain002.read,
    "pacs.002": pacs.read_status,
    "pacs.003": pacs.read,
    "pacs.004": pacs.read,
    "pacs.008": pacs.read,
    "pacs.009": pacs.read,
    "pacs.010": pacs.read,
    "camt.029": camt_cases.read,
    "camt.056": camt_cases.read,
}


def read(stream: BinaryIO) -> Message:
    """Return the payment message in a file."""
    begun = stream.read(xml.CHUNK)
    name = xml.message_of(begun).name
    reader = READERS.get(name[: len("pain.001")])
    if reader is None:
        raise Wrong("Document", f"it is {name or 'no message known here'}; {', '.join(READERS)} are read")
    return reader(stream, begun=begun)
