"""Two names (双人复核): the maker and the checker of an act of the custodian.

When    an operation posts or permits what no single clerk may
Reads   two opaque references from the message; who may be which is the door's knowledge
Returns the code of the first check that fails, or None
"""

from cunguan.kernel.codes import Code


def two_names(maker: str, checker: str) -> Code | None:
    """Return why an act does not stand under two names, or None.

    >>> two_names("m1", "c1") is None
    True
    >>> two_names("m1", "").name, two_names("m1", "m1").name
    ('two_names_required', 'same_person_twice')
    """
    if not maker.strip() or not checker.strip():
        return Code.two_names_required
    if maker.strip() == checker.strip():
        return Code.same_person_twice
    return None
