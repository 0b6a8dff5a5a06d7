"""The forms of a group's charter, of its welcome, and of those who want to join."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from grandequipe.core.languages import plausible_language
from grandequipe.groups import models
from grandequipe.groups.services import WelcomeInput
from grandequipe.web.forms import Form, Longest, ManyLines, trimmed, unbroken
from grandequipe.web.languages import language_field
from grandequipe.web.measures import LONGEST_CHOICE
from grandequipe.web.rich_text import RichTextField

MAIL_CONTENTS = [
    SelectChoice(models.MailContent.WHOLE.value, _("The title and the first words of each post")),
    SelectChoice(models.MailContent.TITLES.value, _("Titles only: the texts stay on the site")),
]


class CharterForm(Form):
    """The rules of a group; an empty text takes them away."""

    body_html = RichTextField(
        _("Charter"),
        validators=[Longest(models.LONGEST_CHARTER), ManyLines()],
        filters=[trimmed],
    )
    language = language_field(_("Language of the charter"))

    @property
    def written_in(self) -> str | None:
        """Give the language of the text."""
        return plausible_language(self.language.data, self.body_html.data or "")


class WelcomeForm(Form):
    """What a group sends to those who join, asks those who want to, and shows in mails."""

    body_html = RichTextField(
        _("Welcome message"),
        validators=[Longest(models.LONGEST_WELCOME), ManyLines()],
        filters=[trimmed],
    )
    language = language_field(_("Language of the message and the questions"))
    questions = TextAreaField(
        _("Questions to people who ask to join"),
        validators=[
            Longest((models.LONGEST_QUESTION + 1) * models.MOST_QUESTIONS),
            ManyLines(),
        ],
        filters=[trimmed],
    )
    mail_content = RadioField(
        _("What emails show of posts"),
        choices=MAIL_CONTENTS,
        default=models.MailContent.WHOLE.value,
        validators=[InputRequired(_("Choose one of the two."))],
    )

    def input(self) -> WelcomeInput:
        """Give the settings, a question for each line."""
        lines = (self.questions.data or "").splitlines()
        return WelcomeInput(
            body_html=self.body_html.html,
            language=plausible_language(
                self.language.data, f"{self.body_html.data} {self.questions.data}"
            ),
            questions=[unbroken(line.strip()) for line in lines if line.strip()],
            mail_content=models.MailContent(self.mail_content.data),
        )


class AcceptForm(Form):
    """The version of the charter that a member read and accepts."""

    charter = HiddenField(validators=[InputRequired(), Longest(LONGEST_CHOICE)])

    @property
    def version(self) -> int:
        """Give the number of the version; 0, which none has, for what is no number."""
        return number_of(self.charter.data)


def _answer_field(number: int) -> Any:
    return TextAreaField(
        _("Answer %(number)d", number=number),
        validators=[Longest(models.LONGEST_ANSWER), ManyLines()],
        filters=[trimmed],
    )


class JoinForm(Form):
    """The charter to accept and the answers to a group's questions."""

    # Sent by the page that shows them, not by the button that leads there.
    joining = HiddenField(validators=[Longest(LONGEST_CHOICE)])
    charter = HiddenField(validators=[Longest(LONGEST_CHOICE)])
    accepts = BooleanField(_("I have read the charter and I accept it"))
    answer_1 = _answer_field(1)
    answer_2 = _answer_field(2)
    answer_3 = _answer_field(3)
    answer_4 = _answer_field(4)
    answer_5 = _answer_field(5)

    def ask(self, questions: Sequence[str], charter_version: int) -> None:
        """Show these questions, as the labels of their answers, and the charter."""
        for number in range(1, models.MOST_QUESTIONS + 1):
            if number > len(questions):
                del self[f"answer_{number}"]
            else:
                self[f"answer_{number}"].label.text = questions[number - 1]
        if not charter_version:
            del self.accepts

    @property
    def answer_fields(self) -> list[Any]:
        """List the fields of the answers that are asked for."""
        return [field for field in self if field.name.startswith("answer_")]

    def answers(self) -> list[str]:
        """Give the answers, in the order of the questions."""
        return [field.data or "" for field in self.answer_fields]

    def is_complete(self) -> bool:
        """Return whether the charter is accepted and each question answered; else say where not."""
        if not self.validate():
            return False
        for field in self.answer_fields:
            if not (field.data or "").strip():
                field.errors = [gettext("Please write a few words.")]
        if "accepts" in self and not self.accepts.data:
            self.accepts.errors = [gettext("Accept the charter to join.")]
        return not self.errors


class RequestMessageForm(Form):
    """What the person or a moderator writes about a request to join."""

    body = TextAreaField(
        _("Your message"),
        validators=[
            InputRequired(_("Please write a few words.")),
            Longest(models.LONGEST_MESSAGE),
            ManyLines(),
        ],
        filters=[trimmed],
    )


def number_of(typed: str | None) -> int:
    """Read a number of an id or a version; 0, which none has, for what is no number."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 19 else 0
