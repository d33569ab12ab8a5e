"""Schema (报文架构): whether a message is as its schema asks, and where it is not.

When    somebody wants to know why a bank refuses a file, or whether its files are as the standard has them; readers do not ask it
Shape   errors(raw, schema): what is wrong, line by line, the first ERRORS_MAX; [] when nothing is
Errors  Wrong: the bytes or the schema are no XML that may be read: a DTD, an entity, more than BYTES_MAX
Source  XML Schema 1.0 by libxml2, with network, DTDs and entities off; the schemas themselves are ISO 20022's, and not shipped here
"""

from functools import lru_cache
from itertools import islice
from typing import Final

from lxml import etree

from cunguan.formats.statement import Wrong

ERRORS_MAX: Final = 10
BYTES_MAX: Final = 64 << 20


def errors(raw: bytes, schema: bytes) -> list[str]:
    """Return what is wrong with the message in a file, which may stand in an envelope.

    >>> xsd = b'<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:element name="Document" type="s:date"/></s:schema>'
    >>> errors(b"<Document>2024-02-01</Document>", xsd)
    []
    >>> errors(b"<Envelope><Document>x</Document></Envelope>", xsd)
    ["line 1: Element 'Document': 'x' is not a valid value of the atomic type 'xs:date'."]
    """
    if len(raw) > BYTES_MAX:
        raise Wrong("the file", f"it is larger than the {BYTES_MAX} bytes that are compared with a schema")
    root = _parsed(raw, "the file")
    documents = (each for each in root.iter("{*}Document"))
    checker = _compiled(schema)
    if checker.validate(next(documents, root)):
        return []
    log = islice(checker.error_log, ERRORS_MAX)  # type: ignore[call-overload]  # it can be iterated; the stubs leave it out
    return [f"line {each.line}: {each.message}" for each in log]


def _parsed(raw: bytes, what: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise Wrong(what, f"it is no XML: {wrong}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Wrong(what, "a DOCTYPE stands in it; nothing from outside is read")
    return root


@lru_cache(32)
def _compiled(schema: bytes) -> etree.XMLSchema:
    try:
        return etree.XMLSchema(_parsed(schema, "the schema"))
    except etree.XMLSchemaParseError as wrong:
        raise Wrong("the schema", f"it is no schema: {wrong}") from None
