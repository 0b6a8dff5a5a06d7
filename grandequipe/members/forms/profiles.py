"""Forms of profiles and preferences."""

from collections.abc import Iterator
from typing import Any, Self

from flask_babel import get_locale, gettext, lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from grandequipe.core.languages import COMMON, language_name, plausible_language
from grandequipe.core.links import whole_address
from grandequipe.members.models import (
    MOST_LANGUAGES,
    MOST_LINKS,
    MOST_THEMES,
    Audience,
    Member,
    MemberProfile,
    ProfileField,
)
from grandequipe.members.services import (
    CHOICES,
    LONGEST,
    LONGEST_LINK,
    LONGEST_WISH,
    DetailsInput,
    ProfileInput,
)
from grandequipe.taxonomies.forms import theme_choices
from grandequipe.taxonomies.models import LocalizedName
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed
from grandequipe.web.languages import language_field
from grandequipe.web.time_zones import zone_choices

LANGUAGES = [
    SelectChoice("fr", "Français", {"lang": "fr"}),
    SelectChoice("en", "English", {"lang": "en"}),
]
AUDIENCES = [
    SelectChoice(Audience.NOBODY.value, _("Only me")),
    SelectChoice(Audience.GROUPS.value, _("Members of my groups")),
    SelectChoice(Audience.MEMBERS.value, _("All members")),
    SelectChoice(Audience.EVERYONE.value, _("Everyone, with or without an account")),
]
AUDIENCES_IN_WORDS = {
    Audience.NOBODY: _("only you see this"),
    Audience.GROUPS: _("seen by members of your groups"),
    Audience.MEMBERS: _("seen by all members"),
    Audience.EVERYONE: _("seen by everyone"),
}
# More than is accepted, so that the error names what is wrong.
LONGEST_LINKS = 2 * MOST_LINKS * LONGEST_LINK


def audience_field() -> SelectField:
    """Make the choice of who sees a field: nobody else until its member chooses."""
    return SelectField(_("Who sees it"), choices=AUDIENCES, default=Audience.NOBODY.value)


def line(label: Any, most: int) -> StringField:
    """Make an optional field of one line."""
    return StringField(label, validators=[Longest(most), OneLine()], filters=[trimmed])


def words(label: Any, most: int) -> TextAreaField:
    """Make an optional field of several lines."""
    return TextAreaField(label, validators=[Longest(most), ManyLines()], filters=[trimmed])


class ProfileForm(Form):
    """A member's profile, with the audience of each field."""

    display_name = StringField(
        _("Your name, as others will see it"),
        validators=[
            DataRequired(_("Enter your name.")),
            Longest(LONGEST["display_name"]),
            OneLine(),
        ],
        filters=[trimmed],
    )
    picture_audience = audience_field()
    job_title = line(_("Your role"), LONGEST["job_title"])
    job_title_audience = audience_field()
    organisation = line(_("Your organisation"), LONGEST["organisation"])
    organisation_audience = audience_field()
    bio = words(_("About you"), LONGEST["bio"])
    bio_audience = audience_field()
    territory = line(_("Your territory"), 200)
    territory_audience = audience_field()
    themes = SelectMultipleField(_("Your themes"))
    themes_audience = audience_field()
    offers = words(_("I offer"), LONGEST_WISH)
    offers_audience = audience_field()
    seeks = words(_("I look for"), LONGEST_WISH)
    seeks_audience = audience_field()
    languages = SelectMultipleField(_("Languages you speak"))
    languages_audience = audience_field()
    links = words(_("Your links"), LONGEST_LINKS)
    links_audience = audience_field()
    bio_language = language_field(_("Language of what you write here"))
    is_listed = BooleanField(_("List me in the directory of members"))
    receives_messages = BooleanField(_("Members may write to me through the site"))
    wants_introductions = BooleanField(_("Introduce me to others, and others to me, once a month"))
    answers_questions = BooleanField(_("Ask me when someone looks for who has done this already"))

    most_themes, most_languages, most_links = MOST_THEMES, MOST_LANGUAGES, MOST_LINKS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locale = str(get_locale())
        self.themes.choices = list(theme_choices(locale))
        self.languages.choices = list(_language_choices(locale, self.languages.data or ()))

    @classmethod
    def of(cls, member: Member, profile: MemberProfile | None, **kwargs: Any) -> Self:
        """Create the form with the member's present profile."""
        organisation = member.organisation.name if member.organisation else ""
        shown: dict[str, Any] = {
            "display_name": member.display_name, "job_title": member.job_title,
            "organisation": organisation, "bio": member.bio,
        }  # fmt: skip
        if member.bio:
            shown["bio_language"] = member.bio_language or ""
        if profile is not None:
            shown |= {
                "territory": profile.territory.label if profile.territory else "",
                "themes": [theme.slug for theme in profile.themes],
                "languages": profile.languages,
                "links": "\n".join(profile.links),
                "offers": profile.offers,
                "seeks": profile.seeks,
                **{name: getattr(profile, name) for name in CHOICES},
            }
        shown |= {f"{field}_audience": member.audience_of(field).value for field in ProfileField}
        return cls(data=shown, **kwargs)

    def input(self) -> ProfileInput:
        """Return the form's values for the service."""
        said = " ".join(each.data or "" for each in (self.bio, self.offers, self.seeks))
        return ProfileInput(
            display_name=self.display_name.data or "",
            job_title=self.job_title.data or "",
            organisation=self.organisation.data or "",
            bio=self.bio.data or "",
            bio_language=plausible_language(self.bio_language.data, said),
            details=DetailsInput(
                territory=self.territory.data or "",
                themes=self.themes.data or (),
                languages=self.languages.data or (),
                links=[whole_address(each) for each in (self.links.data or "").split()],
                offers=self.offers.data or "",
                seeks=self.seeks.data or "",
            ),
            choices={name: self[name].data for name in CHOICES},
            audiences={field: self[f"{field}_audience"].data for field in ProfileField},
        )


def _language_choices(locale: str, chosen: Any) -> Iterator[SelectChoice]:
    """List the common languages, and what else is chosen, as a reader calls them."""
    heading = LocalizedName(gettext("Languages"), locale)
    for tag in dict.fromkeys((*COMMON, *chosen)):
        yield SelectChoice(tag, language_name(tag, locale), {}, heading)


class PictureForm(Form):
    """A member's picture, and who sees it."""

    picture = FileField(_("Your photo"), validators=[FileRequired(_("Choose a photo first."))])
    audience = audience_field()


class PreferencesForm(Form):
    """A member's locale and time zone."""

    locale = RadioField(
        _("Language"), choices=LANGUAGES, validators=[DataRequired(_("Choose a language."))]
    )
    time_zone = SelectField(_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone.choices = zone_choices(self.time_zone.data)
