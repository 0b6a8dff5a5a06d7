"""The forms of the members' page: what it is asked for, and one act on several members."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from grandequipe.core import clock
from grandequipe.core.cleaning import cleaned_line
from grandequipe.groups.forms.sanctions import DURATIONS, Duration
from grandequipe.groups.models import Role
from grandequipe.groups.queries.member_lists import Activity, ListedState, MemberFilter
from grandequipe.groups.services.sanctions import LONGEST_REASON
from grandequipe.web.forms import Form, Longest, ManyLines, trimmed
from grandequipe.web.measures import LONGEST_CHOICE

LARGEST_ID = 2**63 - 1


def filter_of(args: Mapping[str, str], moderates: bool) -> MemberFilter:
    """Read the filter of an address; what it does not know it passes over.

    Moderators alone ask for those who are muted, and for how often somebody writes.
    """
    role = args.get("role", "")
    state, activity = (args.get(each, "") if moderates else "" for each in ("etat", "activite"))
    organisation = args.get("organisation", "")
    is_id = organisation.isdecimal() and int(organisation) <= LARGEST_ID
    return MemberFilter(
        words=cleaned_line(args.get("q", "")).strip(),
        role=Role(role) if role in list(Role) else None,
        state=ListedState(state) if state in list(ListedState) else ListedState.ACTIVE,
        activity=Activity(activity) if activity in list(Activity) else None,
        organisation=int(organisation) if is_id else None,
    )


class MembersAct(StrEnum):
    """What can be done to several members at once."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"
    REMOVE = "remove"
    WARN = "warn"
    MUTE = "mute"
    BAN = "ban"


ROLES = {
    MembersAct.OWNER: Role.OWNER,
    MembersAct.MODERATOR: Role.MODERATOR,
    MembersAct.MEMBER: Role.MEMBER,
}
WITH_REASON = (MembersAct.REMOVE, MembersAct.WARN, MembersAct.MUTE, MembersAct.BAN)
WITH_END = (MembersAct.MUTE, MembersAct.BAN)


class MembersActForm(Form):
    """One act on several members; the second page asks for what the act needs, and whether."""

    longest: ClassVar[Mapping[str, int]] = {"members": LONGEST_CHOICE}

    act = SelectField(
        _("With the members I’ve ticked"),
        choices=[
            SelectChoice("", _("Choose…")),
            SelectChoice(MembersAct.OWNER.value, _("Make them owners")),
            SelectChoice(MembersAct.MODERATOR.value, _("Make them moderators")),
            SelectChoice(MembersAct.MEMBER.value, _("Make them ordinary members")),
            SelectChoice(MembersAct.REMOVE.value, _("Remove them from the group")),
            SelectChoice(MembersAct.WARN.value, _("Warn them")),
            SelectChoice(MembersAct.MUTE.value, _("Mute them")),
            SelectChoice(MembersAct.BAN.value, _("Ban them")),
        ],
        validators=[InputRequired(_("Choose what to do."))],
    )
    duration = SelectField(
        _("For how long"),
        choices=[SelectChoice(name.value, words) for name, (_length, words) in DURATIONS.items()],
        default=Duration.WEEK.value,
    )
    reason = TextAreaField(
        _("Reason"), validators=[Longest(LONGEST_REASON), ManyLines()], filters=[trimmed]
    )
    sure = HiddenField(validators=[Longest(LONGEST_CHOICE)])

    @property
    def chosen(self) -> MembersAct:
        """Give the act."""
        return MembersAct(self.act.data)

    @property
    def ends_at(self) -> datetime | None:
        """Give when a mute or a ban that begins now ends, None for never."""
        length, _words = DURATIONS[Duration(self.duration.data)]
        return clock.now() + length if length else None
