"""The people of the demo: accounts, profiles, pictures."""

from functools import partial

from grandequipe.core import clock
from grandequipe.core.pictures import PICTURE_SIDE
from grandequipe.demo import content
from grandequipe.demo.drawings import draw_portrait
from grandequipe.demo.files import as_webp
from grandequipe.demo.timeline import Timeline
from grandequipe.extensions import db
from grandequipe.members.models import (
    Audience,
    Organisation,
    OrganisationKind,
    ProfileField,
)
from grandequipe.members.services import (
    CHOICES,
    DetailsInput,
    ProfileInput,
    change_picture,
    create_member,
    edit_profile,
)
from grandequipe.organisations.services import make_manager
from grandequipe.taxonomies.queries import find_themes

NEWCOMER = "jade"
# Beside a name, and on the page of a profile.
BESIDE = (ProfileField.JOB_TITLE, ProfileField.ORGANISATION)
SHOWN = tuple(field for field in ProfileField if field not in BESIDE)
WITH_PICTURE = 0.8
# The kinds that those who run an organisation post in its name.
IN_ITS_NAME = ("project", "call", "webinar")
# The keys of those who run the page of their organisation.
RUN_BY = frozenset(each.run_by for each in content.organisations())


def plan_people(timeline: Timeline, password_hash: str) -> None:
    """Plan the organisations, then the members' registrations one after the other."""
    for organisation in content.organisations():
        timeline.add(timeline.ago(100), partial(_create_organisation, organisation))
    for place, person in enumerate(content.members()):
        days = 1.5 if person.key == NEWCOMER else 99 - place / 10
        timeline.add(timeline.ago(days), partial(_register, timeline, person, password_hash))


def _create_organisation(organisation: content.OrganisationText) -> None:
    db.session.add(
        Organisation(
            name=organisation.name,
            kind=OrganisationKind(organisation.kind),
            territory_code=organisation.territory,
            website=organisation.website or None,
            description=organisation.description,
            description_language=content.LANGUAGE if organisation.description else None,
            themes=list(find_themes(organisation.themes)),
        )
    )
    db.session.flush()


def _register(timeline: Timeline, person: content.MemberText, password_hash: str) -> None:
    member = create_member(
        person.email,
        person.name,
        password_hash,
        confirmed_at=clock.now(),
        is_admin=person.admin,
        time_zone=person.zone,
    )
    audiences: dict[str, str] = dict.fromkeys(SHOWN, Audience.MEMBERS)
    profile = ProfileInput(
        person.name,
        person.job,
        person.organisation,
        person.bio,
        content.LANGUAGE,
        details=DetailsInput(
            territory=person.territory,
            themes=person.themes,
            languages=person.languages,
            offers=person.offers,
            seeks=person.seeks,
        ),
        choices=dict.fromkeys(CHOICES, bool(person.offers or person.seeks)),
        audiences=audiences | dict.fromkeys(BESIDE, Audience.EVERYONE),
    )
    edit_profile(member, profile)
    if member.organisation is not None and person.key in RUN_BY:
        make_manager(member, member.organisation, member)
    elif member.organisation is not None and person.key != NEWCOMER:
        member.organisation_confirmed_at = clock.now()
    if person.key != NEWCOMER and timeline.chance.random() < WITH_PICTURE:
        change_picture(member, as_webp(draw_portrait(person.name, PICTURE_SIDE)))
    timeline.members[person.key] = member
