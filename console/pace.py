"""How much comes from one side within a while: a link, a session, a program, an address."""

from __future__ import annotations

from collections import OrderedDict, deque

REMEMBERED = 5_000


class Pace:
    """At most so many of something within so many seconds, for each key; forgets keys that were quiet the longest."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._moments: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, key: str, now: float) -> bool:
        """Whether one more is allowed at this moment (seconds of a clock that only goes forward); it is counted."""
        moments = self._moments.setdefault(key, deque(maxlen=self._most))
        self._moments.move_to_end(key)
        if len(self._moments) > REMEMBERED:
            self._moments.popitem(last=False)
        if len(moments) == self._most and now - moments[0] < self._seconds:
            return False
        moments.append(now)
        return True


class Paces:
    """What one web surface allows within a minute (sign-ins: ten minutes), each counted in its own process."""

    def __init__(self) -> None:
        self.answers = Pace(30, 60)
        """Forms under one link."""
        self.forms = Pace(60, 60)
        """Forms of one session."""
        self.sign_ins = Pace(30, 600)
        """Links asked for and followed from one address of the network."""
        self.calls = Pace(600, 60)
        """Calls with one token."""
