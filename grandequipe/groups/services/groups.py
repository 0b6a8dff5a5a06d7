"""Founding groups and changing what they are."""

import secrets
from dataclasses import dataclass

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import open_stream, record, record_all
from grandequipe.core.languages import language_error
from grandequipe.core.names import group_name_error
from grandequipe.core.policies import require
from grandequipe.core.text_validation import has_letters, length_error, line_error, text_error
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import GroupChanged, GroupCreated
from grandequipe.groups.models import Group, JoinPolicy, PostingPolicy, Role, Visibility
from grandequipe.groups.queries import find_group_of_name
from grandequipe.groups.services.locks import lock_group
from grandequipe.groups.services.membership_transitions import admit, end_requests, joined
from grandequipe.members.models import Member
from grandequipe.taxonomies.queries import search_key

UNSPELT = "groupe"
RESERVED_SLUGS = {"nouveau"}
LONGEST_NAME = 100
LONGEST_DESCRIPTION = 2000
LONGEST_SLUG = 60
MOST_TRIES = 5


@dataclass(frozen=True)
class GroupInput:
    """What a founder or an owner says of a group; `language` is that of its name and text."""

    name: str
    description: str = ""
    visibility: Visibility = Visibility.PUBLIC
    join_policy: JoinPolicy = JoinPolicy.OPEN
    posting_policy: PostingPolicy = PostingPolicy.MEMBERS
    language: str | None = None

    def check(self) -> None:
        """Raise Invalid that names each wrong field."""
        wrong = _language_error(self.language)
        if odd := length_error(self.name, LONGEST_NAME):
            wrong["name"] = odd
        elif not has_letters(self.name):
            wrong["name"] = _unnamed(self.name)
        elif odd := line_error(self.name) or group_name_error(self.name):
            wrong["name"] = odd
        if odd := length_error(self.description, LONGEST_DESCRIPTION) or text_error(
            self.description
        ):
            wrong["description"] = odd
        if self.visibility is Visibility.HIDDEN and self.join_policy is not JoinPolicy.INVITE:
            wrong["join_policy"] = _("You can only join a hidden group by invitation.")
        if wrong:
            raise Invalid(wrong)


class NameTaken(Conflict):
    """Say that a group has this name already, and which."""

    def __init__(self, group: Group) -> None:
        super().__init__(_("There’s already a group with this name."))
        self.group = group


def refuse_taken_name(founder: Member, name: str, beside: str | None = None) -> None:
    """Raise NameTaken where a group that the founder finds is called so.

    `beside` is the id of the group that the founder was told of and founds another one beside.
    Two forms of one founder come one after the other: the second finds what the first has made.
    """
    alone = {"of": Member, "key_share": True}
    db.session.refresh(founder, attribute_names=["id"], with_for_update=alone)
    group = find_group_of_name(name, founder)
    if group is not None and beside != str(group.id):
        raise NameTaken(group)


def create_group(founder: Member, group_input: GroupInput) -> Group:
    """Found a group; the founder owns it."""
    require(policies.may_create_group(founder), _l("Confirm your email address first."))
    group_input.check()
    group = _made(group_input)
    open_stream(group.stream)
    admit(founder, group, Role.OWNER)
    record(group.stream, GroupCreated(subject_id=group.id, actor_id=founder.id))
    record(*joined(founder, group, founder, "founding"))
    return group


def edit_group(
    owner: Member, group: Group, group_input: GroupInput, over: str | None = None
) -> None:
    """Change a group's name, text and rules; its address stays.

    Who asks to join a group that becomes hidden is refused: they could not even take it back.
    Raises Conflict where the settings are not those to be written over (`settings_version`).
    """
    lock_group(group)
    require(policies.may_own(owner, group), _l("Only owners can change a group’s settings."))
    group_input.check()
    if over not in (None, group.settings_version):
        sentence = _(
            "These settings have changed since you opened them, so yours haven’t been saved yet."
        )
        raise Conflict(sentence)
    for name, value in vars(group_input).items():
        setattr(group, name, value)
    db.session.flush()
    is_hidden = group_input.visibility is Visibility.HIDDEN
    ended = end_requests(owner, group) if is_hidden else []
    changed = GroupChanged(subject_id=group.id, actor_id=owner.id)
    record_all([*ended, (group.stream, changed)])


def _made(group_input: GroupInput) -> Group:
    """Make a group under an address of its own, whoever takes the same one at the same moment."""
    for _number in range(MOST_TRIES):
        group = Group(slug=_free_slug(group_input), created_at=clock.now(), **vars(group_input))
        try:
            # Whoever comes second waits at the unique slug, and looks again once it is taken.
            with db.session.begin_nested():
                db.session.add(group)
                db.session.flush()
        except IntegrityError:
            continue
        return group
    raise Conflict(
        _("Several groups with this name are being created right now. Please try again.")
    )


def _language_error(tag: str | None) -> dict[str, str]:
    sentence = language_error(tag)
    return {"language": sentence} if sentence else {}


def _unnamed(name: str) -> str:
    """Say why a name is none: its address is made of its letters and digits."""
    if name.strip():
        return _("A name needs letters or numbers.")
    return _("Give the group a name.")


def _free_slug(group_input: GroupInput) -> str:
    """Find an address: a hidden group's has signs that nobody guesses.

    It stands in nobody's way, so the address of another new group does not tell that it exists.
    """
    base = search_key(group_input.name).replace(" ", "-")[:LONGEST_SLUG].strip("-")
    # A name in another script than ours has none of its letters in an address.
    base = base or f"{UNSPELT}-{secrets.token_hex(3)}"
    if group_input.visibility is Visibility.HIDDEN:
        return f"{base}-{secrets.token_hex(4)}"
    taken = set(
        db.session.scalars(select(Group.slug).where(Group.slug.startswith(base, autoescape=True)))
    )
    taken |= RESERVED_SLUGS
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
