"""What members add to their profile, and whom they show each field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core.events import record
from grandequipe.core.languages import language_error
from grandequipe.core.links import secure_address_error
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.members.events import ProfileChanged
from grandequipe.members.models import (
    MOST_LANGUAGES,
    MOST_LINKS,
    MOST_THEMES,
    Audience,
    Member,
    MemberProfile,
    ProfileField,
    ProfileRevision,
)
from grandequipe.members.queries import find_profile
from grandequipe.taxonomies.models import Territory
from grandequipe.taxonomies.queries import find_territories, find_themes

LONGEST_LINK = 300
LONGEST_WISH = 1000
TYPED = ("offers", "seeks", "links")
# The consents of a profile.
CHOICES = ("is_listed", "receives_messages", "wants_introductions", "answers_questions")


@dataclass(frozen=True)
class DetailsInput:
    """What a member adds: a territory by its code or label, themes by slug, tags of languages.

    `links` are whole addresses.
    """

    territory: str = ""
    themes: Sequence[str] = ()
    languages: Sequence[str] = ()
    links: Sequence[str] = ()
    offers: str = ""
    seeks: str = ""

    def list_errors(self) -> dict[str, str]:
        """Give the error of each field that is wrong."""
        errors = {}
        for name in ("offers", "seeks"):
            typed = getattr(self, name)
            if error := length_error(typed, LONGEST_WISH) or text_error(typed):
                errors[name] = error
        if self.territory and self.find_territory() is None:
            errors["territory"] = _("Choose a territory from the list.")
        if error := self._links_error():
            errors["links"] = error
        return errors | self._choice_errors()

    def _choice_errors(self) -> dict[str, str]:
        errors, themes = {}, set(self.themes)
        if len(themes) > MOST_THEMES:
            errors["themes"] = _("%(number)d at most.", number=MOST_THEMES)
        elif len(find_themes(themes)) < len(themes):
            errors["themes"] = _("Choose themes from the list.")
        if len(set(self.languages)) > MOST_LANGUAGES:
            errors["languages"] = _("%(number)d at most.", number=MOST_LANGUAGES)
        elif error := next(filter(None, map(language_error, self.languages)), None):
            errors["languages"] = error
        return errors

    def find_territory(self) -> Territory | None:
        """Find the territory that is named."""
        found = find_territories([self.territory]) if self.territory else []
        return found[0] if found else None

    def _links_error(self) -> str | None:
        if len(set(self.links)) > MOST_LINKS:
            return _("%(number)d at most.", number=MOST_LINKS)
        wrong = (
            length_error(link, LONGEST_LINK) or secure_address_error(link) for link in self.links
        )
        return next(filter(None, wrong), None)


def audiences_error(audiences: Mapping[str, str]) -> str | None:
    """Say what is wrong with audiences by field, or None."""
    known = set(audiences) <= set(ProfileField) and set(audiences.values()) <= set(Audience)
    return None if known else _("Choose who sees it from the list.")


def set_details(member: Member, details: DetailsInput) -> None:
    """Store what a member adds; `details` are valid."""
    profile = get_or_add_profile(member)
    territory = details.find_territory()
    profile.territory_code = territory.code if territory else None
    profile.themes = list(find_themes(details.themes)) if details.themes else []
    profile.languages = list(dict.fromkeys(details.languages))
    profile.links = list(dict.fromkeys(details.links))
    profile.offers, profile.seeks = details.offers, details.seeks


def set_audiences(member: Member, audiences: Mapping[str, str]) -> None:
    """Have a member show these fields to these audiences; other fields stay as they are."""
    chosen = {**member.audiences, **{str(field): str(each) for field, each in audiences.items()}}
    member.audiences = {
        field: audience for field, audience in chosen.items() if audience != Audience.NOBODY
    }


def set_choices(member: Member, choices: Mapping[str, bool]) -> None:
    """Have a member agree to what is chosen, and to nothing else of what is named."""
    profile = get_or_add_profile(member)
    for name, agrees in choices.items():
        if name in CHOICES:
            setattr(profile, name, bool(agrees))


def get_or_add_profile(member: Member) -> MemberProfile:
    """Lock the row of what a member adds, and add it where there is none."""
    empty = insert(MemberProfile).values(member_id=member.id).on_conflict_do_nothing()
    db.session.execute(empty)
    return db.session.get_one(
        MemberProfile, member.id, populate_existing=True, with_for_update={"of": MemberProfile}
    )


def take_words(member: Member) -> dict[str, Any]:
    """Clear the words and links that a member added; give what they were."""
    profile = find_profile(member)
    if profile is None:
        return {}
    before = {name: getattr(profile, name) for name in TYPED}
    profile.offers = profile.seeks = ""
    profile.links = []
    return before


def give_back_words(member: Member, before: Mapping[str, Any]) -> None:
    """Give back what `take_words` took and the member has not written anew since."""
    if any(before.values()):
        profile = get_or_add_profile(member)
        for name in TYPED:
            setattr(profile, name, getattr(profile, name) or before.get(name))


def erase_details(member: Member) -> None:
    """Erase what a member added, and show nothing but the name to anyone."""
    db.session.execute(delete(MemberProfile).where(MemberProfile.member_id == member.id))
    member.audiences = {}


def advance_profiles() -> None:
    """Have all kept pages be rendered again: what some profile shows has changed.

    The row is locked until the commit. Call it before events are recorded.
    """
    first = insert(ProfileRevision).values(id=1, revision=1)
    db.session.execute(
        first.on_conflict_do_update(
            index_elements=["id"], set_={"revision": ProfileRevision.revision + 1}
        )
    )


def record_profile_change(member: Member, actor_id: int | None) -> None:
    """Record that a member's profile changed."""
    db.session.flush()
    advance_profiles()
    record(member.stream, ProfileChanged(subject_id=member.id, actor_id=actor_id))
