"""What the holder of a registration may see of its webinar, without logging in."""

from typing import NamedTuple

from sqlalchemy import exists, select

from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.feed.queries.visibility import PUBLISHED, placed, thread_visible_to
from grandequipe.webinars.models import Registration


class HeldRegistration(NamedTuple):
    """A registration with its webinar; `is_readable` where the post's page can be read.

    `webinar` is None where it was taken away, or where the holder no longer reads it and has no
    place in it any more.
    """

    registration: Registration
    webinar: Webinar | None
    is_readable: bool


def get_held_registration(registration_id: int | None) -> HeldRegistration:
    """Get what the page of a registration shows to its holder; raise NotFound for none."""
    found = db.session.get(Registration, registration_id) if registration_id is not None else None
    if found is None:
        raise NotFound
    this = Webinar.id == found.post_id
    is_readable, is_published = db.session.execute(
        select(
            exists().where(this, thread_visible_to(found.member)),
            exists().where(this, placed(PUBLISHED)),
        )
    ).one()
    shows = is_readable or (is_published and found.is_active)
    webinar = db.session.get(Webinar, found.post_id) if shows else None
    return HeldRegistration(found, webinar, is_readable)
