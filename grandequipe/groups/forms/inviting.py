"""The forms for inviting many people: a list of addresses, and a link."""

from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import IntegerField, TextAreaField
from wtforms.fields import DateField
from wtforms.validators import InputRequired

from grandequipe.core import clock
from grandequipe.core.time_zones import clock_of
from grandequipe.groups.services.invitations.many import LONGEST_WORD
from grandequipe.web.forms import Form, Longest, ManyLines, trimmed

LONGEST_LIST = 60_000
LARGEST_FILE = 200_000
FURTHEST = date(9000, 1, 1)


class ManyInvitationsForm(Form):
    """Addresses as they were pasted, or a CSV file, and a word to all."""

    addresses = TextAreaField(
        _("Email addresses"), validators=[Longest(LONGEST_LIST), ManyLines()], filters=[trimmed]
    )
    file = FileField(_("Or a CSV file"))
    word = TextAreaField(
        _("A word from you"), validators=[Longest(LONGEST_WORD), ManyLines()], filters=[trimmed]
    )

    def read_file(self) -> bool:
        """Put what a file holds into the field of the addresses; return whether there was one."""
        sent = self.file.data
        if not sent or not getattr(sent, "filename", ""):
            return False
        content = sent.stream.read(LARGEST_FILE + 1)
        from charset_normalizer import from_bytes  # noqa: PLC0415 - megabytes in each web process

        best = from_bytes(content[:LARGEST_FILE]).best()
        if len(content) > LARGEST_FILE or best is None:
            self.file.errors = [str(_("We couldn’t read this file. Choose a CSV of up to 200 KB."))]
            return True
        text = str(best).replace("\r\n", "\n").strip()
        self.addresses.data = text[:LONGEST_LIST]
        return True


def _in_a_month() -> date:
    return (clock.now() + timedelta(days=30)).date()


class LinkForm(Form):
    """How many people join by a link, and until when."""

    max_uses = IntegerField(
        _("Number of people"), validators=[InputRequired(_("Choose a number."))], default=20
    )
    until = DateField(
        _("Last day"),
        validators=[InputRequired(_("Choose a day."))],
        default=_in_a_month,
    )

    def end(self, zone: str) -> datetime:
        """Give the end of the last day, in the member's time zone."""
        # The service refuses what is too far; the last day of the calendar has no day after it.
        last = min(self.until.data, FURTHEST)
        return datetime.combine(last, datetime.min.time(), clock_of(zone)) + timedelta(days=1)
