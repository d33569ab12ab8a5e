"""What the database supervisor says when it cannot go on.

Errors  DatabaseError: the message names the culprit and what to do about it; it is shown to a person as it stands.
"""


class DatabaseError(Exception):
    """Say what is wrong with the database and what to do; the message is complete in itself."""
