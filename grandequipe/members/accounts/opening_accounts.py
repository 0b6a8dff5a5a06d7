"""Opening the account of a mailbox to who has shown that it is theirs."""

from flask import current_app, session
from flask_babel import get_locale
from flask_security.confirmable import confirm_user
from flask_security.utils import hash_password

from grandequipe.members.accounts.hashing import TURNS
from grandequipe.members.accounts.log_ins import log_in
from grandequipe.members.models import Member
from grandequipe.members.services import create_member, register_again

# What a browser remembers of its registration (see `confirmations`).
MARK = "registered"


def asked_for(email: str, display_name: str, password_hash: str) -> Member:
    """Make the account that is asked for, or take over the one that nobody confirmed.

    It is in the language of the page. Raises IntegrityError for an address that somebody has.
    """
    asked = email, display_name, password_hash
    reads = {
        "locale": str(get_locale()),
        "time_zone": current_app.config["SETTINGS"].default_time_zone,
    }
    return register_again(*asked, **reads) or create_member(*asked, **reads)


def hashed(password: str) -> str:
    """Hash a password that was found valid, in turn with those who log in."""
    with TURNS:
        return str(hash_password(password))


def open_account(member: Member) -> None:
    """Confirm an account, and log its member in here."""
    confirm_user(member)  # type: ignore[no-untyped-call]
    session.pop(MARK, None)
    log_in(member, "confirm")
