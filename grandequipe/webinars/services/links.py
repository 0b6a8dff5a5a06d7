"""The addresses that a person gets by mail: they work without logging in."""

from datetime import timedelta

from grandequipe.core import clock, signing
from grandequipe.core.mail import rendering
from grandequipe.webinars.models import Registration

PURPOSE = "registration"
# After the webinar: the recording and its mails have the same link.
KEPT_FOR = timedelta(days=400)


def registration_url(registration: Registration) -> str:
    """Give the full address of the page of a registration, for its holder's mails alone.

    It shows the state, the place in line, and buttons to accept, decline and cancel.
    """
    return rendering.address_of("webinars.own", token=sign_registration(registration))


def sign_registration(registration: Registration) -> str:
    """Sign a registration as a token for the address of its page."""
    return signing.sign(PURPOSE, registration.id, clock.now() + KEPT_FOR)


def signed_registration_id(token: str) -> int | None:
    """Return the id of the registration that a token was signed for; None for any other token."""
    value = signing.signed_value(PURPOSE, token)
    return value if isinstance(value, int) else None
