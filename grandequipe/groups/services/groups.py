"""Creating groups and changing their settings."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from grandequipe.core import clock, files
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import open_stream, record, record_all
from grandequipe.core.languages import language_error
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.names import group_name_error
from grandequipe.core.policies import require
from grandequipe.core.site_settings import GroupCreation, site_settings
from grandequipe.core.text_validation import has_alphanumerics, length_error, line_error, text_error
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import GroupChanged, GroupCreated
from grandequipe.groups.models import (
    Colour,
    Group,
    GroupReview,
    JoinPolicy,
    PostingPolicy,
    Role,
    Visibility,
)
from grandequipe.groups.queries import find_group_of_name
from grandequipe.groups.queries.memberships import founded_by
from grandequipe.groups.services.locks import lock_group, require_not_archived
from grandequipe.groups.services.membership_transitions import (
    add_member,
    end_requests,
    joined_event,
)
from grandequipe.members.models import Member
from grandequipe.members.services.trust import Quota, require_within
from grandequipe.taxonomies.queries import search_key

FALLBACK_SLUG = "groupe"
RESERVED_SLUGS = {"nouveau"}
LONGEST_NAME = 100
LONGEST_DESCRIPTION = 2000
LONGEST_SLUG = 60
MOST_TRIES = 5


@dataclass(frozen=True)
class GroupInput:
    """The settings of a group; `language` is the tag of its name and description."""

    name: str
    description: str = ""
    visibility: Visibility = Visibility.PUBLIC
    join_policy: JoinPolicy = JoinPolicy.OPEN
    posting_policy: PostingPolicy = PostingPolicy.MEMBERS
    language: str | None = None
    colour: Colour | None = None
    reads_newcomers: bool = False

    def validate(self) -> None:
        """Raise Invalid with an error for each invalid field."""
        errors = _language_errors(self.language)
        if error := length_error(self.name, LONGEST_NAME):
            errors["name"] = error
        elif not has_alphanumerics(self.name):
            errors["name"] = _no_alphanumerics_error(self.name)
        elif error := line_error(self.name) or group_name_error(self.name):
            errors["name"] = error
        if error := length_error(self.description, LONGEST_DESCRIPTION) or text_error(
            self.description
        ):
            errors["description"] = error
        if self.visibility is Visibility.HIDDEN and self.join_policy is not JoinPolicy.INVITE:
            errors["join_policy"] = _("You can only join a hidden group by invitation.")
        if errors:
            raise Invalid(errors)


class NameTaken(Conflict):
    """A group, `group`, has this name already."""

    def __init__(self, group: Group) -> None:
        super().__init__(_("There’s already a group with this name."))
        self.group = group


def refuse_taken_name(founder: Member, name: str, beside: str | None = None) -> None:
    """Raise NameTaken where a group visible to the founder has this name.

    `beside` is the id of a group that the founder was warned of and accepts as a namesake. The
    lock of the founder's row serializes two forms: the second finds the group of the first.
    """
    lock = {"of": Member, "key_share": True}
    db.session.refresh(founder, attribute_names=["id"], with_for_update=lock)
    group = find_group_of_name(name, founder)
    if group is not None and beside != str(group.id):
        raise NameTaken(group)


# Asked before a group becomes public, by packages above: each raises Conflict to refuse it.
opening_checks: list[Callable[[Group], None]] = []


def create_group(founder: Member, group_input: GroupInput) -> Group:
    """Create a group; the founder owns it."""
    require(policies.may_create_group(founder), policies.say_who_creates_groups())
    group_input.validate()
    require_within(founder, Quota.GROUPS, founded_by(founder))
    group = _insert_group(group_input)
    if needs_review(founder):
        group.review = GroupReview.PENDING
    add_member(founder, group, Role.OWNER)
    record(group.stream, GroupCreated(subject_id=group.id, actor_id=founder.id))
    record(*joined_event(founder, group, founder, "founding"))
    return group


def needs_review(founder: Member) -> bool:
    """Return whether an administrator sees a member's new group before it stands in lists."""
    settings = site_settings()
    is_asked = settings.reviews_new_groups or settings.group_creation is GroupCreation.REQUEST
    return is_asked and not founder.is_admin


def edit_group(
    owner: Member, group: Group, group_input: GroupInput, over: str | None = None
) -> None:
    """Change a group's name, text and rules; its address stays.

    Requests to join a group that becomes hidden are refused: the askers could not cancel them.
    Raises Conflict unless `over`, a `settings_version`, is that of the present settings.
    """
    lock_group(group)
    require(policies.may_own(owner, group), _l("Only owners can change a group’s settings."))
    require_not_archived(group)
    group_input.validate()
    if over not in (None, group.settings_version):
        message = _(
            "These settings have changed since you opened them, so yours haven’t been saved yet."
        )
        raise Conflict(message)
    if group_input.visibility is Visibility.PUBLIC and not group.is_public:
        for check in opening_checks:
            check(group)
    for name, value in vars(group_input).items():
        setattr(group, name, value)
    db.session.flush()
    is_hidden = group_input.visibility is Visibility.HIDDEN
    refused = end_requests(owner, group) if is_hidden else []
    _log_change(owner, group)
    changed = GroupChanged(subject_id=group.id, actor_id=owner.id)
    record_all([*refused, (group.stream, changed)])


def change_cover(owner: Member, group: Group, key: str | None) -> None:
    """Replace a group's cover by the one that is stored under a key, or by none."""
    lock_group(group)
    require(policies.may_own(owner, group), _l("Only owners can change a group’s settings."))
    require_not_archived(group)
    old, group.cover_key = group.cover_key, key
    db.session.flush()
    _log_change(owner, group)
    record(group.stream, GroupChanged(subject_id=group.id, actor_id=owner.id))
    forget_cover(old)


def _log_change(owner: Member, group: Group) -> None:
    log_act(Act.GROUP_CHANGED, ("group", group.id), actor_id=owner.id, group_id=group.id)


def forget_cover(key: str | None) -> None:
    """Remove a cover from the store once what names it has gone."""
    if key:
        on_commit(partial(files.remove_all, key.rpartition("/")[0]))


def _insert_group(group_input: GroupInput) -> Group:
    """Insert a group under a free slug; try another where a concurrent transaction takes it."""
    stream_id = open_stream()
    for _number in range(MOST_TRIES):
        group = Group(
            slug=_free_slug(group_input),
            created_at=clock.now(),
            stream_id=stream_id,
            **vars(group_input),
        )
        try:
            # The second transaction waits at the unique index, and tries again after the commit.
            with db.session.begin_nested():
                db.session.add(group)
                db.session.flush()
        except IntegrityError:
            continue
        return group
    raise Conflict(
        _("Several groups with this name are being created right now. Please try again.")
    )


def _language_errors(tag: str | None) -> dict[str, str]:
    error = language_error(tag)
    return {"language": error} if error else {}


def _no_alphanumerics_error(name: str) -> str:
    """Give the error of a name without a character or digit, which the slug is made of."""
    if name.strip():
        return _("A name needs letters or numbers.")
    return _("Give the group a name.")


def _free_slug(group_input: GroupInput) -> str:
    """Find a free slug; a hidden group's has a random suffix that nobody guesses.

    Nor does it take the name's plain slug, whose absence would show that the group exists.
    """
    base = search_key(group_input.name).replace(" ", "-")[:LONGEST_SLUG].strip("-")
    # A name in another than the Latin script has no characters for a slug.
    base = base or f"{FALLBACK_SLUG}-{secrets.token_hex(3)}"
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
