"""Registering for all dates of a series at once, and cancelling several of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grandequipe.core.errors import Refused
from grandequipe.feed.models import Webinar
from grandequipe.feed.services.listing import lock_series
from grandequipe.feed.services.series import list_later
from grandequipe.feed.services.texts import hold_memberships, hold_post
from grandequipe.members.models import Member
from grandequipe.webinars.models import CancelledBecause, Registration, RegistrationInput
from grandequipe.webinars.policies import manages_registrations, may_register
from grandequipe.webinars.queries import find_states, list_questions
from grandequipe.webinars.queries.series import list_requests_with
from grandequipe.webinars.services.cancellation import cancel_webinar
from grandequipe.webinars.services.mails import MailOccasion, post_registration_mail
from grandequipe.webinars.services.registrations import (
    cancel_registration,
    confirm_registration,
    register_locked,
)
from grandequipe.webinars.services.seats import lock_webinars


class AllRegistered(NamedTuple):
    """What became of a registration for all dates: the new ones, and dates that ask questions."""

    registrations: Sequence[Registration]
    asking: Sequence[Webinar]


def register_for_all(member: Member, dates: Iterable[Webinar]) -> AllRegistered:
    """Register a member for the dates of a series that are to come, with one mail about them all.

    Dates for which they are registered stay as they are. A date whose organiser asks something
    that has to be answered is left out, and given back.
    """
    coming = sorted((each for each in dates if not each.is_over), key=lambda each: each.id)
    states = find_states([each.id for each in coming], member)
    held = {post_id for post_id, own in states.items() if own.is_active}
    wanted = [each for each in coming if each.id not in held and may_register(member, each)]
    _lock_all(member, wanted)
    made: list[Registration] = []
    asking: list[Webinar] = []
    for date in wanted:
        if any(question.is_required for question in list_questions(date.id)):
            asking.append(date)
            continue
        # Refused before anything is written: it was cancelled or closed meanwhile.
        try:
            made.append(register_locked(member, date, RegistrationInput(), is_mailed=False))
        except Refused:
            continue
    if made:
        post_registration_mail(made[0], MailOccasion.SERIES)
    return AllRegistered(made, asking)


def confirm_requests(registration: Registration) -> Registration:
    """Register a visitor who proved to read the mailbox for what was asked for at once.

    That is one webinar, or the dates of a series, of which those are left out that are open no
    more. Returns the registration that holds, of one of the dates; raises as
    `confirm_registration`.
    """
    requests = list_requests_with(registration)
    if len(requests) < 2:
        return confirm_registration(registration)
    lock_webinars([each.post_id for each in requests])
    confirmed: list[Registration] = []
    for each in requests:
        # Refused before anything is written.
        try:
            confirmed.append(confirm_registration(each, is_mailed=False))
        except Refused:
            continue
    if not confirmed:
        return confirm_registration(registration)
    post_registration_mail(confirmed[0], MailOccasion.SERIES)
    own = (each for each in confirmed if each.post_id == registration.post_id)
    return next(own, confirmed[0])


def _lock_all(member: Member, dates: Sequence[Webinar]) -> None:
    """Lock what `register` locks for each date: memberships first, then posts, then webinars."""
    groups = {each.group_id: each.group for date in dates for each in date.published}
    hold_memberships(member, groups.values())
    for date in dates:
        hold_post(date)
    lock_webinars([date.id for date in dates])


def cancel_all(member: Member, dates: Iterable[Webinar]) -> int:
    """Cancel a member's registrations to the dates that are to come, with one mail; count them."""
    coming = [each.id for each in dates if not each.is_over]
    states = find_states(coming, member)
    own = [states[post_id] for post_id in sorted(states) if states[post_id].is_active]
    lock_webinars([each.post_id for each in own])
    for registration in own:
        cancel_registration(registration, CancelledBecause.BY_PERSON, is_mailed=False)
    if own:
        post_registration_mail(own[0], MailOccasion.SERIES)
    return len(own)


def cancel_with_later(organiser: Member, webinar: Webinar, words: str) -> int:
    """Cancel a date of a series and the later ones; count them.

    Raises what `cancel_webinar` raises of the first one.
    """
    if webinar.series_id is not None:
        lock_series(webinar.series_id)
    later = list_later(webinar)
    cancel_webinar(organiser, webinar, words)
    also = [each for each in later if manages_registrations(organiser, each)]
    for date in sorted(also, key=lambda each: each.id):
        cancel_webinar(organiser, date, words)
    return 1 + len(also)
