"""The member of a request; Flask-Login's proxy is unwrapped here and nowhere else."""

from typing import cast

from flask import g
from flask_login import current_user

from grandequipe.core.errors import Unauthenticated
from grandequipe.members.models import Member


def viewer() -> Member | None:
    """Return the member who is logged in, or None for a visitor."""
    if not current_user or not current_user.is_authenticated:
        return None
    return cast(Member, current_user._get_current_object())


def browser_session() -> int | None:
    """Return the id of the request's browser session; None for API tokens and visitors."""
    return cast("int | None", g.get("browser_session"))


def acting_member() -> Member:
    """Return the member who is logged in; raise Unauthenticated for a visitor."""
    member = viewer()
    if member is None:
        raise Unauthenticated
    return member
