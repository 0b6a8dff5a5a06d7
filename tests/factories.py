"""The fixed cast: the same people and groups in every scene, made with the services."""

import io
from datetime import timedelta
from typing import Any

from flask_security.utils import hash_password
from PIL import Image

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.models.inputs import INPUTS, PostInput
from grandequipe.feed.models.posts import Kind
from grandequipe.feed.services import add_comment, publish_post
from grandequipe.groups.models import (
    Group,
    JoinPolicy,
    Membership,
    MembershipState,
    PostingPolicy,
    Role,
    Visibility,
)
from grandequipe.groups.services import GroupInput, create_group, invite_member, join_group
from grandequipe.members.models import Member
from grandequipe.members.services import create_member

PASSWORD = "un mot de passe solide"
# What the cast shows, as accounts do that are older than audiences.
AUDIENCES = {
    "job_title": "everyone",
    "organisation": "everyone",
    "bio": "members",
    "picture": "members",
}
# For so long the cast has been there: the limits of new accounts are not theirs.
ESTABLISHED = timedelta(days=60)


def make_member(name: str, **values: Any) -> Member:
    """Make a confirmed member; the address is their first name @example.org by default."""
    email = values.pop("email", f"{name.split(maxsplit=1)[0].lower()}@example.org")
    values.setdefault("confirmed_at", clock.now())
    created_at = values.pop("created_at", clock.now() - ESTABLISHED)
    with atomic():
        member = create_member(email, name, values.pop("password_hash", None), **values)
        member.created_at, member.audiences = created_at, dict(AUDIENCES)
    return member


def make_member_with_password(name: str, **values: Any) -> Member:
    """Make a member with PASSWORD, for scenes that log in by a form: hashing it costs time."""
    return make_member(name, password_hash=hash_password(PASSWORD), **values)


def make_group(owner: Member, name: str, **values: Any) -> Group:
    """Create a group."""
    with atomic():
        return create_group(owner, GroupInput(name=name, **values))


def make_group_at(slug: str, owner: Member, name: str, **values: Any) -> Group:
    """Create a group with a known slug: that of a hidden group is random."""
    with atomic():
        group = create_group(owner, GroupInput(name=name, **values))
        group.slug = slug
    return group


def admit(group: Group, *members: Member, role: Role = Role.MEMBER) -> None:
    """Make people active members of a group, whatever its join policy."""
    owner = db.session.query(Membership).filter_by(group_id=group.id, role=Role.OWNER).first()
    for member in members:
        with atomic():
            if group.join_policy is not JoinPolicy.OPEN:
                invite_member(owner.member, group, member)
            membership = join_group(member, group)
            membership.role = role


def ban(group: Group, member: Member) -> None:
    """Ban a person who has no membership from a group."""
    with atomic():
        db.session.add(
            Membership(
                group_id=group.id,
                member_id=member.id,
                state=MembershipState.BANNED,
                since=clock.now(),
            )
        )


# What a moderator sends to ban a person.
BAN = {"kind": "ban", "duration": "lasting", "reason": "Propos blessants."}


def draft_of(kind: Kind = Kind.NEWS, **values: Any) -> PostInput:
    """Make a valid input of any kind."""
    next_year = clock.now() + timedelta(days=365)
    own: dict[Kind, dict[str, Any]] = {
        Kind.RESOURCE: {"url": "https://example.org/guide.pdf", "resource_type": "guide"},
        Kind.WEBINAR: {
            "starts_at": next_year,
            "ends_at": next_year + timedelta(hours=1),
        },
        Kind.CALL: {"deadline": next_year},
    }
    shared = {"title": f"Titre {kind.value}", "body_html": "<p>Quelques mots.</p>"}
    return INPUTS[kind](**(shared | own.get(kind, {}) | values))


def make_post(author: Member, group: Group, kind: Kind = Kind.NEWS, **values: Any) -> Post:
    """Publish a post of any kind."""
    with atomic():
        return publish_post(author, group, draft_of(kind, **values))


def make_comment(author: Member, post: Post, body: str = "Merci !", **values: Any) -> Comment:
    """Comment on a post."""
    with atomic():
        return add_comment(author, post, f"<p>{body}</p>", **values)


def picture_file(size: tuple[int, int] = (640, 480)) -> io.BytesIO:
    """Make a JPEG with private EXIF metadata."""
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", size, "teal").save(file, "JPEG", exif=exif)
    file.seek(0)
    return file


class Cast:
    """Amina owns ESS Quartiers, Bruno moderates it, Chloé is a member, Driss is an outsider.

    Eva is banned, Farid runs the platform. The other groups are Amina's: a private one, a
    hidden one, and one where a moderator reads posts first; Chloé is a member of them all.
    """

    def __init__(self) -> None:
        members = {member.email: member for member in db.session.query(Member)}
        groups = {group.slug: group for group in db.session.query(Group)}
        self.amina = members["amina@example.org"]
        self.bruno = members["bruno@example.org"]
        self.chloe = members["chloe@example.org"]
        self.driss = members["driss@example.org"]
        self.eva = members["eva@example.org"]
        self.farid = members["farid@example.org"]
        self.ess = groups["ess-quartiers"]
        self.private = groups["regies-de-quartier"]
        self.hidden = groups["comite-de-pilotage"]
        self.moderated = groups["petites-annonces"]


def make_cast() -> None:
    """Make the members and groups of the cast, and their memberships."""
    amina = make_member("Amina Belkacem")
    bruno = make_member("Bruno Castel")
    chloe = make_member("Chloé Dumas", email="chloe@example.org")
    make_member("Driss Amrani")
    eva = make_member("Eva Moreau")
    make_member("Farid Nacer", is_admin=True)
    private = {"visibility": Visibility.PRIVATE, "join_policy": JoinPolicy.REQUEST}
    hidden = {"visibility": Visibility.HIDDEN, "join_policy": JoinPolicy.INVITE}
    secret = "comite-de-pilotage"
    for group in (
        make_group(amina, "ESS Quartiers"),
        make_group(amina, "Régies de quartier", **private),
        make_group_at(secret, amina, "Comité de pilotage", **hidden),
        make_group(amina, "Petites annonces", posting_policy=PostingPolicy.MODERATED),
    ):
        admit(group, bruno, role=Role.MODERATOR)
        admit(group, chloe)
        ban(group, eva)
