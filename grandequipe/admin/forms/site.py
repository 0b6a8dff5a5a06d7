"""Forms of the site's settings, its logo and its announcements."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Optional, ValidationError

from grandequipe.announcements.models import LONGEST_TEXT, LONGEST_TITLE, AnnouncementInput
from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS
from grandequipe.core.html import LONGEST_BODY
from grandequipe.core.site_settings import GroupCreation, Registration, SiteSettings
from grandequipe.feed.forms.fields import LocalTimeField
from grandequipe.members.queries import find_organisation
from grandequipe.organisations.services.claims import LONGEST_REASON
from grandequipe.taxonomies.models import Territory
from grandequipe.taxonomies.queries import find_territories
from grandequipe.taxonomies.services import LONGEST_THEME
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed, unbroken
from grandequipe.web.rich_text import RichTextField

LONGEST_SITE_NAME = 60
LONGEST_IDENTITY = 600
LONGEST_WELCOME = 600
LONGEST_DOMAINS = 2000
REGISTRATIONS = [
    SelectChoice(Registration.OPEN.value, _("Everyone can sign up")),
    SelectChoice(Registration.INVITATION.value, _("Only those whom a member has invited")),
    SelectChoice(Registration.CLOSED.value, _("No one for the moment")),
]
GROUP_CREATIONS = [
    SelectChoice(GroupCreation.EVERYONE.value, _("Every member")),
    SelectChoice(GroupCreation.REQUEST.value, _("Every member, once an administrator agrees")),
    SelectChoice(GroupCreation.ADMINISTRATORS.value, _("Administrators only")),
]


def line(label: Any, most: int) -> StringField:
    """Make an optional field of one line."""
    checks = [Longest(most), OneLine()]
    return StringField(label, validators=checks, filters=[trimmed, unbroken])


def words(label: Any, most: int) -> TextAreaField:
    """Make an optional field of several lines."""
    return TextAreaField(label, validators=[Longest(most), ManyLines()], filters=[trimmed])


class SiteForm(Form):
    """The settings of the site; a field that the environment sets is not shown."""

    version = HiddenField(validators=[Longest(20)])
    site_name = StringField(
        _("Name of the site"),
        validators=[
            DataRequired(_("Give the site a name.")),
            Longest(LONGEST_SITE_NAME),
            OneLine(),
        ],
        filters=[trimmed, unbroken],
    )
    colour = line(_("Colour"), 7)
    welcome_title = line(_("Title of the home page of visitors, in French"), 120)
    welcome_text = words(_("Its text, in French"), LONGEST_WELCOME)
    welcome_title_en = line(_("Title of the home page of visitors, in English"), 120)
    welcome_text_en = words(_("Its text, in English"), LONGEST_WELCOME)
    legal_publisher = words(_("Who publishes the site"), LONGEST_IDENTITY)
    legal_host = words(_("Who hosts it"), LONGEST_IDENTITY)
    legal_contact = line(_("Address to write to"), LONGEST_EMAIL_ADDRESS)
    registration = RadioField(_("Who can sign up"), choices=REGISTRATIONS)
    allowed_domains = words(_("Email domains that can sign up"), LONGEST_DOMAINS)
    group_creation = RadioField(_("Who can create groups"), choices=GROUP_CREATIONS)
    reviews_new_groups = BooleanField(
        _("List a new group, and show it to visitors, once an administrator has seen it")
    )

    @classmethod
    def of(cls, settings: SiteSettings, without: Any) -> "SiteForm":
        """Make the form of the present settings, without the fields that are set elsewhere."""
        values = {
            name: getattr(settings, name)
            for name in SiteSettings.__dataclass_fields__
            if name != "logo_key"
        }
        values["allowed_domains"] = "\n".join(settings.allowed_domains)
        form = cls(data=values)
        for name in without:
            del form[name]
        return form

    def changes(self) -> dict[str, Any]:
        """Give the values by the names of the settings; domains and colours as they were typed."""
        values = {
            name: self[name].data
            for name in SiteSettings.__dataclass_fields__
            if name in self and name != "version"
        }
        values["allowed_domains"] = (values["allowed_domains"] or "").replace(",", " ").split()
        return {name: "" if value is None else value for name, value in values.items()}


class LegalTextForm(Form):
    """A version of a legal page."""

    version = HiddenField(validators=[Longest(20)])
    body_html = RichTextField(
        _("Text"), validators=[Longest(LONGEST_BODY), ManyLines()], filters=[trimmed]
    )


class LogoForm(Form):
    """The site's logo."""

    picture = FileField(_("Logo"), validators=[FileRequired(_("Choose a picture first."))])


class ThemeForm(Form):
    """The names of a theme, and for a new one that under which it stands."""

    name = line(_("French name"), LONGEST_THEME)
    name_en = line(_("English name"), LONGEST_THEME)
    parent = SelectField(_("Below"), choices=[], validators=[Optional()])


class OrganisationForm(Form):
    """The name, kind and place of an organisation."""

    name = line(_("Name"), 150)
    kind = SelectField(_("Kind"), choices=[])
    territory = line(_("Territory"), 200)

    def validate_territory(self, field: StringField) -> None:
        """Find the territory that was typed, as it is listed; raise ValidationError without one."""
        self.found = territory_named(field.data)


class MergeForm(Form):
    """The organisation into which a double is merged, by its name."""

    kept = StringField(
        _("Organisation that stays"),
        validators=[DataRequired(_("Enter its name.")), Longest(150), OneLine()],
        filters=[trimmed],
    )

    def validate_kept(self, field: StringField) -> None:
        """Find the organisation that was typed; raise ValidationError where none is called so."""
        found = find_organisation(field.data or "")
        if found is None:
            raise ValidationError(gettext("No organisation has this name."))
        self.found = found


class ClaimAnswerForm(Form):
    """Why a request to run an organisation is refused."""

    reason = TextAreaField(
        _("Reason, for a refusal"),
        validators=[Longest(LONGEST_REASON), ManyLines()],
        filters=[trimmed],
    )


def territory_named(label: str | None) -> Territory | None:
    """Find a territory by its label; raise ValidationError where none is called so."""
    found = find_territories([label]) if label else []
    if label and not found:
        raise ValidationError(gettext("Choose a territory from the list."))
    return found[0] if found else None


class AnnouncementForm(Form):
    """An announcement: its words, whom it is for, where it is shown, until when."""

    title = StringField(
        _("Title"),
        validators=[DataRequired(_("Give it a title.")), Longest(LONGEST_TITLE), OneLine()],
        filters=[trimmed, unbroken],
    )
    text = words(_("Text"), LONGEST_TEXT)
    territory = line(_("Only for one territory"), 200)
    in_banner = BooleanField(_("On top of every page"), default=True)
    in_bell = BooleanField(_("In the notifications"), default=True)
    in_digest = BooleanField(_("In the next digest"), default=True)
    ends_at = LocalTimeField(_("Shown until"))

    def __init__(self, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone

    def validate_territory(self, field: StringField) -> None:
        """Find the territory that was typed, as it is listed; raise ValidationError without one."""
        self.found = territory_named(field.data)

    def input(self) -> AnnouncementInput:
        """Give the announcement; ValueError for an hour that clocks never show."""
        ends_at: datetime | None = self.ends_at.read_in(self.zone) if self.ends_at.data else None
        return AnnouncementInput(
            title=self.title.data or "",
            text=self.text.data or "",
            ends_at=ends_at,
            territory=self.found,
            in_banner=self.in_banner.data,
            in_bell=self.in_bell.data,
            in_digest=self.in_digest.data,
        )
