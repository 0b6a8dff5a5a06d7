"""How a service asks before it writes."""

from flask_babel.speaklater import LazyString

from grandequipe.core.errors import Refused


def require(allowed: bool, message: str | LazyString) -> None:
    """Raise Refused with a sentence for the actor, unless the policy said yes.

    Pass the sentence by `lazy_gettext`: it is translated where it is shown.
    """
    if not allowed:
        raise Refused(str(message))
