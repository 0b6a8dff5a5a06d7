"""The history of a member in a group, for its moderators."""

from flask import request
from flask_babel import lazy_gettext as _l

from grandequipe.core.act_words import act_word
from grandequipe.core.errors import NotFound
from grandequipe.core.policies import require
from grandequipe.feed.queries import member_history as queries
from grandequipe.groups import policies
from grandequipe.groups.queries import find_membership, get_group, list_sanctions
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member
from grandequipe.members.queries import find_member
from grandequipe.web.pages import render_page
from grandequipe.web.slots import load_slot


def member_history(slug: str, member_id: int) -> str:
    """Show when a person joined, their roles, posts and sanctions, and what moderators did."""
    moderator = acting_member()
    group = get_group(slug, seen_by=moderator)
    require(
        policies.may_moderate(moderator, group), _l("Only moderators can see a member’s history.")
    )
    member = find_member(member_id)
    membership = find_membership(member, group) if member else None
    acts = queries.list_acts_about(member, group, request.args.get("acts")) if member else None
    if member is None or acts is None or (membership is None and not acts.items):
        raise NotFound
    presence = queries.list_presence(member, group)
    people = {each.actor_id for each in (*acts.items, *presence) if each.actor_id}
    return render_page(
        "feed/member_history.html",
        load_slot(TABS, group=group, moderates=True),
        group=group,
        policies=policies,
        membership=find_membership(moderator, group),
        member=member,
        theirs=membership,
        presence=presence,
        acts=acts,
        act_word=act_word,
        people=queries.find_people(people),
        sanctions=list_sanctions(group, request.args.get("sanctions"), member=member),
        written=queries.count_written(member, group),
        placements=queries.list_written(member, group, request.args.get("posts")),
    )
