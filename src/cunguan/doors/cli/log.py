"""`cunguan log` (留痕): the log of every movement of money that others can check; each act stands in a file of its own.

Source  docs/log.md
"""

from importlib import import_module
from typing import Any

#: the files whose acts this verb has, in the order of its help
ACTS = (
    "log_sequence",
    "log_status",
    "log_mirror",
    "log_proof",
    "log_witness",
    "log_policy",
    "log_anchor",
    "log_verify",
)


def add_parser(subparsers: Any) -> None:
    """Register `log` and its acts."""
    says = "the log of every movement of money: append, publish, watch, verify"
    acts = subparsers.add_parser("log", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    for name in ACTS:
        import_module(f"cunguan.doors.cli.{name}").add_to(acts)
