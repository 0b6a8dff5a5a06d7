"""Forms of profiles and preferences."""

from typing import Any, Self

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from grandequipe.core.languages import plausible_language
from grandequipe.members.models import Member
from grandequipe.members.services import LONGEST, ProfileInput
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed
from grandequipe.web.languages import language_field
from grandequipe.web.time_zones import zone_choices

LANGUAGES = [
    SelectChoice("fr", "Français", {"lang": "fr"}),
    SelectChoice("en", "English", {"lang": "en"}),
]


class ProfileForm(Form):
    """A member's profile."""

    display_name = StringField(
        _("Your name, as others will see it"),
        validators=[
            DataRequired(_("Enter your name.")),
            Longest(LONGEST["display_name"]),
            OneLine(),
        ],
        filters=[trimmed],
    )
    job_title = StringField(
        _("Your role"), validators=[Longest(LONGEST["job_title"]), OneLine()], filters=[trimmed]
    )
    organisation = StringField(
        _("Your organisation"),
        validators=[Longest(LONGEST["organisation"]), OneLine()],
        filters=[trimmed],
    )
    bio = TextAreaField(
        _("About you"), validators=[Longest(LONGEST["bio"]), ManyLines()], filters=[trimmed]
    )
    bio_language = language_field(_("Language of what you write here"))

    @classmethod
    def of(cls, member: Member, **kwargs: Any) -> Self:
        """Create the form with the member's present profile."""
        organisation = member.organisation.name if member.organisation else ""
        shown = {
            "display_name": member.display_name, "job_title": member.job_title,
            "organisation": organisation, "bio": member.bio,
        }  # fmt: skip
        if member.bio:
            shown["bio_language"] = member.bio_language or ""
        return cls(data=shown, **kwargs)

    def input(self) -> ProfileInput:
        """Return the form's values for the service."""
        return ProfileInput(
            display_name=self.display_name.data or "",
            job_title=self.job_title.data or "",
            organisation=self.organisation.data or "",
            bio=self.bio.data or "",
            bio_language=plausible_language(self.bio_language.data, self.bio.data or ""),
        )


class PictureForm(Form):
    """A member's picture."""

    picture = FileField(_("Your photo"), validators=[FileRequired(_("Choose a photo first."))])


class PreferencesForm(Form):
    """A member's locale and time zone."""

    locale = RadioField(
        _("Language"), choices=LANGUAGES, validators=[DataRequired(_("Choose a language."))]
    )
    time_zone = SelectField(_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone.choices = zone_choices(self.time_zone.data)
