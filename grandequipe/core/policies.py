"""How a service asks before it writes."""

from grandequipe.core.errors import Refused


def require(allowed: bool, message: str) -> None:
    """Raise Refused with a sentence for the actor, unless the policy said yes."""
    if not allowed:
        raise Refused(str(message))
