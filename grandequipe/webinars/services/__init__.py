"""Writing registrations, and what organisers set for them; noting who was there."""

from grandequipe.webinars.services.departures import cancel_unreadable, erase_registrations
from grandequipe.webinars.services.registrations import (
    accept_offer,
    cancel_registration,
    confirm_registration,
    decline_offer,
    register,
)
from grandequipe.webinars.services.seats import (
    expire_offers,
    lock_webinar,
    offer_places,
    offer_time,
)
from grandequipe.webinars.services.visitors import forget_unconfirmed, register_visitor

__all__ = [
    "accept_offer",
    "cancel_registration",
    "cancel_unreadable",
    "confirm_registration",
    "decline_offer",
    "erase_registrations",
    "expire_offers",
    "forget_unconfirmed",
    "lock_webinar",
    "offer_places",
    "offer_time",
    "register",
    "register_visitor",
]
