"""What an organiser sets for the registrations of a webinar."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from grandequipe.feed.forms.fields import RequiredMark
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed
from grandequipe.webinars.models import (
    LONGEST_CHOICE_OF_ANSWER,
    LONGEST_QUESTION,
    MOST_CHOICES,
    MOST_PLACES_EACH,
    QuestionInput,
    QuestionKind,
    SettingsInput,
)

KINDS = [
    SelectChoice(QuestionKind.TEXT.value, _("A few words")),
    SelectChoice(QuestionKind.YES_NO.value, _("Yes or no")),
    SelectChoice(QuestionKind.CHOICE.value, _("One of several answers")),
]


class SettingsForm(Form):
    """Whether people register, and for how many places each."""

    is_open = BooleanField(_("People can register"))
    most_places = SelectField(
        _("Places for one registration"),
        choices=[SelectChoice(str(each), str(each)) for each in range(1, MOST_PLACES_EACH + 1)],
        validate_choice=False,
        description=_("More than one where an organisation comes with several people."),
    )

    def input(self) -> SettingsInput:
        """Give what the service takes."""
        data = self.most_places.data or "1"
        most = int(data) if data.isdecimal() and len(data) < 4 else 0
        return SettingsInput(bool(self.is_open.data), most)


class QuestionForm(Form):
    """A question to those who register."""

    label = StringField(
        _("Your question"),
        validators=[RequiredMark(), Longest(LONGEST_QUESTION), OneLine()],
        filters=[trimmed],
    )
    kind = RadioField(
        _("What do people answer?"),
        choices=KINDS,
        default=QuestionKind.TEXT.value,
        validate_choice=False,
    )
    choices = TextAreaField(
        _("The answers to choose from"),
        validators=[Longest((LONGEST_CHOICE_OF_ANSWER + 1) * MOST_CHOICES), ManyLines()],
        filters=[trimmed],
        description=_("One on each line, if there are several to choose from."),
    )
    is_required = BooleanField(_("It has to be answered"))

    def input(self) -> QuestionInput:
        """Give what the service takes, a choice for each line."""
        known = {each.value: each for each in QuestionKind}
        lines = (self.choices.data or "").splitlines()
        return QuestionInput(
            self.label.data or "",
            known.get(self.kind.data or "", QuestionKind.TEXT),
            [line.strip() for line in lines if line.strip()],
            bool(self.is_required.data),
        )
