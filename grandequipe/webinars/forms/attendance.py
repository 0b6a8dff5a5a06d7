"""What somebody sends who was there, and an organiser who saw them."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import InputRequired

from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS
from grandequipe.web.forms import Form, Longest, OneLine, trimmed

LONGEST_CODE = 40


class AttendanceForm(Form):
    """The code that is said at the end, or what the QR code holds."""

    code = StringField(
        _("Code"),
        validators=[InputRequired(_("Enter the code.")), Longest(LONGEST_CODE), OneLine()],
        filters=[trimmed],
    )


class VisitorAttendanceForm(AttendanceForm):
    """The same from somebody without an account, known by the address of their registration."""

    email = EmailField(
        _("The email address of your registration"),
        validators=[
            InputRequired(_("Enter your email address.")),
            Longest(LONGEST_EMAIL_ADDRESS),
            OneLine(),
        ],
        filters=[trimmed],
    )


class MarkForm(Form):
    """Whether somebody was there: "1", or nothing."""

    attended = HiddenField(validators=[Longest(1)])
