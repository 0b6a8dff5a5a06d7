"""Creating an account, and confirming it for the owner of its mailbox."""

from flask import current_app, session
from flask_babel import get_locale
from flask_security.confirmable import confirm_user
from flask_security.utils import hash_password

from grandequipe.members.accounts.hashing import HASH_SLOTS
from grandequipe.members.accounts.sessions import log_in
from grandequipe.members.models import Member
from grandequipe.members.services import create_member, register_again

# Session key of the browser's last registration (see `confirmations`).
REGISTRATION_MARK = "registered"


def create_or_take_over(email: str, display_name: str, password_hash: str) -> Member:
    """Create an account, or take over an unconfirmed one with the same address.

    Its locale is that of the page. Raises IntegrityError if a confirmed account has the address.
    """
    account = email, display_name, password_hash
    preferences = {
        "locale": str(get_locale()),
        "time_zone": current_app.config["SETTINGS"].default_time_zone,
    }
    return register_again(*account, **preferences) or create_member(*account, **preferences)


def hash_in_slot(password: str) -> str:
    """Hash a valid password, within the limit of concurrent hashes."""
    with HASH_SLOTS:
        return str(hash_password(password))


def open_account(member: Member) -> None:
    """Confirm an account, and log its member in to this browser."""
    confirm_user(member)  # type: ignore[no-untyped-call]
    session.pop(REGISTRATION_MARK, None)
    log_in(member, "confirm")
