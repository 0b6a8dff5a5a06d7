"""How a service says no; the edge turns each into a page or a problem document."""

from collections.abc import Mapping


class NotFound(Exception):
    """Say that there is no such thing, or none that the viewer may see: the same answer."""


class Unauthenticated(Exception):
    """Say that one must log in first."""


class Refused(Exception):
    """Say that the actor sees the thing but may not do this to it; the message is for them."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Conflict(Refused):
    """The present state forbids the action, for any actor."""


class TooMany(Refused):
    """Say that this was done too often, and how many seconds to wait."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class Invalid(Exception):
    """Say which fields are wrong, each with a sentence for the one who typed it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)
