"""Flask-Security's access to accounts."""

from typing import Any

from flask import has_request_context, request
from flask_security import SQLAlchemyUserDatastore
from sqlalchemy import select

from grandequipe.extensions import db
from grandequipe.members.accounts.opening_accounts import create_or_take_over
from grandequipe.members.models import Member

# Requests by a mail's link, which are serialised by a lock on the account.
LINK_REQUESTS = {
    ("security.reset_password", "POST"),
    ("security.confirm_email", "GET"),
    ("security.confirm_email", "POST"),
}


class Accounts(SQLAlchemyUserDatastore):
    """Accounts are members, each with a stream."""

    def create_user(self, **kwargs: Any) -> Member:
        """Create the account, or take over an unconfirmed one with the same address."""
        return create_or_take_over(kwargs["email"], kwargs["display_name"], kwargs["password"])

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Any:
        """Find an account; lock it for a request by a mail's link.

        The second of two requests by one link then finds another `fs_uniquifier` (after a new
        password), or an address that is confirmed.
        """
        if "fs_uniquifier" not in kwargs or not _is_link_request():
            return super().find_user(case_insensitive, **kwargs)
        query = select(Member).where(Member.fs_uniquifier == kwargs["fs_uniquifier"])
        locked = query.with_for_update(of=Member).execution_options(populate_existing=True)
        return db.session.scalar(locked)


def _is_link_request() -> bool:
    return has_request_context() and (request.endpoint, request.method) in LINK_REQUESTS
