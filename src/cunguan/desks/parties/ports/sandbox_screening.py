"""The sandbox's screening (沙箱名单筛查): three names of its own make every answer. A production start refuses it.

Shape   "SANCTIONED PERSON" or 制裁名单: a hit; "PUBLIC FUNCTION" or 政要: a hit of the other list; "NO ANSWER" or 无应答: in_doubt
"""

import uuid
from datetime import UTC, date, datetime
from typing import Final

from cunguan.desks.parties.identity import Clear, Found, Hit, NotVerified
from cunguan.desks.parties.names import plain
from cunguan.kernel.codes import Code

_HITS: Final = {
    "sanctioned person": "sanctions", "制裁名单": "sanctions", "public function": "pep", "政要": "pep",
}  # fmt: skip
_SILENT: Final = ("no answer", "无应答")


class SandboxScreening:
    """A screening whose lists have names that nobody has."""

    name = "sandbox-screening"
    is_sandbox = True

    def screen(self, name: str, birth: date | None = None) -> Clear | Found | NotVerified:
        """Answer by the name."""
        asked, evidence = plain(name), f"sandbox:{uuid.uuid4()}"
        if asked in _SILENT:
            return NotVerified(Code.in_doubt, "the lists do not answer: ask again", self.name)
        if asked in _HITS:
            return Found(self.name, evidence, (Hit(_HITS[asked], "sandbox-1", 100),))
        return Clear(self.name, evidence, datetime.now(UTC))
