"""Founding groups, joining and leaving them, and looking after who belongs."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from grandequipe.core import clock, journal
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.journal.queries import get_head
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import (
    GroupChanged,
    GroupCreated,
    JoinRefused,
    JoinRequested,
    MemberInvited,
    MemberJoined,
    MemberLeft,
    RoleChanged,
)
from grandequipe.groups.models import (
    Group,
    JoinPolicy,
    Level,
    Membership,
    MembershipState,
    PostingPolicy,
    Role,
    Visibility,
)
from grandequipe.groups.queries import count_owners, find_membership
from grandequipe.members.models import Member
from grandequipe.nomenclatures.queries import folded

RESERVED_SLUGS = {"nouveau"}
LONGEST_NAME = 100
LONGEST_DESCRIPTION = 2000


@dataclass(frozen=True)
class GroupDraft:
    """What a founder or an owner says of a group."""

    name: str
    description: str = ""
    visibility: Visibility = Visibility.PUBLIC
    join_policy: JoinPolicy = JoinPolicy.OPEN
    posting_policy: PostingPolicy = PostingPolicy.MEMBERS

    def check(self) -> None:
        """Raise Invalid that names each wrong field."""
        wrong = {}
        if not folded(self.name):
            wrong["name"] = _("Give the group a name.")
        elif len(self.name) > LONGEST_NAME:
            wrong["name"] = _("Use at most %(number)d characters.", number=LONGEST_NAME)
        if len(self.description) > LONGEST_DESCRIPTION:
            wrong["description"] = _(
                "Use at most %(number)d characters.", number=LONGEST_DESCRIPTION
            )
        if self.visibility is Visibility.HIDDEN and self.join_policy is not JoinPolicy.INVITE:
            wrong["join_policy"] = _("A hidden group is joined by invitation only.")
        if wrong:
            raise Invalid(wrong)


def create_group(founder: Member, draft: GroupDraft) -> Group:
    """Found a group; the founder owns it."""
    require(policies.may_create_group(founder), _("Confirm your e-mail address first."))
    draft.check()
    group = Group(slug=_free_slug(draft.name), created_at=clock.now(), **vars(draft))
    db.session.add(group)
    db.session.flush()
    journal.open_stream(group.stream)
    _admit(founder, group, Role.OWNER)
    journal.record(group.stream, GroupCreated(subject_id=group.id, actor_id=founder.id))
    _told_joined(founder, group, founder, "founding")
    return group


def edit_group(owner: Member, group: Group, draft: GroupDraft) -> None:
    """Change a group's name, text and rules; its address stays."""
    require(policies.may_own(owner, group), _("Only owners change the settings of a group."))
    draft.check()
    for name, value in vars(draft).items():
        setattr(group, name, value)
    db.session.flush()
    journal.record(group.stream, GroupChanged(subject_id=group.id, actor_id=owner.id))


def join_group(member: Member, group: Group) -> Membership:
    """Join, accept an invitation, or ask to join; doing it again changes nothing."""
    tie = _locked_tie(member, group)
    if tie is not None and tie.state in (MembershipState.ACTIVE, MembershipState.REQUESTED):
        return tie
    require(policies.may_join(member, group), _("This group is joined by invitation."))
    if tie is not None:
        return _accept(member, tie, member, "invitation")
    if group.join_policy is JoinPolicy.REQUEST:
        return _ask(member, group)
    tie = _admit(member, group, Role.MEMBER)
    _told_joined(member, group, member, "open")
    return tie


def leave_group(member: Member, group: Group) -> None:
    """Leave, take back a request or decline an invitation; the last owner cannot leave."""
    tie = _locked_tie(member, group)
    if tie is None or tie.state is MembershipState.BANNED:
        return
    _drop(member, tie)


def invite_member(actor: Member, group: Group, guest: Member) -> Membership:
    """Invite a person; they become a member when they accept."""
    require(policies.may_invite(actor, group), _("You cannot invite people to this group."))
    tie = _locked_tie(guest, group)
    if tie is not None and tie.state is MembershipState.REQUESTED:
        return _accept(actor, tie, guest, "request")
    if tie is not None and tie.state is MembershipState.BANNED:
        raise Conflict(_("This person was excluded from the group."))
    if tie is not None:
        return tie
    tie = _tie_new(guest, group, MembershipState.INVITED)
    tie.invited_by_id = actor.id
    db.session.flush()
    journal.record(guest.stream, MemberInvited(subject_id=group.id, actor_id=actor.id))
    return tie


def answer_request(moderator: Member, group: Group, asker: Member, *, accept: bool) -> None:
    """Accept or refuse a request to join; one already answered stays as it is."""
    require(policies.may_moderate(moderator, group), _("Only moderators answer requests."))
    tie = _locked_tie(asker, group)
    if tie is None or tie.state is not MembershipState.REQUESTED:
        return
    if accept:
        _accept(moderator, tie, asker, "request")
        return
    db.session.delete(tie)
    db.session.flush()
    journal.record(asker.stream, JoinRefused(subject_id=group.id, actor_id=moderator.id))


def change_role(owner: Member, group: Group, member: Member, role: Role) -> None:
    """Give a member another role; a group always keeps an owner."""
    require(policies.may_own(owner, group), _("Only owners change roles."))
    tie = _active_tie(member, group)
    if tie.role is role:
        return
    if tie.is_owner:
        _keep_an_owner(group)
    tie.role = role
    db.session.flush()
    journal.record(
        group.stream, RoleChanged(subject_id=member.id, actor_id=owner.id, group_id=group.id)
    )


def remove_member(actor: Member, group: Group, member: Member) -> None:
    """Put a member out of the group; they may come back the way one joins."""
    tie = _active_tie(member, group)
    require(policies.may_manage(actor, tie), _("You cannot remove this member."))
    _drop(actor, tie)


def ban_member(actor: Member, group: Group, member: Member) -> None:
    """Put a member out of the group and keep them out until the ban is lifted."""
    tie = _active_tie(member, group)
    require(policies.may_manage(actor, tie), _("You cannot remove this member."))
    _drop(actor, tie)
    _tie_new(member, group, MembershipState.BANNED)
    db.session.flush()


def lift_ban(actor: Member, group: Group, member: Member) -> None:
    """Let a banned person join again the way everyone does."""
    require(policies.may_moderate(actor, group), _("Only moderators lift a ban."))
    tie = _locked_tie(member, group)
    if tie is not None and tie.state is MembershipState.BANNED:
        db.session.delete(tie)
        db.session.flush()


def change_level(member: Member, group: Group, level: Level) -> None:
    """Choose what of a group one is told."""
    _active_tie(member, group).level = level
    db.session.flush()


def mark_seen(member: Member, group: Group) -> None:
    """Remember that the member has seen the group as it stands now."""
    tie = find_membership(member, group)
    if tie is not None and tie.is_active:
        tie.seen_position = get_head(group.stream)
        db.session.flush()


def _locked_tie(member: Member, group: Group) -> Membership | None:
    """Lock the group, so that two who change its members do it one after the other."""
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update())
    return db.session.get(Membership, (group.id, member.id), populate_existing=True)


def _active_tie(member: Member, group: Group) -> Membership:
    tie = _locked_tie(member, group)
    if tie is None or not tie.is_active:
        raise Conflict(_("This person is not a member of the group."))
    return tie


def _tie_new(member: Member, group: Group, state: MembershipState) -> Membership:
    tie = Membership(
        group_id=group.id, member_id=member.id, group=group, member=member,
        state=state, since=clock.now(),
    )  # fmt: skip
    db.session.add(tie)
    return tie


def _admit(member: Member, group: Group, role: Role) -> Membership:
    """Start a membership at the stream's present end: what came before is not news."""
    tie = _tie_new(member, group, MembershipState.ACTIVE)
    tie.role = role
    _start(tie)
    return tie


def _start(tie: Membership) -> None:
    tie.state, tie.since = MembershipState.ACTIVE, clock.now()
    tie.seen_position = tie.digested_position = get_head(tie.group.stream)
    tie.group.member_count += 1
    db.session.flush()


def _accept(actor: Member, tie: Membership, member: Member, how: str) -> Membership:
    _start(tie)
    _told_joined(member, tie.group, actor, how)
    return tie


def _ask(member: Member, group: Group) -> Membership:
    tie = _tie_new(member, group, MembershipState.REQUESTED)
    db.session.flush()
    journal.record(member.stream, JoinRequested(subject_id=group.id, actor_id=member.id))
    return tie


def _drop(actor: Member, tie: Membership) -> None:
    group, member, was_active = tie.group, tie.member, tie.is_active
    if tie.is_owner:
        _keep_an_owner(group)
    db.session.delete(tie)
    if was_active:
        group.member_count -= 1
    db.session.flush()
    if was_active:
        journal.record(
            group.stream, MemberLeft(subject_id=member.id, actor_id=actor.id, group_id=group.id)
        )


def _keep_an_owner(group: Group) -> None:
    if count_owners(group) <= 1:
        raise Conflict(_("A group keeps at least one owner: name another one first."))


def _told_joined(member: Member, group: Group, actor: Member, how: str) -> None:
    journal.record(
        group.stream,
        MemberJoined(subject_id=member.id, actor_id=actor.id, group_id=group.id, how=how),
    )


def _free_slug(name: str) -> str:
    base = folded(name).replace(" ", "-")[:60].strip("-")
    taken = set(
        db.session.scalars(select(Group.slug).where(Group.slug.startswith(base, autoescape=True)))
    )
    taken |= RESERVED_SLUGS
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
