"""When what has failed is tried again: pauses that double, up to an end."""

from dataclasses import dataclass
from datetime import timedelta

# Far beyond the longest pause of anybody: 2 to a higher power has more digits than a pause takes.
MOST_DOUBLINGS = 20


@dataclass(frozen=True)
class BackOff:
    """The pauses between the tries of one thing, and for how long it is tried."""

    first_pause: timedelta
    longest_pause: timedelta
    tried_for: timedelta

    def pause_after(self, tries: int) -> timedelta:
        """Give the pause after so many failed tries, at least one."""
        return min(self.first_pause * 2 ** min(tries - 1, MOST_DOUBLINGS), self.longest_pause)

    def is_over(self, tried_since: timedelta) -> bool:
        """Return whether what has been tried for so long is given up."""
        return tried_since >= self.tried_for
