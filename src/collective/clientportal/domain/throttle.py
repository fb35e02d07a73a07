"""Throttling: what failed too often is refused for a while.

Counts live in the memory of the process: each process of a cluster counts for itself, and a restart
forgets them.
"""

import time
from collections import deque
from collections import OrderedDict
from collections.abc import Callable
from collections.abc import Hashable
from collections.abc import Mapping
from ipaddress import ip_address
from ipaddress import ip_network
from ipaddress import IPv6Address
from math import ceil
from threading import Lock


class Throttle:
    """Counts tries by key, over the last `period` seconds.

    It remembers `most` keys; where there are more, those that were tried longest ago are forgotten; and
    REMEMBERED tries of each. All methods may be called by several threads at once.
    """

    REMEMBERED = 1000

    def __init__(
        self, period: float, most: int = 100_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.period = period
        self.most = most
        self.clock = clock
        self._tries: OrderedDict[Hashable, deque[float]] = OrderedDict()
        self._lock = Lock()

    def take(self, limits: Mapping[Hashable, int]) -> int:
        """Count a try for every key, and return 0; where a key has reached its limit, count nothing.

        Then the answer is how many seconds must pass before another try is taken.
        """
        with self._lock:
            now = self.clock()
            wait = 0.0
            for key, limit in limits.items():
                tries = self._recent(key, now)
                if len(tries) >= limit:
                    wait = max(wait, tries[-limit] + self.period - now)
            if wait:
                return ceil(wait)
            for key in limits:
                self._tries.setdefault(key, deque(maxlen=self.REMEMBERED)).append(now)
                self._tries.move_to_end(key)
            while len(self._tries) > self.most:
                self._tries.popitem(last=False)
            return 0

    def count(self, key: Hashable) -> int:
        """Return how many tries are remembered of a key."""
        with self._lock:
            return len(self._recent(key, self.clock()))

    def give_back(self, *keys: Hashable) -> None:
        """Take back the latest try of each key: it was none that counts."""
        with self._lock:
            for key in keys:
                if self._tries.get(key):
                    self._tries[key].pop()

    def forget(self, key: Hashable) -> None:
        """Forget all tries of a key."""
        with self._lock:
            self._tries.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._tries.clear()

    def _recent(self, key: Hashable, now: float) -> deque[float]:
        tries = self._tries.get(key)
        if tries is None:
            return deque()
        while tries and tries[0] <= now - self.period:
            tries.popleft()
        return tries


def place(address: str) -> str:
    """Return what stands for a client's IP address: of IPv6, the network that one line is given (/64)."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, 64), strict=False))
    return address
