"""The forms of groups, their members and invitations."""

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import gettext, lazy_gettext as _
from flask_security.forms import PasswordFormMixin
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired

from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS
from grandequipe.core.languages import plausible_language
from grandequipe.core.text_validation import quoted, shows_something
from grandequipe.groups.models import (
    LONGEST_MESSAGE,
    Colour,
    Group,
    JoinPolicy,
    PostingPolicy,
    Role,
    Visibility,
)
from grandequipe.groups.services import LONGEST_DESCRIPTION, LONGEST_NAME, GroupInput
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed, unbroken
from grandequipe.web.languages import language_field
from grandequipe.web.measures import LONGEST_CHOICE, LONGEST_PASSWORD

VISIBILITIES = [
    SelectChoice(Visibility.PUBLIC.value, _("Public: anyone can read it, even without an account")),
    SelectChoice(
        Visibility.PRIVATE.value,
        _("Private: anyone can see that it exists; only members can read it"),
    ),
    SelectChoice(
        Visibility.HIDDEN.value, _("Hidden: only members and people who are invited know about it")
    ),
]
JOIN_POLICIES = [
    SelectChoice(JoinPolicy.OPEN.value, _("Freely, with one click")),
    SelectChoice(JoinPolicy.REQUEST.value, _("On request: a moderator accepts or refuses")),
    SelectChoice(JoinPolicy.INVITE.value, _("By invitation only")),
]
POSTING_POLICIES = [
    SelectChoice(PostingPolicy.MEMBERS.value, _("All members, straight away")),
    SelectChoice(PostingPolicy.MODERATED.value, _("All members, after a moderator’s review")),
    SelectChoice(PostingPolicy.MODERATORS.value, _("Moderators only")),
]
COLOURS = [
    SelectChoice("", _("The one we chose")),
    SelectChoice(Colour.BLUE.value, _("Blue")),
    SelectChoice(Colour.MINT.value, _("Green")),
    SelectChoice(Colour.VIOLET.value, _("Purple")),
    SelectChoice(Colour.OCHRE.value, _("Ochre")),
    SelectChoice(Colour.CORAL.value, _("Coral")),
    SelectChoice(Colour.MAGENTA.value, _("Pink")),
]


class GroupForm(Form):
    """The settings of a group, new or existing."""

    name = StringField(
        _("Group name"),
        validators=[
            DataRequired(_("Give the group a name.")),
            Longest(LONGEST_NAME),
            OneLine(),
        ],
        filters=[trimmed, unbroken],
    )
    description = TextAreaField(
        _("What it is for"),
        validators=[Longest(LONGEST_DESCRIPTION), ManyLines()],
        filters=[trimmed],
    )
    language = language_field(_("Language of the name and description"))
    visibility = RadioField(
        _("Who can read it"),
        choices=VISIBILITIES,
        default=Visibility.PUBLIC.value,
        validators=[InputRequired(_("Choose one of the three."))],
    )
    join_policy = RadioField(
        _("How to join"),
        choices=JOIN_POLICIES,
        default=JoinPolicy.OPEN.value,
        validators=[InputRequired(_("Choose one of the three."))],
    )
    posting_policy = RadioField(
        _("Who can post"),
        choices=POSTING_POLICIES,
        default=PostingPolicy.MEMBERS.value,
        validators=[InputRequired(_("Choose one of the three."))],
    )
    reads_newcomers = BooleanField(
        _("A moderator reads the first post of a newcomer before the group does")
    )
    colour = RadioField(
        _("Colour"),
        choices=COLOURS,
        default="",
        filters=[lambda colour: colour or ""],
    )

    def input(self) -> GroupInput:
        """Give the settings; a hidden group is by invitation only, whatever was chosen."""
        visibility = Visibility(self.visibility.data)
        is_hidden = visibility is Visibility.HIDDEN
        return GroupInput(
            name=self.name.data or "",
            description=self.description.data or "",
            visibility=visibility,
            join_policy=JoinPolicy.INVITE if is_hidden else JoinPolicy(self.join_policy.data),
            posting_policy=PostingPolicy(self.posting_policy.data),
            reads_newcomers=self.reads_newcomers.data,
            colour=Colour(self.colour.data) if self.colour.data else None,
            language=plausible_language(
                self.language.data, f"{self.name.data} {self.description.data}"
            ),
        )


class CoverForm(Form):
    """The picture above a group's page."""

    picture = FileField(_("Picture"), validators=[FileRequired(_("Choose a picture first."))])


class InvitationForm(Form):
    """The address to invite."""

    email = EmailField(
        _("Their email address"),
        validators=[
            DataRequired(_("Enter the address of the person you’d like to invite.")),
            Longest(LONGEST_EMAIL_ADDRESS),
            OneLine(),
            Email(_("This isn’t an email address. Please check it."), allow_smtputf8=False),
        ],
        filters=[trimmed],
    )


class AccountPasswordForm(PasswordFormMixin, Form):
    """The password of the account of the invited address."""

    longest: ClassVar[Mapping[str, int]] = {"password": LONGEST_PASSWORD}


class EndForm(Form):
    """The name of the group to delete, typed by hand, so that nobody deletes one by accident."""

    name = StringField(
        _("Group name"), validators=[Longest(LONGEST_NAME), OneLine()], filters=[trimmed]
    )

    def names(self, group: Group) -> bool:
        """Return whether the name of this group was typed; else put an error on the field."""
        if self.validate_on_submit() and normalized_name(self.name.data or "") != normalized_name(
            group.name
        ):
            self.name.errors = [
                gettext("This is not its name: type “%(name)s”.", name=quoted(group.name))
            ]
        return self.is_submitted() and not self.errors


def normalized_name(name: str) -> str:
    """Normalize what differs between keyboards: spaces, apostrophes, case."""
    return " ".join(name.replace("’", "'").casefold().split())


class OfferForm(Form):
    """An answer that is yes or no."""

    answer = HiddenField(validators=[InputRequired(), Longest(LONGEST_CHOICE)])

    @property
    def accepts(self) -> bool:
        """Return whether it is yes."""
        return self.answer.data == "accept"


class AnswerForm(OfferForm):
    """A moderator's answer to a request to join."""

    reason = TextAreaField(
        _("Your message to the person"),
        validators=[Longest(LONGEST_MESSAGE), ManyLines()],
        filters=[trimmed],
    )

    def is_complete(self) -> bool:
        """Return whether this is an answer; a refusal has a reason, which the person reads."""
        if not self.validate_on_submit():
            return False
        if not self.accepts and not shows_something(self.reason.data or ""):
            self.reason.errors = [gettext("Say why in a few words. They’ll read it.")]
        return not self.errors


class RoleForm(Form):
    """The new role of a member."""

    role = RadioField(choices=[role.value for role in Role], validators=[InputRequired()])

    def chosen(self) -> Role:
        """Give the chosen role."""
        return Role(self.role.data)
