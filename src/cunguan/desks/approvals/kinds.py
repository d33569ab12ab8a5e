"""Kinds (事项): what can be proposed: every instruction that stands under two names, and the acts that are no instruction.

Shape   Kind: its name, resource, message type, and how its amount is found; `act` is the module that does it, None of an instruction
        an act is a module of the package that settings.APPROVAL_ACTS names, with KIND, RESOURCE, Body and do(); one more act is one
        more file there
Errors  Refused: nothing of that name can be proposed
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final

import msgspec
from django.conf import settings

from cunguan.desks.approvals.permitted import RELAYED, RESOURCES
from cunguan.desks.approvals.refused import Refused
from cunguan.kernel.codes import Code
from cunguan.operations.catalogue import operations

#: the two names that the signatures give: no form asks for them
NAMES: Final = ("maker", "checker")

#: amounts that are not the sum of all amounts of their message
AMOUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    "charge_back": ("amount_minor",),  # the client's part is part of it
    "fee_schedule": (),
}


class Kind(msgspec.Struct, frozen=True):
    """Something that can be proposed."""

    name: str
    resource: str
    body: type[msgspec.Struct]
    version: int
    lane: str
    act: Any = None

    def fields(self) -> list[msgspec.structs.FieldInfo]:
        """Return the fields that people fill in."""
        return [field for field in msgspec.structs.fields(self.body) if field.name not in NAMES or self.act is not None]

    def amount(self, body: Mapping[str, Any]) -> int | None:
        """Return what an act moves, None where it moves nothing."""
        if self.act is not None:
            return self.act.amount(body) if hasattr(self.act, "amount") else None
        names = AMOUNTS.get(self.name, [field.name for field in self.fields() if field.name.endswith("_minor")])
        amounts = [body[name] for name in names if isinstance(body.get(name), int)]
        return sum(amounts) if amounts else None


@cache
def kinds() -> dict[str, Kind]:
    """Return everything that can be proposed, by name."""
    found = {
        name: Kind(name, RESOURCES[name], op.body, op.version, op.lane)
        for name, op in operations().items() if name in RESOURCES and name not in RELAYED
    }  # fmt: skip
    package = import_module(settings.APPROVAL_ACTS)
    for info in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{info.name}")
        if hasattr(module, "KIND"):
            found[module.KIND] = Kind(
                module.KIND, module.RESOURCE, module.Body, 1, getattr(module, "LANE", "custodian"), module
            )
    return found


def kind_of(name: str) -> Kind:
    """Return one."""
    try:
        return kinds()[name]
    except KeyError:
        raise Refused(Code.unknown_kind, name) from None
