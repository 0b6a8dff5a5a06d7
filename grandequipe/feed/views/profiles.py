"""What the feed adds to a member's profile."""

from flask import url_for

from grandequipe.feed.queries.bookmarks import find_marks
from grandequipe.feed.queries.profiles import list_groups_in_common, list_published
from grandequipe.feed.views.cards import render_cards
from grandequipe.feed.views.request_args import requested_cursor
from grandequipe.members.models import Member
from grandequipe.web.slots import Variables


def load_published(member: Member, reader: Member | None) -> Variables:
    """Load what a member published, as far as the reader may read it, and the groups in common."""
    cursor = requested_cursor()
    page = list_published(member, reader, cursor)
    marks = find_marks(reader, page.items)
    is_own = reader is not None and reader.id == member.id
    return {
        "published": render_cards(page.items, reacts=False, marks=marks, show_group=True),
        "has_published": bool(page.items),
        "older_published": url_for("members.profile", member_id=member.id, cursor=page.next)
        if page.next
        else None,
        "groups_in_common": list_groups_in_common(member, reader)
        if reader is not None and not is_own
        else (),
    }
