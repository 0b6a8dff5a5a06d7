"""Posts of all six kinds; the fields of one kind are absent from the others."""

from marshmallow import fields
from marshmallow.validate import Length, OneOf

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import (
    KEPT_HTML,
    Instant,
    Text,
    language_tag,
    one_of,
    whole,
)
from grandequipe.api.schemas.files import FileSchema, file_ids
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.api.schemas.members import PersonSchema
from grandequipe.core.html import LONGEST_BODY
from grandequipe.feed.models import (
    MOST_GROUPS,
    JoinFor,
    Kind,
    PlacementStatus,
    ReactionName,
    ResourceType,
)
from grandequipe.feed.models.inputs import (
    INPUTS,
    LONGEST_LINE,
    LONGEST_REASON,
    LONGEST_TITLE,
    MOST_LABELS,
)
from grandequipe.webinars.models import RegistrationState

LARGEST_VERSION = 2**63 - 1


def _of(name: str, meaning: str = "") -> dict[str, str]:
    """Describe a field by the kinds that have it."""
    kinds = [kind for kind, each in INPUTS.items() if name in each.__dataclass_fields__]
    return {"description": f"{', '.join(kinds).capitalize()}. {meaning}".strip()}


class OwnFields(Schema):
    """What only some kinds have."""

    starts_at = Instant(allow_none=True, metadata=_of("starts_at"))
    ends_at = Instant(allow_none=True, metadata=_of("ends_at", "The instant it is over."))
    time_zone = Text(allow_none=True, longest=64, metadata=_of("time_zone"))
    join_url = Text(
        allow_none=True,
        longest=2000,
        metadata=_of(
            "join_url",
            "Where the room is: for the author and moderators only, null for all others, who are "
            "led there by `room_url`.",
        ),
    )
    join_for = one_of(
        JoinFor,
        allow_none=True,
        metadata=_of("join_for", "Who may join: `registered` where nothing is said."),
    )
    venue = Text(
        allow_none=True, longest=LONGEST_LINE, metadata=_of("venue", "Address of the place.")
    )
    venue_access = Text(
        allow_none=True,
        longest=LONGEST_LINE,
        metadata=_of("venue_access", "Access for disabled people."),
    )
    venue_map_url = Text(
        allow_none=True, longest=2000, metadata=_of("venue_map_url", "A map of the place.")
    )
    speakers = Text(allow_none=True, longest=LONGEST_LINE, metadata=_of("speakers"))
    capacity = whole(1, 100_000, allow_none=True, metadata=_of("capacity"))
    replay_url = Text(allow_none=True, longest=2000, metadata=_of("replay_url"))
    url = Text(allow_none=True, longest=2000, metadata=_of("url"))
    resource_type = one_of(ResourceType, allow_none=True, metadata=_of("resource_type"))
    publisher = Text(allow_none=True, longest=LONGEST_LINE, metadata=_of("publisher"))
    published_on = fields.Date(allow_none=True, metadata=_of("published_on"))
    licence = Text(allow_none=True, longest=LONGEST_LINE, metadata=_of("licence"))
    partners = Text(allow_none=True, longest=LONGEST_LINE, metadata=_of("partners"))
    contact = Text(allow_none=True, longest=LONGEST_LINE, metadata=_of("contact"))
    deadline = Instant(
        allow_none=True,
        metadata=_of(
            "deadline",
            "The instant it closes: from then on nobody can answer. For the whole of 14 December, "
            "give 0:00 on the 15th in your zone; pages and mails say it as midnight of the 14th.",
        ),
    )
    happens_at = Instant(
        allow_none=True,
        metadata=_of("happens_at", "When it happens: what has a date is in the agenda."),
    )
    funder = Text(allow_none=True, longest=LONGEST_LINE, metadata=_of("funder"))


class PlacementSchema(Schema):
    """A post in a group."""

    group = fields.String(attribute="group.slug", required=True)
    status = one_of(PlacementStatus, required=True)
    published_at = Instant(required=True, allow_none=True)
    pinned = fields.Boolean(required=True)
    featured = fields.Boolean(required=True)


class OrganisationNameSchema(Schema):
    """An organisation, by its name."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class PostSchema(OwnFields):
    """A post, as the one who calls sees it."""

    room_url = fields.String(
        allow_none=True,
        metadata=_of(
            "join_url",
            "Leads into the room those who may join, from 15 minutes before the start to the end; "
            "null where there is none.",
        ),
    )
    cancelled_at = Instant(
        allow_none=True, metadata=_of("join_url", "When its organisers cancelled it.")
    )
    places_taken = fields.Integer(
        metadata=_of("join_url", "Places of those who go, or to whom one is offered.")
    )
    places_waited_for = fields.Integer(metadata=_of("join_url", "Places that the line waits for."))
    my_registration = one_of(
        RegistrationState,
        allow_none=True,
        metadata=_of("join_url", "How the caller stands; null for who never registered."),
    )
    cancellation = fields.String(
        allow_none=True, metadata=_of("join_url", "Why it is cancelled, in its organiser’s words.")
    )
    id = fields.Integer(required=True)
    kind = one_of(Kind, required=True)
    group = fields.String(attribute="group.slug", required=True)
    author = fields.Nested(PersonSchema, required=True)
    title = fields.String(required=True)
    body_html = fields.String(required=True)
    summary = fields.String(required=True)
    language = language_tag(required=True)
    status = one_of(
        PlacementStatus,
        required=True,
        metadata={"description": "`pending` and `refused` are shown to the author and moderators."},
    )
    placements = fields.Nested(
        PlacementSchema,
        many=True,
        required=True,
        metadata={"description": "In which groups it stands, of those that the caller may know."},
    )
    files = fields.Nested(FileSchema, many=True, required=True)
    refusal = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why a moderator refused it, where the status is `refused`."},
    )
    created_at = Instant(required=True)
    published_at = Instant(required=True, allow_none=True)
    edited_at = Instant(required=True, allow_none=True)
    version = fields.Integer(required=True)
    comment_count = fields.Integer(required=True)
    locked = fields.Boolean(
        attribute="is_locked",
        required=True,
        metadata={"description": "Whether a moderator has locked its comments."},
    )
    reactions = fields.Dict(
        keys=fields.String(validate=OneOf([name.value for name in ReactionName])),
        values=fields.Integer(),
        attribute="reaction_counts",
        required=True,
    )
    my_reactions = fields.List(fields.String(), required=True)
    organisation = fields.Nested(
        OrganisationNameSchema,
        required=True,
        allow_none=True,
        metadata={"description": "In whose name it is written, where it is not the author's own."},
    )
    themes = fields.Pluck("ThemeSchema", "slug", many=True, required=True)
    territories = fields.Pluck("TerritorySchema", "code", many=True, required=True)
    web_url = fields.String(required=True)


class ThemeSchema(Schema):
    """A theme."""

    slug = fields.String(required=True)


class TerritorySchema(Schema):
    """A territory."""

    code = fields.String(required=True)


PostPageSchema = page_of(PostSchema)


class PostQuery(PageQuery):
    """Which posts are asked for."""

    kind = one_of(Kind, load_default=None)


class PostWords(OwnFields):
    """What an author writes."""

    title = Text(longest=LONGEST_TITLE)
    body_html = Text(longest=LONGEST_BODY, metadata={"description": KEPT_HTML})
    language = language_tag()
    # A post that had more before may keep them: else the input says that there are too many.
    themes = fields.List(Text(longest=100), validate=Length(max=2 * MOST_LABELS))
    territories = fields.List(Text(longest=200), validate=Length(max=2 * MOST_LABELS))
    files = file_ids()
    organisation_id = whole(
        1,
        LARGEST_VERSION,
        data_key="organisation",
        allow_none=True,
        metadata={
            "description": "The id of the organisation in whose name it is: one that the author "
            "runs, or belongs to by its own word."
        },
    )


class PostBody(PostWords):
    """A post to publish."""

    kind = one_of(Kind, required=True)
    title = Text(required=True, longest=LONGEST_TITLE)
    body_html = Text(required=True, longest=LONGEST_BODY, metadata={"description": KEPT_HTML})
    status = Text(
        validate=OneOf(["draft", "published", "scheduled"]),
        load_default="published",
        metadata={"description": "`draft` and `scheduled` are answered by the draft."},
    )
    publish_at = Instant(
        load_default=None,
        metadata={"description": "When it is published, where the status is `scheduled`."},
    )
    groups = fields.List(
        Text(longest=100),
        load_default=list,
        validate=Length(max=MOST_GROUPS - 1),
        metadata={"description": "Further groups of the same post, by slug."},
    )


class PlacementBody(Schema):
    """What becomes of a post in a group."""

    status = Text(
        validate=OneOf(["published", "returned", "refused", "removed"]),
        load_default="published",
        metadata={
            "description": "`published`: its author places it there, or a moderator approves it, "
            "naming its `version`; `refused`, and `returned` for changes to be made, with a "
            "`reason`, are a moderator's; `removed` takes it out."
        },
    )
    version = whole(
        1, LARGEST_VERSION, metadata={"description": "To approve: the `version` that was read."}
    )
    pinned = fields.Boolean(
        metadata={"description": "On top of the group's page: a moderator's, 409 past three."}
    )
    featured = fields.Boolean(
        metadata={"description": "Larger than others, one in a group: a moderator's."}
    )
    reason = Text(
        longest=LONGEST_REASON,
        metadata={"description": "Why it is refused, for its author: 2 to 1,000 characters."},
    )


class PostPatch(PostWords):
    """What may change of a post; a moderator also publishes or refuses one that waits."""

    locked = fields.Boolean(
        metadata={"description": "Its comments locked or open again: a moderator's."}
    )

    status = Text(
        validate=OneOf(["published", "removed"]),
        metadata={
            "description": "`published` approves a post that waits: name its `version`. `removed` "
            "refuses one that waits, with a `reason`, or removes a post."
        },
    )
    version = whole(
        1,
        LARGEST_VERSION,
        metadata={
            "description": "The `version` that was read: 409 where the post has another one. "
            "Needed with the status `published`."
        },
    )
    minor = fields.Boolean(
        load_default=False,
        metadata={"description": "A minor correction: readers are not notified of it."},
    )
    reason = Text(
        longest=LONGEST_REASON,
        metadata={"description": "Why it is refused, for its author: 2 to 1,000 characters."},
    )


class VersionSchema(Schema):
    """What a post said from an instant on."""

    version = fields.Integer(required=True)
    at = Instant(required=True)
    actor = fields.Nested(
        PersonSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Who wrote it; null where that is not known."},
    )
    minor = fields.Boolean(required=True)
    title = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Null, like the text, where a moderator erased it."},
    )
    body_html = fields.String(required=True, allow_none=True)


VersionPageSchema = page_of(VersionSchema)


class ReactionsSchema(Schema):
    """The reactions to a post or a comment."""

    reactions = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    my_reactions = fields.List(fields.String(), required=True)
