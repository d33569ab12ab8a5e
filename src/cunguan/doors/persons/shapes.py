"""Shapes (客户信息的形状): what is kept of a client, and how it is shown to who may not see all of it.

Shape   Details: the clear fields, in memory only. `masked` keeps what lets a client be recognised by who knows him already:
        the family name or the first letter, the ends of numbers, the type of his ID; an address, devices: that there are some
        a name: 张*, 欧阳**, J*** S***; a phone: 138****1234; an ID number: 110***********002X; a card: **** 0001
Errors  DetailsWrong: what was given cannot be kept; the message names the field, never what stands in it
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from cunguan.keys.blind import PHONE, normal

NAME_MAX, NUMBER_MAX, ADDRESS_MAX, DEVICE_MAX, LIST_MAX = 140, 64, 500, 200, 20
#: family names of two characters that a mask keeps whole; there are more, and one that is missing shows less, not more
_TWO: Final = frozenset({
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容",
    "司徒", "司空", "夏侯", "长孙", "宇文", "端木", "百里", "呼延", "南宫", "独孤",
})  # fmt: skip

Text = Annotated[str, Meta(max_length=NAME_MAX)]
Number = Annotated[str, Meta(max_length=NUMBER_MAX)]


class DetailsWrong(ValueError):
    """Details cannot be kept; the message says which field, and what it may hold."""


class Details(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of a client.

    name       as it stands in the ID
    id_type    what kind of ID: id_card, passport, business_licence …
    id_number  its number
    phone      with or without the country's code
    address    in one text
    devices    ids of the devices the client uses
    cards      numbers of his bank cards or accounts
    """

    name: Text = ""
    id_type: Number = ""
    id_number: Number = ""
    phone: Number = ""
    address: Annotated[str, Meta(max_length=ADDRESS_MAX)] = ""
    devices: Annotated[tuple[Annotated[str, Meta(max_length=DEVICE_MAX)], ...], Meta(max_length=LIST_MAX)] = ()
    cards: Annotated[tuple[Number, ...], Meta(max_length=LIST_MAX)] = ()


FIELDS: Final = Details.__struct_fields__
LISTS: Final = ("devices", "cards")


def checked(details: Details) -> Details:
    """Return details that can be kept."""
    for field in FIELDS:
        values = getattr(details, field) if field in LISTS else (getattr(details, field),)
        if not all(one.isprintable() for one in values):
            raise DetailsWrong(f"{field}: only printable characters")
    if not any(getattr(details, field) for field in FIELDS):
        raise DetailsWrong("say at least one of " + ", ".join(FIELDS))
    return details


def masked(details: Details) -> Details:
    """Return what is shown to who may not see all.

    >>> one = masked(Details("张三丰", "id_card", "11010519491231002X", "138 0000 1234", "北京", ("a", "b"), ("6222021001010001",)))
    >>> one.name, one.id_number, one.phone, one.address, one.devices, one.cards
    ('张**', '110***********002X', '138****1234', '*', ('*', '*'), ('**** 0001',))
    >>> masked(Details("张三丰", phone="+86 138 0000 1234")).phone
    '138****1234'
    """
    return Details(
        masked_name(details.name), details.id_type, _ends(_plain(details.id_number), 3, 4),
        _ends(normal(PHONE, details.phone), 3, 4), "*" if details.address else "", ("*",) * len(details.devices),
        tuple(f"**** {_plain(one)[-4:] if len(_plain(one)) > 8 else ''}".rstrip() for one in details.cards),
    )  # fmt: skip


def masked_name(name: str) -> str:
    """Return a name of which one sees the family's, or the first letters.

    >>> masked_name("张三"), masked_name("欧阳锋"), masked_name("John Smith"), masked_name("王")
    ('张*', '欧阳*', 'J*** S***', '*')
    """
    if name.isascii():
        return " ".join(f"{word[0]}***" for word in name.split())
    kept = 2 if name[:2] in _TWO and len(name) > 2 else 1
    return name[:kept] + "*" * (len(name) - kept) if len(name) > kept else "*" * len(name)


def _ends(text: str, first: int, last: int) -> str:
    if len(text) < first + last + 3:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[-last:]


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text))
