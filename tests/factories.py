"""The fixed cast: the same people and groups in every scene, made by the house's own services."""

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


def make_member(name: str, **given: Any) -> Member:
    """Make a confirmed member whose address is their first name's."""
    email = given.pop("email", f"{name.split(maxsplit=1)[0].lower()}@example.org")
    given.setdefault("confirmed_at", clock.now())
    with atomic():
        return create_member(email, name, given.pop("password_hash", None), **given)


def make_member_with_password(name: str, **given: Any) -> Member:
    """Make a member who can log in with PASSWORD, which costs an argon2 hash."""
    return make_member(name, password_hash=hash_password(PASSWORD), **given)


def make_group(owner: Member, name: str, **given: Any) -> Group:
    """Found a group."""
    with atomic():
        return create_group(owner, GroupInput(name=name, **given))


def make_group_at(slug: str, owner: Member, name: str, **given: Any) -> Group:
    """Found a group at an address that scenes know: nobody guesses that of a hidden one."""
    with atomic():
        group = create_group(owner, GroupInput(name=name, **given))
        group.slug = slug
    return group


def admit(group: Group, *members: Member, role: Role = Role.MEMBER) -> None:
    """Make people members of a group, whatever way it is joined."""
    owner = db.session.query(Membership).filter_by(group_id=group.id, role=Role.OWNER).first()
    for member in members:
        with atomic():
            if group.join_policy is not JoinPolicy.OPEN:
                invite_member(owner.member, group, member)
            membership = join_group(member, group)
            membership.role = role


def ban(group: Group, member: Member) -> None:
    """Keep a person out of a group."""
    with atomic():
        db.session.add(
            Membership(
                group_id=group.id,
                member_id=member.id,
                state=MembershipState.BANNED,
                since=clock.now(),
            )
        )


def draft_of(kind: Kind = Kind.NEWS, **given: Any) -> PostInput:
    """Write a correct draft of any kind."""
    now = clock.now()
    own: dict[Kind, dict[str, Any]] = {
        Kind.RESOURCE: {"url": "https://example.org/guide.pdf", "resource_type": "guide"},
        Kind.WEBINAR: {
            "starts_at": now.replace(year=now.year + 1),
            "ends_at": now.replace(year=now.year + 1) + timedelta(hours=1),
        },
        Kind.CALL: {"deadline": now.replace(year=now.year + 1)},
    }
    shared = {"title": f"Titre {kind.value}", "body_html": "<p>Quelques mots.</p>"}
    return INPUTS[kind](**(shared | own.get(kind, {}) | given))


def make_post(author: Member, group: Group, kind: Kind = Kind.NEWS, **given: Any) -> Post:
    """Publish a post of any kind."""
    with atomic():
        return publish_post(author, group, draft_of(kind, **given))


def make_comment(author: Member, post: Post, body: str = "Merci !", **given: Any) -> Comment:
    """Answer a post."""
    with atomic():
        return add_comment(author, post, f"<p>{body}</p>", **given)


def picture_file(size: tuple[int, int] = (640, 480)) -> io.BytesIO:
    """Draw a picture with something in its metadata that is nobody's business."""
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
    """Have the cast register, found their groups and join them."""
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
