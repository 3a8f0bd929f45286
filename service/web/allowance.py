"""How much one client may have drawn: drawing costs us time, a drawn picture costs nothing.

Counted in each process by itself, for draws only. A crowd behind one address, or the few addresses
of a large crawler, share one allowance, so it is generous.
"""

import math
import threading
import time
from collections import OrderedDict
from ipaddress import IPv6Address, IPv6Network, ip_address

from werkzeug.exceptions import TooManyRequests

# Whoever changes addresses pushes out others that were quiet: memory stays what it is.
_CLIENTS = 10_000
_MINUTE_S = 60.0


class Allowance:
    """Refills steadily; nobody saves up more than a minute's worth."""

    def __init__(self, per_minute: int) -> None:
        self._most = per_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str) -> None:
        """Count one draw; raises TooManyRequests that says when to come back."""
        if not self._most:
            return
        client, now = _client(address), time.monotonic()
        with self._lock:
            left, since = self._left.pop(client, (float(self._most), now))
            left = min(self._most, left + (now - since) * self._most / _MINUTE_S)
            self._left[client] = (max(0.0, left - 1) if left >= 1 else left, now)
            while len(self._left) > _CLIENTS:
                self._left.popitem(last=False)
        if left < 1:
            wait_s = math.ceil((1 - left) * _MINUTE_S / self._most)
            raise TooManyRequests(
                f"Too many new cards were asked for from one address: come back in {wait_s} s.",
                retry_after=wait_s,
            )


def _client(address: str) -> str:
    """A household has a whole network of the newer addresses, so that is what counts."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and not found.ipv4_mapped:
        return str(IPv6Network((found.packed, 64), strict=False))
    return str(found)
