"""The forms of moderation: a report, a decision, an appeal and what is decided on it."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS
from grandequipe.feed.forms.fields import LocalTimeField, RequiredMark
from grandequipe.feed.models.inputs import LONGEST_REASON
from grandequipe.moderation.models import (
    LONGEST_APPEAL,
    LONGEST_DETAILS,
    LONGEST_RULE,
    REASONS,
    SANCTIONS,
    DecisionKind,
    ReportReason,
    SubjectType,
    choices_for,
)
from grandequipe.moderation.services import DecisionInput, ReportInput, VisitorReport
from grandequipe.moderation.services.reports import LONGEST_NAME
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed
from grandequipe.web.measures import LONGEST_CHOICE

CHOOSE_REASON = _("Choose the reason that fits best.")


class ReportForm(Form):
    """Why a member reports something."""

    reason = RadioField(
        _("What’s wrong?"),
        choices=[SelectChoice(reason.value, label) for reason, label in REASONS.items()],
        validators=[RequiredMark()],
        validate_choice=False,
    )
    details = TextAreaField(
        _("What should the moderators know?"),
        validators=[Longest(LONGEST_DETAILS), ManyLines()],
        filters=[trimmed],
    )

    def validate(self, *args: object, **kwargs: object) -> bool:
        """Ask for a reason; the service judges the rest."""
        is_valid = super().validate(*args, **kwargs)
        if self.reason.data not in set(ReportReason):
            self.reason.errors = [*self.reason.errors, str(CHOOSE_REASON)]
            return False
        return is_valid

    def input(self) -> ReportInput:
        """Give what the service takes."""
        return ReportInput(ReportReason(self.reason.data), self.details.data or "")


class VisitorReportForm(ReportForm):
    """The same from a visitor, with a name and an address; `website` is left empty by people."""

    name = StringField(
        _("Your name"),
        validators=[RequiredMark(), Longest(LONGEST_NAME), OneLine()],
        filters=[trimmed],
    )
    email = EmailField(
        _("Your email address"),
        validators=[RequiredMark(), Longest(LONGEST_EMAIL_ADDRESS)],
        filters=[trimmed],
    )
    in_good_faith = BooleanField(
        _("I’m reporting this in good faith, and what I say here is accurate and complete.")
    )
    website = StringField(_("Leave this field empty"), validators=[Longest(LONGEST_CHOICE)])

    @property
    def is_by_program(self) -> bool:
        """Return whether a field that people do not see was filled in."""
        return bool((self.website.data or "").strip())

    def visitor_input(self, locale: str) -> VisitorReport:
        """Give what the service takes."""
        return VisitorReport(
            ReportReason(self.reason.data),
            self.details.data or "",
            name=self.name.data or "",
            email=self.email.data or "",
            in_good_faith=self.in_good_faith.data,
            locale=locale,
        )


class CaseForm(Form):
    """The version that a moderator read of a case."""

    version = HiddenField(validators=[Longest(LONGEST_CHOICE)])

    @property
    def read_version(self) -> int:
        """Give the version that was read, 0 for none."""
        data = self.version.data or ""
        return int(data) if data.isascii() and data.isdigit() and len(data) < 19 else 0


class DecisionForm(CaseForm):
    """A moderator's decision and the reasons for its author."""

    decision = RadioField(
        _("What do you decide?"),
        validators=[RequiredMark()],
        validate_choice=False,
    )
    reason = TextAreaField(
        _("Why?"),
        validators=[RequiredMark(), Longest(LONGEST_REASON), ManyLines()],
        filters=[trimmed],
    )
    rule = StringField(
        _("Which rule?"),
        validators=[Longest(LONGEST_RULE), OneLine()],
        filters=[trimmed],
    )
    until = LocalTimeField(_("Until when?"))

    def offer(self, kinds: Iterable[DecisionKind], subject_type: SubjectType) -> "DecisionForm":
        """Offer these decisions on a subject of that type."""
        self.decision.choices = [SelectChoice(*each) for each in choices_for(kinds, subject_type)]
        return self

    def validate(self, *args: object, **kwargs: object) -> bool:
        """Ask for a decision; the service judges the rest."""
        is_valid = super().validate(*args, **kwargs)
        offered = {choice.value for choice in self.decision.choices or ()}
        if self.decision.data not in offered:
            self.decision.errors = [*self.decision.errors, str(_("Choose what you decide."))]
            return False
        return is_valid

    def input(self, time_zone: str) -> DecisionInput:
        """Give what the service takes; the end is on the clock of the moderator."""
        kind = DecisionKind(self.decision.data)
        until: datetime | None = self.until.data
        if until is not None:
            until = until.replace(tzinfo=ZoneInfo(time_zone))
        ends = kind in SANCTIONS and kind is not DecisionKind.WARN
        return DecisionInput(
            kind, self.reason.data or "", self.rule.data or "", until if ends else None
        )


class AppealForm(Form):
    """What somebody says against a decision."""

    text = TextAreaField(
        _("Why should this decision be changed?"),
        validators=[RequiredMark(), Longest(LONGEST_APPEAL), ManyLines()],
        filters=[trimmed],
    )


class AppealDecisionForm(Form):
    """What somebody else decides on an appeal, and why."""

    decision = RadioField(
        _("What do you decide?"),
        choices=[
            SelectChoice("granted", _("Accept the appeal: undo the decision")),
            SelectChoice("upheld", _("Keep the decision")),
        ],
        validators=[RequiredMark()],
        validate_choice=False,
    )
    reason = TextAreaField(
        _("Why?"),
        validators=[RequiredMark(), Longest(LONGEST_REASON), ManyLines()],
        filters=[trimmed],
    )

    def validate(self, *args: object, **kwargs: object) -> bool:
        """Ask for a decision; the service judges the reason."""
        is_valid = super().validate(*args, **kwargs)
        if self.decision.data not in ("granted", "upheld"):
            self.decision.errors = [*self.decision.errors, str(_("Choose what you decide."))]
            return False
        return is_valid
