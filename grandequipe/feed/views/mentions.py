"""Suggestions of whom to mention, for the editors of posts and comments."""

from collections.abc import Sequence

from flask import Response, jsonify, request
from flask_babel import lazy_gettext as _l

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.policies import require
from grandequipe.feed import policies
from grandequipe.feed.queries import get_post_to_answer
from grandequipe.feed.queries.mentions import LONGEST_TYPED, list_mentionable
from grandequipe.feed.services import groups_to_mention_from
from grandequipe.groups.models import Group
from grandequipe.groups.queries import get_group
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member, ProfileField
from grandequipe.members.policies import shows
from grandequipe.web.rate_limits import rate_limited


def mentionable_under(post_id: int) -> Response:
    """Suggest whom a comment on a post, or a change of it, may mention."""
    member = acting_member()
    post = get_post_to_answer(post_id, seen_by=member)
    may_write = policies.may_comment(member, post) or policies.may_edit_post(member, post)
    require(may_write, _l("Join the group to comment."))
    return _suggestions(member, groups_to_mention_from(member, post))


def mentionable_in(slug: str) -> Response:
    """Suggest whom a new post in a group may mention."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    require(policies.may_publish(member, group), _l("You can’t post in this group."))
    return _suggestions(member, [group])


def _suggestions(member: Member, groups: Sequence[Group]) -> Response:
    typed = cleaned_line(request.args.get("q", ""))[:LONGEST_TYPED]
    with rate_limited("suggestions", member.id):
        found = list_mentionable(typed, groups, member) if typed.strip() else ()
    response = jsonify([_shown(each, member) for each in found])
    response.cache_control.no_store = True
    return response


def _shown(member: Member, reader: Member) -> dict[str, object]:
    """Say who it is, as far as they show the reader: two members may have one name."""
    about = []
    if shows(member, ProfileField.JOB_TITLE, reader):
        about.append(member.job_title)
    if member.organisation and shows(member, ProfileField.ORGANISATION, reader):
        about.append(member.organisation.name)
    return {
        "id": member.id,
        "name": member.display_name,
        "about": ", ".join(each for each in about if each),
    }
