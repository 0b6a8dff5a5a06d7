"""A member's registrations among the marks of the cards that a list shows them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, Text, any_, literal, select
from sqlalchemy.sql.expression import cast

from grandequipe.feed.queries.bookmarks import POSTS
from grandequipe.feed.queries.visibility import VIEWER
from grandequipe.webinars.models import ACTIVE, Registration

PREFIX = "registration:"
OWN_REGISTRATIONS: Select[Any, Any] = select(
    Registration.post_id, literal(PREFIX).concat(cast(Registration.state, Text))
).where(
    Registration.member_id == VIEWER,
    Registration.state.in_(ACTIVE),
    Registration.post_id == any_(POSTS),
)


def state_in(marks: Collection[str]) -> str | None:
    """Give the state of the member's registration that is not cancelled, if there is one."""
    found = (each for each in marks if each.startswith(PREFIX))
    return next((each.removeprefix(PREFIX) for each in found), None)
