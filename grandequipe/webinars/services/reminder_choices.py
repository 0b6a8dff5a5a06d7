"""What a package above does about reminders of webinars: the choices of members, and their bell."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select

from grandequipe.members.models import Member


@dataclass(frozen=True)
class ReminderChoice:
    """How to ask whether a member has stopped these mails, and the address that stops them.

    `notify` gets the id of a webinar's post and selects the members who are reminded of it.
    """

    is_stopped: Callable[[Member], bool]
    stopping_url: Callable[[Member], str]
    notify: Callable[[int, Select[int | None]], None]


_choices: list[ReminderChoice] = []


def offer_reminder_choice(choice: ReminderChoice) -> None:
    """Have reminders obey what members choose; called once, when the application is made."""
    _choices[:] = [choice]


def has_stopped_reminders(member: Member | None) -> bool:
    """Return whether a person wants no reminders; visitors cancel their registration instead."""
    return member is not None and any(choice.is_stopped(member) for choice in _choices)


def stopping_url(member: Member | None) -> str | None:
    """Give the address at which one press stops a member's reminders."""
    if member is None or not _choices:
        return None
    return _choices[0].stopping_url(member)


def notify_reminded(post_id: int, member_ids: Select[int | None]) -> None:
    """Notify members on the site, too, that a webinar is near, in the present transaction."""
    for choice in _choices:
        choice.notify(post_id, member_ids)
