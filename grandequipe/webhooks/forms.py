"""The form of a webhook."""

from flask_babel import lazy_gettext as _
from wtforms import SelectChoice, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from grandequipe.core.cleaning import cleaned_line
from grandequipe.web.forms import Form, Longest, OneLine, trimmed
from grandequipe.webhooks.models import LONGEST_ADDRESS, LONGEST_NAME, EventKind
from grandequipe.webhooks.services.settings import WebhookInput

EVENT_WORDS = {
    EventKind.POST_PUBLISHED: _("A post is published"),
    EventKind.POST_EDITED: _("A post is edited"),
    EventKind.POST_REMOVED: _("A post is removed"),
    EventKind.COMMENT_ADDED: _("A comment is added"),
    EventKind.COMMENT_REMOVED: _("A comment is removed"),
    EventKind.WEBINAR_RESCHEDULED: _("A webinar is rescheduled"),
    EventKind.WEBINAR_CANCELLED: _("A webinar is cancelled"),
    EventKind.MEMBER_JOINED: _("A person joins"),
    EventKind.MEMBER_LEFT: _("A person leaves"),
}


class WebhookForm(Form):
    """Where events are sent, and which."""

    name = StringField(
        _("Name"),
        validators=[InputRequired(_("Give it a name.")), Longest(LONGEST_NAME), OneLine()],
        filters=[trimmed],
        description=_("For the owners of the group, such as the name of the program."),
    )
    address = StringField(
        _("Address of the receiver"),
        validators=[InputRequired(_("Enter an address.")), Longest(LONGEST_ADDRESS), OneLine()],
        filters=[trimmed],
        description=_("It begins with https:// and is reached from the internet."),
    )
    kinds = SelectMultipleField(
        _("Events"),
        choices=[SelectChoice(kind.value, word) for kind, word in EVENT_WORDS.items()],
    )

    def input(self) -> WebhookInput:
        """Give what was filled in."""
        kinds = [EventKind(each) for each in self.kinds.data or ()]
        return WebhookInput(cleaned_line(self.name.data or ""), self.address.data or "", kinds)
