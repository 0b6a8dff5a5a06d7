"""Organisations of the scenes."""

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member, Organisation, OrganisationKind, OrganisationManager
from grandequipe.members.services import ProfileInput, edit_profile
from grandequipe.organisations.services import make_manager
from tests.factories import Cast
from tests.feed.conftest import taxonomies as taxonomies
from tests.members.conftest import inbox as inbox

SITE = "https://www.regie.example.org/"


def make_organisation(name: str, *managers: Member, **values: object) -> Organisation:
    """Make an organisation, run by some members."""
    values.setdefault("kind", OrganisationKind.ASSOCIATION)
    organisation = Organisation(name=name, **values)
    with atomic():
        db.session.add(organisation)
        db.session.flush()
        for member in managers:
            make_manager(member, organisation, member)
    return organisation


def name_organisation(member: Member, name: str) -> None:
    """Have a member say in the profile to which organisation they belong."""
    with atomic():
        edit_profile(member, ProfileInput(member.display_name, organisation=name))


def managers_of(organisation: Organisation) -> set[int]:
    """Give the ids of who runs an organisation."""
    rows = db.session.query(OrganisationManager.member_id)
    return {member_id for (member_id,) in rows.filter_by(organisation_id=organisation.id)}


@pytest.fixture
def regie(cast: Cast) -> Organisation:
    """Give an organisation that Amina runs, and to which Chloé says that she belongs."""
    regie = make_organisation("Régie de Bagnolet", cast.amina, website=SITE)
    name_organisation(cast.chloe, "Régie de Bagnolet")
    return regie
