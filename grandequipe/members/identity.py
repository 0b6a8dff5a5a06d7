"""Who is at the door: Flask-Login's proxy is unwrapped here, once, and nowhere else."""

from typing import cast

from flask import g
from flask_login import current_user

from grandequipe.core.errors import Unauthenticated
from grandequipe.members.models import Member


def viewer() -> Member | None:
    """Give the member who is logged in, or None for a visitor."""
    if not current_user or not current_user.is_authenticated:
        return None
    return cast(Member, current_user._get_current_object())


def browser_session() -> int | None:
    """Give the id of the log-in that brought the member here; None where no cookie did."""
    return cast("int | None", g.get("browser_session"))


def acting_member() -> Member:
    """Give the member who is logged in; a visitor is asked to log in."""
    member = viewer()
    if member is None:
        raise Unauthenticated
    return member
