"""Changing what members show and how they read."""

from dataclasses import dataclass
from functools import partial

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from grandequipe.config import LOCALES
from grandequipe.core import files
from grandequipe.core.errors import Invalid
from grandequipe.core.events import record
from grandequipe.core.languages import language_error
from grandequipe.core.names import person_name_error, wrong_organisation_name
from grandequipe.core.text_validation import has_letters, length_error, line_error, text_error
from grandequipe.core.time_zones import known_time_zones
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import db
from grandequipe.members.events import PreferencesChanged, ProfileChanged
from grandequipe.members.models import Member, Organisation
from grandequipe.members.queries import find_organisation

LONGEST_NAME = 100
LONGEST = {"display_name": LONGEST_NAME, "job_title": 100, "organisation": 150, "bio": 2000}


@dataclass(frozen=True)
class ProfileInput:
    """What a member tells others of themselves; a new structure is made from its name."""

    display_name: str
    job_title: str = ""
    organisation: str = ""
    bio: str = ""
    bio_language: str | None = None

    def check(self) -> None:
        """Raise Invalid that names each wrong field."""
        wrong = {}
        for name, most in LONGEST.items():
            words, wrong_signs = getattr(self, name), text_error if name == "bio" else line_error
            if odd := length_error(words, most) or wrong_signs(words):
                wrong[name] = odd
        if odd := language_error(self.bio_language):
            wrong["bio_language"] = odd
        if "display_name" not in wrong:
            self._check_name(wrong)
        if wrong:
            raise Invalid(wrong)

    def _check_name(self, wrong: dict[str, str]) -> None:
        if not has_letters(self.display_name):
            wrong["display_name"] = _("Enter your name.")
        elif odd := person_name_error(self.display_name):
            wrong["display_name"] = odd


def edit_profile(member: Member, profile_input: ProfileInput) -> None:
    """Change what others see of a member; raise Invalid that names what is wrong."""
    profile_input.check()
    member.display_name = profile_input.display_name
    member.job_title = profile_input.job_title
    member.bio = profile_input.bio
    member.bio_language = profile_input.bio_language or None
    member.organisation = _organisation_named(profile_input.organisation)
    _profile_changed(member)


def change_picture(member: Member, webp: bytes | None) -> None:
    """Put a new square picture in place of the old one, or none."""
    # Before anything is locked: a store elsewhere takes its time.
    new = files.store(webp, "pictures", "webp") if webp else None
    # Two who do it at once leave one file.
    alone = {"of": Member, "key_share": True}
    db.session.refresh(member, attribute_names=["picture_key"], with_for_update=alone)
    old = member.picture_key
    member.picture_key = new
    _profile_changed(member)
    if old:
        on_commit(partial(files.remove, old))


def edit_preferences(member: Member, locale: str, time_zone: str) -> None:
    """Change the language and the clock that a member reads in."""
    _check_preferences(locale, time_zone)
    member.locale = locale
    member.time_zone = time_zone
    db.session.flush()
    record(member.stream, PreferencesChanged(subject_id=member.id, actor_id=member.id))


def _check_preferences(locale: str, time_zone: str) -> None:
    wrong = {}
    if locale not in LOCALES:
        wrong["locale"] = _("Choose a language.")
    if time_zone not in known_time_zones():
        wrong["time_zone"] = _("Choose a time zone from the list.")
    if wrong:
        raise Invalid(wrong)


def _profile_changed(member: Member) -> None:
    db.session.flush()
    record(member.stream, ProfileChanged(subject_id=member.id, actor_id=member.id))


def _organisation_named(name: str) -> Organisation | None:
    if not name.strip():
        return None
    if find_organisation(name) is None:
        if odd := wrong_organisation_name(name):
            raise Invalid({"organisation": odd})
        # Someone else may name it at this very moment: it is one structure all the same.
        made = insert(Organisation).values(name=name.strip())
        db.session.execute(made.on_conflict_do_nothing())
    return find_organisation(name)
