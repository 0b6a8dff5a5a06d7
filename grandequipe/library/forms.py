"""What the pages of collections and resources send."""

from collections.abc import Sequence

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from grandequipe.feed.forms.fields import DayField
from grandequipe.groups.models import Group
from grandequipe.library.models import (
    AUDIENCES,
    LONGEST_DESCRIPTION,
    LONGEST_NOTE,
    LONGEST_REASON,
    LONGEST_SENTENCE,
    LONGEST_TITLE,
    Audience,
    Collection,
    CollectionInput,
)
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed
from grandequipe.web.measures import LONGEST_CHOICE


class CollectionForm(Form):
    """A collection: its title, description and readers."""

    title = StringField(
        _l("Title"),
        validators=[InputRequired(_l("Give it a title.")), Longest(LONGEST_TITLE), OneLine()],
        filters=[trimmed],
    )
    description = TextAreaField(
        _l("Description"),
        description=_l("What is gathered here, and for whom."),
        validators=[Longest(LONGEST_DESCRIPTION), ManyLines()],
        filters=[trimmed],
    )
    audience = RadioField(
        _l("Who can see it?"),
        description=_l("A group’s collection is seen by those who read the group."),
        choices=[SelectChoice(each.value, words) for each, words in AUDIENCES.items()],
        default=Audience.PRIVATE.value,
        validate_choice=False,
    )

    def show_present(self, collection: Collection) -> None:
        """Show what a collection says now."""
        self.title.data, self.description.data = collection.title, collection.description
        self.audience.data = (collection.audience or Audience.PRIVATE).value

    def validate_audience(self, field: RadioField) -> None:
        """Refuse what is not offered."""
        if field.data not in list(Audience):
            raise ValidationError(_("Choose who can see it."))

    def input(self) -> CollectionInput:
        """Give what was typed."""
        return CollectionInput(
            self.title.data or "", self.description.data or "", Audience(self.audience.data)
        )


class NewCollectionForm(CollectionForm):
    """A new collection, which may be that of a group."""

    belongs_to = SelectField(
        _l("Whose collection is it?"), validators=[Longest(LONGEST_CHOICE)], validate_choice=False
    )

    def offer_groups(self, groups: Sequence[Group]) -> None:
        """Let the collection belong to one of some groups; without any, to the member alone."""
        choices = [SelectChoice("", _("Mine"))]
        choices += [SelectChoice(each.slug, each.name) for each in groups]
        self.belongs_to.choices = choices
        if not groups:
            del self.belongs_to

    def chosen_group(self, groups: Sequence[Group]) -> Group | None:
        """Give the group that was chosen among those that are offered."""
        word = self.belongs_to.data if "belongs_to" in self else ""
        return next((each for each in groups if each.slug == word), None)


class AddForm(Form):
    """The collection to which a post is added, and a note."""

    collection = SelectField(
        _l("Collection"), validators=[Longest(LONGEST_CHOICE)], validate_choice=False
    )
    note = TextAreaField(
        _l("Note"),
        description=_l("Why it is here: every reader of the collection sees it."),
        validators=[Longest(LONGEST_NOTE), ManyLines()],
        filters=[trimmed],
    )

    def offer(self, collections: Sequence[Collection]) -> None:
        """Offer collections, and the choice of a new one."""
        choices = [SelectChoice(str(each.id), each.title) for each in collections]
        self.collection.choices = [*choices, SelectChoice("", _("A new collection…"))]

    def chosen(self, collections: Sequence[Collection]) -> Collection | None:
        """Give the chosen collection; None for a new one."""
        return next((each for each in collections if str(each.id) == self.collection.data), None)


class ItemNoteForm(Form):
    """The note of a post in a collection."""

    note = TextAreaField(
        _l("Note"),
        description=_l("Why it is here: every reader of the collection sees it."),
        validators=[Longest(LONGEST_NOTE), ManyLines()],
        filters=[trimmed],
    )


class CareForm(Form):
    """When a resource is reviewed, and that it is up to date."""

    review_on = DayField(
        _l("Review it on"),
        description=_l("You are reminded on that day. Leave it empty for no reminder."),
    )
    is_current = BooleanField(_l("This resource is up to date"))
    answer = TextAreaField(
        _l("Answer"),
        description=_l("To those who said that it is out of date, with the box above."),
        validators=[Longest(LONGEST_REASON), ManyLines()],
        filters=[trimmed],
    )


class OutdatedForm(Form):
    """Why a resource is out of date."""

    reason = TextAreaField(
        _l("What is out of date?"),
        description=_l("The author of the resource and the moderators read it, with your name."),
        validators=[
            InputRequired(_l("Say what is out of date.")),
            Longest(LONGEST_REASON),
            ManyLines(),
        ],
        filters=[trimmed],
    )


class UseForm(Form):
    """How somebody used a resource, if they like to say so."""

    sentence = TextAreaField(
        _l("How did it help you?"),
        description=_l(
            "In a sentence, if you like: readers of the resource see it with your name."
        ),
        validators=[Longest(LONGEST_SENTENCE), ManyLines()],
        filters=[trimmed],
    )
