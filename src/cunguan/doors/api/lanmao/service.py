"""Service (懒猫服务): one service of the dialect, as a value; services/ holds them, a further one is a further file.

Shape   Service: its name, the path it comes by, the scope its key needs, its data, what it does
        Ask: what `run` is given.  Done: an answer at once.  Confirm: what the client confirms first.  File: bytes to download
Source  domain.md (c)
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any, Literal

import msgspec

import cunguan.doors.api.lanmao.services
from cunguan.doors.api import sql
from cunguan.doors.api.context import Context
from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.protocol import Message
from cunguan.doors.api.lanmao.requests import Step
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations.catalogue import operation

Path = Literal["gateway", "service", "download"]


class Done(msgspec.Struct, frozen=True):
    """What is answered at once; `notify` when the platform's server hears of it as well."""

    fields: Mapping[str, Any] = {}
    status: str = "SUCCESS"
    notify: bool = False


class Confirm(msgspec.Struct, frozen=True):
    """What the client confirms, one after another; `fields` go with each answer, `done` with the one that tells success."""

    steps: list[Step]
    fields: Mapping[str, Any] = {}
    done: Mapping[str, Any] = {}


class File(msgspec.Struct, frozen=True):
    """What is downloaded."""

    name: str
    content: bytes


class Ask(msgspec.Struct, frozen=True):
    """One request of a service."""

    context: Context
    message: Message
    request_no: str
    data: Any  # of the service's `data` type

    @property
    def lane(self) -> int:
        """The platform's lane."""
        return self.message.lane

    async def row(self, name: str, **values: object) -> dict[str, Any] | None:
        """Return a row of the platform's own lane."""
        return await sql.row(self.context, name, {"lane": self.lane, **values})

    async def rows(self, name: str, **values: object) -> list[dict[str, Any]]:
        """Return rows of the platform's own lane."""
        return await sql.rows(self.context, name, {"lane": self.lane, **values})

    async def place(self) -> dict[str, Any]:
        """Return the pool, bank account, pack and day that requests of the platform mean."""
        found = await self.row("lanmao_place")
        if found is None or found["currency"] != words.CURRENCY:
            raise Refused(Fault.service_off, f"the platform has no pool in {words.CURRENCY} that is open")
        return found

    async def profile(self) -> dict[str, Any]:
        """Return what the dialect knows of the platform."""
        empty = {"notify_url": "", "pool": "", "fee_schedule": "", "loan_fee_item": "", "withdrawal_fee_item": ""}
        return await self.row("lanmao_profile_of") or empty

    async def user(self, platform_user_no: str) -> dict[str, Any]:
        """Return a client's account; Refused when there is none."""
        found = await self.row("lanmao_user", id=platform_user_no)
        if found is None:
            raise Refused(Fault.user_unknown, f"there is no user {platform_user_no!r}")
        return found

    async def project(self, project_no: str) -> dict[str, Any]:
        """Return a listing; Refused when there is none."""
        found = await self.row("lanmao_project", id=project_no)
        if found is None:
            raise Refused(Fault.not_found, f"there is no project {project_no!r}")
        return found

    async def hand_in(self, instruction_id: str, kind: str, **body: Any) -> Answer:
        """Hand an instruction in; Refused when it is not done."""
        answer = await self.context.asks.ask(self.lane, Instruction(instruction_id, kind, operation(kind).body(**body)))
        if answer.code is not Code.done:
            raise words.refused(answer.code, answer.why)
        return answer


class Service(msgspec.Struct, frozen=True):
    """One service."""

    name: str
    path: Path
    data: type[msgspec.Struct]
    run: Callable[[Ask], Awaitable[Done | Confirm | File]]
    scope: str = "instruct"
    number: str = "requestNo"  # the field that numbers its requests; "" for a question, which has none


def step(step_id: str, kind: str, **body: Any) -> Step:
    """Return something to confirm."""
    return Step(step_id, kind, canonical_json(operation(kind).body(**body)).decode())


def data_of(service: Service, data: Mapping[str, Any]) -> Any:
    """Return reqData as the service's type; fields it does not know are left."""
    try:
        return msgspec.convert(data, service.data, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(Fault.malformed, str(error)) from error


@cache
def services() -> dict[str, Service]:
    """Return every service by its name."""
    found: dict[str, Service] = {}
    for info in pkgutil.iter_modules(cunguan.doors.api.lanmao.services.__path__):
        module = importlib.import_module(f"cunguan.doors.api.lanmao.services.{info.name}")
        found.update({one.name: one for one in module.SERVICES})
    return found
