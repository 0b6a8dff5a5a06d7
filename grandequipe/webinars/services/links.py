"""The addresses that a person gets by mail: they work without logging in.

Guarantee: a link is of one mailbox. Once its member has another address, the links in earlier mails
lead nowhere.
"""

from base64 import urlsafe_b64encode
from datetime import timedelta

from grandequipe.core import clock, signing
from grandequipe.core.email_addresses import canonical_address
from grandequipe.core.mail import rendering
from grandequipe.extensions import db
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
    """Sign a registration, for the present mailbox of its person, as a token for addresses."""
    value = [registration.id, _mailbox_of(registration)]
    return signing.sign(PURPOSE, value, clock.now() + KEPT_FOR)


def signed_registration_id(token: str) -> int | None:
    """Return the id of the registration that a token was signed for.

    None for any other token, and for one that was signed for a mailbox of before.
    """
    match signing.signed_value(PURPOSE, token):
        case [int(registration_id), str(mailbox)]:
            found = db.session.get(Registration, registration_id)
            is_present = found is not None and mailbox == _mailbox_of(found)
        case int(registration_id):
            # In mails of an earlier version; the address of a visitor never changes.
            found = db.session.get(Registration, registration_id)
            is_present = found is not None and found.member_id is None
        case _:
            return None
    return registration_id if is_present else None


def _mailbox_of(registration: Registration) -> str:
    """Digest the mailbox of a person, however its address is written."""
    mailbox = canonical_address(registration.address)
    return urlsafe_b64encode(signing.digest(PURPOSE, mailbox)[:9]).decode()
