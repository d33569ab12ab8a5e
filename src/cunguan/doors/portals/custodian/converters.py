"""Converters (路径参数): what an address may hold beside what Django knows: the number of an account, which is below zero for an asset."""


class Signed:
    """A whole number, of up to eighteen digits, that may be less than nothing."""

    regex = "-?[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """Return the number of a text."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return the text of a number."""
        return str(value)
