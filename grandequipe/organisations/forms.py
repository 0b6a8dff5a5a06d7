"""What the pages of organisations send."""

from typing import Any, Self

from flask_babel import get_locale, gettext, lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    EmailField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS
from grandequipe.core.languages import plausible_language
from grandequipe.core.links import LONGEST_ADDRESS
from grandequipe.core.siret import shown_siret
from grandequipe.members.models import Organisation, OrganisationKind
from grandequipe.members.services import LONGEST
from grandequipe.members.services.organisations import (
    LONGEST_DESCRIPTION,
    DescriptionInput,
    OrganisationInput,
)
from grandequipe.organisations.services.claims import LONGEST_MESSAGE
from grandequipe.taxonomies.forms import theme_choices
from grandequipe.taxonomies.models import Territory
from grandequipe.taxonomies.queries import find_territories
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed, unbroken
from grandequipe.web.languages import language_field

KINDS = {
    OrganisationKind.ASSOCIATION: _("Charity or association"),
    OrganisationKind.SOCIAL_CENTRE: _("Community centre"),
    OrganisationKind.LOCAL_AUTHORITY: _("Local authority"),
    OrganisationKind.LANDLORD: _("Social landlord"),
    OrganisationKind.SOCIAL_ENTERPRISE: _("Social enterprise"),
    OrganisationKind.RESIDENTS_COUNCIL: _("Residents’ council"),
    OrganisationKind.STATE_SERVICE: _("Government service"),
    OrganisationKind.OTHER: _("Other organisation"),
}
LONGEST_TERRITORY = 200
LONGEST_SIRET = 40


def kind_choices() -> list[SelectChoice]:
    """List the kinds of organisations as pages name them."""
    return [SelectChoice(kind.value, word) for kind, word in KINDS.items()]


class TerritoryOfForm(Form):
    """A form with a kind and one territory, typed as it is listed."""

    kind = SelectField(_("Kind"), default=OrganisationKind.ASSOCIATION.value)
    territory = StringField(
        _("Territory"), validators=[Longest(LONGEST_TERRITORY), OneLine()], filters=[trimmed]
    )
    found: Territory | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = kind_choices()

    def validate_territory(self, field: StringField) -> None:
        """Find the territory that was typed; raise ValidationError where none is called so."""
        # The field of several gives each its separator.
        label = (field.data or "").strip("; ")
        found = find_territories([label]) if label else []
        if label and not found:
            raise ValidationError(gettext("Choose a territory from the list."))
        self.found = found[0] if found else None


class NewOrganisationForm(TerritoryOfForm):
    """An organisation that is not known yet."""

    name = StringField(
        _("Name"),
        validators=[
            DataRequired(_("Give it a name.")),
            Longest(LONGEST["organisation"]),
            OneLine(),
        ],
        filters=[trimmed, unbroken],
    )

    def input(self) -> OrganisationInput:
        """Give what was typed."""
        kind = OrganisationKind(self.kind.data)
        return OrganisationInput(self.name.data or "", kind, self.found)


class DescriptionForm(TerritoryOfForm):
    """What an organisation says of itself."""

    website = URLField(
        _("Website"), validators=[Longest(LONGEST_ADDRESS), OneLine()], filters=[trimmed]
    )
    siret = StringField("SIRET", validators=[Longest(LONGEST_SIRET), OneLine()], filters=[trimmed])
    description = TextAreaField(
        _("Description"), validators=[Longest(LONGEST_DESCRIPTION), ManyLines()], filters=[trimmed]
    )
    description_language = language_field(_("Language of the description"))
    themes = SelectMultipleField(_("Themes"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.themes.choices = list(theme_choices(str(get_locale())))

    @classmethod
    def of(cls, organisation: Organisation) -> Self:
        """Make the form with what the organisation says now."""
        shown: dict[str, Any] = {
            "kind": organisation.kind.value,
            "territory": organisation.territory.label if organisation.territory else "",
            "website": organisation.website or "",
            "siret": shown_siret(organisation.siret) if organisation.siret else "",
            "description": organisation.description,
            "themes": [theme.slug for theme in organisation.themes],
        }
        if organisation.description:
            shown["description_language"] = organisation.description_language or ""
        return cls(data=shown)

    def input(self) -> DescriptionInput:
        """Give what was typed."""
        text = self.description.data or ""
        return DescriptionInput(
            kind=OrganisationKind(self.kind.data),
            territory=self.found,
            website=self.website.data or "",
            siret=self.siret.data or "",
            description=text,
            description_language=plausible_language(self.description_language.data, text),
            themes=self.themes.data or (),
        )


class LogoForm(Form):
    """The logo of an organisation."""

    picture = FileField(_("Logo"), validators=[FileRequired(_("Choose a picture first."))])


class ClaimForm(Form):
    """A request to run an organisation, for an administrator."""

    message = TextAreaField(
        _("Who you are in this organisation"),
        validators=[
            DataRequired(_("Say who you are in this organisation.")),
            Longest(LONGEST_MESSAGE),
            ManyLines(),
        ],
        filters=[trimmed],
    )


class MailboxForm(Form):
    """An e-mail address: of an organisation's domain, or of a member who is invited to run it."""

    email = EmailField(
        _("Email address"),
        validators=[
            DataRequired(_("Enter an email address.")),
            Longest(LONGEST_EMAIL_ADDRESS),
            OneLine(),
        ],
        filters=[trimmed],
    )
