"""Client (SDK): what a platform's engineer imports to speak to the custodian's door.

Shape   Client waits, AsyncClient does not; Credentials say where and who; Item is one instruction of a batch
        webhooks.verify tells whether a webhook is the custodian's
Errors  Refused, Pending, Failed, Unreached, NotGenuine (client/errors.py)
Source  docs/tutorial.md; /openapi.json of the door
"""

from cunguan.client.aio import AsyncClient
from cunguan.client.calls import Item
from cunguan.client.credentials import Credentials, CredentialsWrong
from cunguan.client.errors import CunguanError, Failed, NotGenuine, Pending, Refused, Unreached
from cunguan.client.sync import Client

__all__ = [
    "AsyncClient",
    "Client",
    "Credentials",
    "CredentialsWrong",
    "CunguanError",
    "Failed",
    "Item",
    "NotGenuine",
    "Pending",
    "Refused",
    "Unreached",
]
