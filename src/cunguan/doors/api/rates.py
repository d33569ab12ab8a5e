"""Rates (限流): how many requests pass; a bucket of tokens that fills by itself.

Shape   Bucket: `burst` tokens at most, `per_second` more each second. Each worker process has its share of a platform's rate
        Buckets: one for each name; those longest unused are forgotten, and begin full again
Units   seconds of any clock that only goes forward
Source  draft-ietf-httpapi-ratelimit-headers (RateLimit, RateLimit-Policy); RFC 6585 (429)
"""

from collections import OrderedDict
from ipaddress import IPv6Address
from math import ceil

#: what one source may fail until it has to wait
FAILURES_PER_SECOND, FAILURES = 2.0, 30.0


class Bucket:
    """Tokens of one caller.

    >>> bucket = Bucket(per_second=2.0, burst=1.0, now=0.0)
    >>> bucket.take(0.0), bucket.take(0.1), bucket.wait_seconds, bucket.take(0.7)
    (True, False, 0.4, True)
    """

    __slots__ = ("_at", "burst", "per_second", "tokens")

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        self.per_second, self.burst = per_second, max(burst, 1.0)
        self.tokens, self._at = self.burst, now

    def take(self, now: float) -> bool:
        """Take a token if there is one."""
        is_there = self.has(now)
        if is_there:
            self.tokens -= 1.0
        return is_there

    def has(self, now: float) -> bool:
        """Return whether there is a token."""
        self.tokens = min(self.burst, self.tokens + (now - self._at) * self.per_second)
        self._at = now
        return self.tokens >= 1.0

    @property
    def wait_seconds(self) -> float:
        """How long until there is a token."""
        return max(0.0, (1.0 - self.tokens) / self.per_second)


class Buckets:
    """Buckets by name."""

    def __init__(self, kept: int = 10_000) -> None:
        self._kept = kept
        self._buckets: OrderedDict[object, Bucket] = OrderedDict()

    def of(self, name: object, per_second: float, burst: float, now: float) -> Bucket:
        """Return a bucket; a full one when it is new, or its rate is another now."""
        found = self._buckets.get(name)
        if found is None or found.per_second != per_second or found.burst != max(burst, 1.0):
            self._buckets[name] = found = Bucket(per_second, burst, now)
            if len(self._buckets) > self._kept:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(name)
        return found


def household(source: str) -> str:
    """Return what failures are counted by: an IPv6 caller has a whole /64 to choose from."""
    try:
        return IPv6Address(source).exploded[:19] if ":" in source else source
    except ValueError:
        return source


def headers(bucket: Bucket, rate_per_second: int, burst: int) -> dict[str, str]:
    """Return what a caller is told about its rate: the whole of it, and what is left in this process."""
    return {
        "RateLimit-Policy": f'"platform";q={burst};w={ceil(burst / rate_per_second)}',
        "RateLimit": f'"platform";r={int(bucket.tokens)};t={ceil(bucket.wait_seconds)}',
    }
