"""Reading the cards of a list: of each post its PostCard, on which the rendered card depends.

A page of twenty cards that are kept (see `feed.views.cards`) needs nothing more of the twenty
posts, their authors and groups than these few words.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Self

from sqlalchemy import (
    BigInteger,
    ScalarSelect,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    collate,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from grandequipe.attachments.queries import first_picture
from grandequipe.core.events import Stream
from grandequipe.core.windows import (
    DEFAULT_LIMIT,
    Params,
    Window,
    read_window,
    window_of,
)
from grandequipe.extensions import db
from grandequipe.feed.models import (
    Kind,
    Label,
    LabelFollow,
    Placement,
    PlacementStatus,
    Post,
    PostCounters,
    Webinar,
    WebinarDetails,
)
from grandequipe.feed.models.kinds import Call
from grandequipe.feed.models.posts import POST_SUBJECT, post_territory
from grandequipe.feed.queries.card_parts import CardPicture as CardPicture, GroupName as GroupName
from grandequipe.feed.queries.home import label_of, newest_in_my_groups
from grandequipe.feed.queries.lists import NEWEST_FIRST, newest_first
from grandequipe.feed.queries.visibility import (
    LISTED,
    PUBLISHED,
    VIEWER,
    ViewerPlaceholder,
    placeholder_for,
    viewer_params,
)
from grandequipe.groups.models import Colour, Group
from grandequipe.groups.queries import readable_by
from grandequipe.groups.queries.profiles import profile_shown_to
from grandequipe.members.models import Member, Organisation, ProfileField, Viewer
from grandequipe.members.policies import shows
from grandequipe.taxonomies.models import Territory, Theme

# A post of as many pictures is a picture post.
LARGE_FROM = 3


class PostCard(NamedTuple):
    """Everything that a card shows: equal PostCards render alike, and only they.

    `version` moves with the post's own words, `revision` with its comments and reactions. The
    group is the one in which it is listed; `elsewhere` counts the others in which its reader may
    read it.
    """

    id: int
    version: int
    revision: int
    title: str
    edited_at: datetime | None
    ends_at: datetime | None
    cancelled_at: datetime | None
    deadline: datetime | None
    author_id: int
    author_name: str
    picture_key: str | None
    organisation: str | None
    is_confirmed: bool
    speaker_id: int | None
    speaker: str | None
    territories: str | None
    status: PlacementStatus
    published_at: datetime | None
    group_slug: str
    group_name: str
    group_language: str | None
    group_colour: Colour | None
    is_pinned: bool
    is_featured: bool
    elsewhere: int
    file_id: int | None = None
    file_name: str | None = None
    file_width: int | None = None
    file_height: int | None = None
    pictures: int | None = None

    @property
    def picture(self) -> CardPicture | None:
        """Give the first picture of the post, if it has one."""
        if self.file_id is None:
            return None
        first = self._fields.index("file_id")
        fields: Any = self[first : first + len(CardPicture._fields)]
        return CardPicture(*fields)

    @property
    def is_large(self) -> bool:
        """Return whether the card is larger than others: a featured one, or one of pictures."""
        return self.is_featured or (self.pictures or 0) >= LARGE_FROM

    # Of what the reader follows: the label, and the position of the group, which is not theirs.
    position: int = 0
    label_key: str | None = None
    label_code: str = ""
    label_name: str = ""
    label_name_en: str | None = None

    @property
    def because(self) -> Label | None:
        """Give what the reader follows, where no group of theirs reads the post."""
        if self.label_key is None:
            return None
        return Label(self.label_key, self.label_code, self.label_name, self.label_name_en)

    @property
    def post_id(self) -> int:
        """Give the post's id, as a placement names it."""
        return self.id

    @property
    def group(self) -> GroupName:
        """Give the group in which it is listed."""
        return GroupName(self.group_slug, self.group_name, self.group_language, self.group_colour)

    def is_past(self, now: datetime) -> bool:
        """Return whether the webinar is over, or the call closed."""
        end = self.ends_at or self.deadline
        return end is not None and end <= now

    def as_of(self, post: Post, viewer: Viewer | None) -> Self:
        """Give the same with what the post says now, and its author to this viewer."""
        return self._replace(**_said_by(post, viewer))

    @classmethod
    def of(cls, placement: Placement, elsewhere: int = 0, viewer: Viewer | None = None) -> Self:
        """Look at a post in a group."""
        group = placement.group
        return cls(
            **_said_by(placement.post, viewer),
            status=placement.status,
            published_at=placement.published_at,
            group_slug=group.slug,
            group_name=group.name,
            group_language=group.language,
            group_colour=group.colour,
            is_pinned=placement.pinned,
            is_featured=placement.featured,
            elsewhere=elsewhere,
            **_pictures_of(placement.post),
        )


def _said_by(post: Post, viewer: Viewer | None) -> dict[str, Any]:
    author = post.author
    is_named = shows(author, ProfileField.ORGANISATION, viewer)
    organisation = author.organisation if is_named else None
    return {
        "id": post.id,
        "version": post.version,
        "revision": post.counters.revision if post.counters else 0,
        "title": post.title,
        "edited_at": post.edited_at,
        "ends_at": post.ends_at if isinstance(post, Webinar) else None,
        "cancelled_at": post.cancelled_at if isinstance(post, Webinar) else None,
        "deadline": post.deadline if isinstance(post, Call) else None,
        "author_id": post.author_id,
        "author_name": author.display_name,
        "picture_key": author.picture_key if shows(author, ProfileField.PICTURE, viewer) else None,
        "organisation": organisation.name if organisation else None,
        "is_confirmed": author.organisation_confirmed_at is not None,
        "speaker_id": post.organisation_id,
        "speaker": post.organisation.name if post.organisation else None,
        "territories": "\n".join(sorted(place.label for place in post.territories)) or None,
    }


def _pictures_of(post: Post) -> dict[str, Any]:
    pictures = [file for file in post.files if file.is_ready and file.is_picture]
    found = [*pictures, *(file for file in post.files if file.is_ready and file.has_picture)]
    if not found:
        return {}
    first = found[0]
    return {
        "file_id": first.id, "file_name": first.name, "file_width": first.width,
        "file_height": first.height, "pictures": len(pictures),
    }  # fmt: skip


_PICTURE = first_picture(POST_SUBJECT, Post)
_POST = Post.__table__
# The organisation in whose name a post is, and the one because of which it is on a home.
_SPEAKER, _FOLLOWED = aliased(Organisation), aliased(Organisation)
_AS_SORTED = collate(Territory.label, "C")
_PLACES = (
    select(func.string_agg(Territory.label, aggregate_order_by(literal("\n"), _AS_SORTED)))
    .join(post_territory, post_territory.c.territory_code == Territory.code)
    .where(post_territory.c.post_id == Post.id)
    .correlate(Post)
    .scalar_subquery()
)
_LOOK: tuple[Any, ...] = (
    Post.id,
    Post.version,
    func.coalesce(PostCounters.revision, 0),
    Post.title,
    Post.edited_at,
    WebinarDetails.ends_at,
    WebinarDetails.cancelled_at,
    # A column of the table: as an attribute of its kind it would choose that kind alone.
    _POST.c.deadline,
    Post.author_id,
    Member.display_name,
)
_GROUP: tuple[Any, ...] = (Group.slug, Group.name, Group.language, Group.colour)


def list_home_cards(seen_by: Member, kind: Kind | None, cursor: str | None) -> Window[PostCard]:
    """List the PostCards of the viewer's groups, newest first."""
    query = _of_my_groups(placeholder_for(seen_by), kind, bool(cursor))
    return read_cards(query, cursor, viewer_params(seen_by))


def list_group_cards(
    group: Group, seen_by: Member | None, kind: Kind | None, cursor: str | None
) -> Window[PostCard]:
    """List the PostCards of a group, newest first; none for viewers who may not read it.

    Those that are pinned stand before the first of them all, and nowhere else where no kind is
    asked for.
    """
    viewer, params = placeholder_for(seen_by), {"group": group.id, **viewer_params(seen_by)}
    if kind is not None or cursor:
        return read_cards(_of_group(viewer, kind, bool(cursor)), cursor, params)
    pinned: list[PostCard] = []

    def load(query: Select[Any], params: Params) -> Sequence[PostCard]:
        found = sorted(_cards(query, params), key=NEWEST_FIRST.position_of, reverse=True)
        pinned.extend(card for card in found if card.is_pinned)
        return [card for card in found if not card.is_pinned]

    page = read_window(_first_of_group(viewer), NEWEST_FIRST, None, DEFAULT_LIMIT, params, load)
    return Window([*pinned, *page.items], page.next)


@cache
def _of_my_groups(
    viewer: ViewerPlaceholder | None, kind: Kind | None, goes_on: bool
) -> Select[Any]:
    listed = newest_in_my_groups(kind, goes_on, DEFAULT_LIMIT + 1)
    label = label_of(listed)
    follow = and_(LabelFollow.member_id == VIEWER, LabelFollow.label == label)
    # Where it goes on is known to `listed`.
    here = highlights_of(listed)
    query = (
        select_cards(viewer, listed, here.c)
        .join(here, true())
        .add_columns(
            case((label.is_not(None), Stream.last_position), else_=0),
            label,
            func.coalesce(Theme.slug, Territory.code, cast(_FOLLOWED.id, Text), ""),
            func.coalesce(Theme.name, Territory.label, cast(_FOLLOWED.name, Text), ""),
            Theme.name_en,
        )
        .join(Stream, Stream.id == Group.stream_id)
        .outerjoin(LabelFollow, follow)
        .outerjoin(Theme, Theme.id == LabelFollow.theme_id)
        .outerjoin(Territory, Territory.code == LabelFollow.territory_code)
        .outerjoin(_FOLLOWED, _FOLLOWED.id == LabelFollow.organisation_id)
    )
    return window_of(query, newest_first(listed), goes_on=False)


@cache
def _of_group(viewer: ViewerPlaceholder | None, kind: Kind | None, goes_on: bool) -> Select[Any]:
    here = Placement.group_id == bindparam("group", type_=BigInteger)
    query = select_cards(viewer, Placement, Placement).where(LISTED, readable_by(viewer), here)
    query = query.where(~Placement.pinned if kind is None else Placement.kind == kind)
    return window_of(query, NEWEST_FIRST, goes_on=goes_on)


@cache
def _first_of_group(viewer: ViewerPlaceholder | None) -> Any:
    """Select the first page of a group and, in the same statement, what is pinned there."""
    here = Placement.group_id == bindparam("group", type_=BigInteger)
    pinned = select_cards(viewer, Placement, Placement).where(
        LISTED, readable_by(viewer), here, Placement.pinned
    )
    return union_all(_of_group(viewer, None, goes_on=False), pinned)


def highlights_of(listed: type[Placement]) -> Any:
    """Ask of each placement that is listed what its index does not know: whether it stands out."""
    return (
        select(Placement.pinned, Placement.featured)
        .where(Placement.post_id == listed.post_id, Placement.group_id == listed.group_id)
        .limit(literal_column("1"))
        .correlate(listed)
        .lateral("here")
    )


def select_cards(viewer: Viewer | None, listed: type[Placement], here: Any) -> Select[Any]:
    """Read of some placements what cards show; `here` has the columns that `listed` lacks."""
    highlights = here.pinned, here.featured
    return (
        select(
            *_LOOK,
            case((profile_shown_to(ProfileField.PICTURE, viewer), Member.picture_key)),
            case((profile_shown_to(ProfileField.ORGANISATION, viewer), Organisation.name)),
            Member.organisation_confirmed_at.is_not(None),
            _SPEAKER.id,
            _SPEAKER.name,
            _PLACES,
            listed.status,
            listed.published_at,
            *_GROUP,
            *highlights,
            _elsewhere(viewer),
            *_PICTURE.c,
        )
        .select_from(listed)
        .join(listed.post)
        .join(listed.group)
        .join(Post.author)
        .outerjoin(Member.organisation)
        .outerjoin(_SPEAKER, _SPEAKER.id == Post.organisation_id)
        .outerjoin(Post.counters)
        .outerjoin(WebinarDetails, WebinarDetails.post_id == Post.id)
        .outerjoin(_PICTURE, true())
    )


def _elsewhere(viewer: Viewer | None) -> ScalarSelect[int]:
    """Count the other groups in which the viewer reads a post."""
    return (
        select(func.count() - 1)
        .select_from(Placement)
        .join(Placement.group)
        .where(Placement.post_id == Post.id, PUBLISHED, readable_by(viewer))
        .correlate(Post)
        .scalar_subquery()
    )


def read_cards(query: Select[Any], cursor: str | None, params: Params) -> Window[PostCard]:
    """Read a page of what `select_cards` selects."""
    return read_window(query, NEWEST_FIRST, cursor, DEFAULT_LIMIT, params, load=_cards)


def _cards(query: Select[Any], params: Params) -> Sequence[PostCard]:
    return [PostCard(*row) for row in db.session.execute(query, params)]
