"""Writes of profiles, pictures and preferences."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from grandequipe.config import LOCALES
from grandequipe.core import clock, files
from grandequipe.core.errors import Invalid
from grandequipe.core.events import record
from grandequipe.core.languages import language_error
from grandequipe.core.names import person_name_error, wrong_organisation_name
from grandequipe.core.text_validation import has_alphanumerics, length_error, line_error, text_error
from grandequipe.core.time_zones import known_time_zones
from grandequipe.core.transactions import on_commit, on_rollback
from grandequipe.extensions import db
from grandequipe.members.events import BelongingStated, PreferencesChanged
from grandequipe.members.models import Member, Organisation, ProfileField
from grandequipe.members.queries import find_organisation, find_refusal, is_manager
from grandequipe.members.services.details import (
    DetailsInput,
    advance_profiles,
    audiences_error,
    record_profile_change,
    set_audiences,
    set_choices,
    set_details,
)

LONGEST_NAME = 100
LONGEST = {"display_name": LONGEST_NAME, "job_title": 100, "organisation": 150, "bio": 2000}


@dataclass(frozen=True)
class ProfileInput:
    """A member's profile; an organisation is given by name, and created if it is new."""

    display_name: str
    job_title: str = ""
    organisation: str = ""
    bio: str = ""
    bio_language: str | None = None
    # What is None stays as it is.
    details: DetailsInput | None = None
    audiences: Mapping[str, str] | None = None
    choices: Mapping[str, bool] | None = None

    def validate(self) -> None:
        """Raise Invalid with the error of each field."""
        errors = {}
        for name, most in LONGEST.items():
            text, find_error = getattr(self, name), text_error if name == "bio" else line_error
            if error := length_error(text, most) or find_error(text):
                errors[name] = error
        if error := language_error(self.bio_language):
            errors["bio_language"] = error
        if "display_name" not in errors:
            self._check_name(errors)
        if self.details is not None:
            errors |= self.details.list_errors()
        if error := audiences_error(self.audiences or {}):
            errors["audiences"] = error
        if errors:
            raise Invalid(errors)

    def _check_name(self, errors: dict[str, str]) -> None:
        if not has_alphanumerics(self.display_name):
            errors["display_name"] = _("Enter your name.")
        elif error := person_name_error(self.display_name):
            errors["display_name"] = error


def edit_profile(member: Member, profile_input: ProfileInput) -> None:
    """Change a member's profile; raise Invalid with the error of each field."""
    profile_input.validate()
    member.display_name = profile_input.display_name
    member.job_title = profile_input.job_title
    member.bio = profile_input.bio
    member.bio_language = profile_input.bio_language or None
    organisation = _organisation_named(profile_input.organisation)
    if organisation is not member.organisation:
        join_organisation(member, organisation)
    if profile_input.details is not None:
        set_details(member, profile_input.details)
    if profile_input.audiences is not None:
        set_audiences(member, profile_input.audiences)
    if profile_input.choices is not None:
        set_choices(member, profile_input.choices)
    record_profile_change(member, member.id)


def join_organisation(member: Member, organisation: Organisation | None) -> None:
    """Have a member say that they belong to an organisation, or to none.

    It is unconfirmed until a manager answers; what managers say of themselves is confirmed. Raises
    Invalid where the organisation has said that they do not belong to it.
    """
    lock = {"of": Member, "key_share": True}
    db.session.refresh(member, attribute_names=["organisation_id"], with_for_update=lock)
    if organisation is not None and find_refusal(member, organisation) is not None:
        message = _(
            "This organisation has said that you’re not part of it. Those who run it can allow it "
            "again."
        )
        raise Invalid({"organisation": message})
    is_own = organisation is not None and is_manager(member, organisation)
    member.organisation, member.is_spokesperson = organisation, False
    member.organisation_confirmed_at = clock.now() if is_own else None
    if organisation is not None and not is_own:
        db.session.flush()
        advance_profiles()
        event = BelongingStated(
            subject_id=member.id, actor_id=member.id, organisation_id=organisation.id
        )
        record(member.stream, event)


def change_picture(member: Member, webp: bytes | None, audience: str | None = None) -> None:
    """Replace a member's picture by the content of a square WebP file, or by none.

    `audience` is who is shown it from now on, None where that stays.
    """
    # Before the lock: a remote file store is slow.
    new = files.store(webp, "pictures", "webp") if webp else None
    if new:
        on_rollback(partial(files.remove, new))
    # Concurrent changes then leave one file.
    lock = {"of": Member, "key_share": True}
    db.session.refresh(member, attribute_names=["picture_key"], with_for_update=lock)
    old = member.picture_key
    member.picture_key = new
    if audience is not None:
        set_audiences(member, {ProfileField.PICTURE: audience})
    record_profile_change(member, member.id)
    if old:
        on_commit(partial(files.remove, old))


def edit_preferences(member: Member, locale: str, time_zone: str) -> None:
    """Change a member's locale and time zone; raise Invalid with the error of each field."""
    _check_preferences(locale, time_zone)
    member.locale = locale
    member.time_zone = time_zone
    db.session.flush()
    record(member.stream, PreferencesChanged(subject_id=member.id, actor_id=member.id))


def _check_preferences(locale: str, time_zone: str) -> None:
    errors = {}
    if locale not in LOCALES:
        errors["locale"] = _("Choose a language.")
    if time_zone not in known_time_zones():
        errors["time_zone"] = _("Choose a time zone from the list.")
    if errors:
        raise Invalid(errors)


def _organisation_named(name: str) -> Organisation | None:
    if not name.strip():
        return None
    if find_organisation(name) is None:
        if error := wrong_organisation_name(name):
            raise Invalid({"organisation": error})
        # A concurrent request may create the same organisation.
        new = insert(Organisation).values(name=name.strip())
        db.session.execute(new.on_conflict_do_nothing())
    return find_organisation(name)
