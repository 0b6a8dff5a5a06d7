"""Writing registrations, and what organisers set for them; noting who was there."""

from grandequipe.webinars.services.cancellation import cancel_webinar, reinstate_webinar
from grandequipe.webinars.services.departures import (
    cancel_all_unreadable,
    cancel_unreadable,
    erase_registrations,
)
from grandequipe.webinars.services.registrations import (
    accept_offer,
    answer_questions,
    cancel_registration,
    confirm_registration,
    decline_offer,
    register,
)
from grandequipe.webinars.services.reminders import (
    ReminderInput,
    add_reminder,
    plan_reminder,
    remove_reminder,
)
from grandequipe.webinars.services.schedule_mails import (
    post_cancelled_mails,
    post_moved_mails,
    post_reinstated_mails,
)
from grandequipe.webinars.services.seats import (
    expire_offers,
    lock_webinar,
    offer_places,
    offer_time,
)
from grandequipe.webinars.services.settings import (
    add_question,
    change_settings,
    choose_manager,
    remove_question,
    restore_question,
)
from grandequipe.webinars.services.visitors import (
    forget_unconfirmed,
    register_visitor,
    register_visitor_for_all,
)

__all__ = [
    "ReminderInput",
    "accept_offer",
    "add_question",
    "add_reminder",
    "answer_questions",
    "cancel_all_unreadable",
    "cancel_registration",
    "cancel_unreadable",
    "cancel_webinar",
    "change_settings",
    "choose_manager",
    "confirm_registration",
    "decline_offer",
    "erase_registrations",
    "expire_offers",
    "forget_unconfirmed",
    "lock_webinar",
    "offer_places",
    "offer_time",
    "plan_reminder",
    "post_cancelled_mails",
    "post_moved_mails",
    "post_reinstated_mails",
    "register",
    "register_visitor",
    "register_visitor_for_all",
    "reinstate_webinar",
    "remove_question",
    "remove_reminder",
    "restore_question",
]
