"""The private addresses at which a member's programs read what is new for them."""

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.mail import rendering
from grandequipe.core.transactions import atomic
from grandequipe.groups.queries import list_memberships
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Purpose
from grandequipe.members.queries import list_private_addresses
from grandequipe.members.services import create_private_address, revoke_private_address
from grandequipe.web.form_rules import repeatable, unkeyed
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form

# A key is shown once, on the page after the one that makes it.
NEW_KEY = "new_feed_key"


def private_feeds() -> str:
    """Show how programs read what is new, and the addresses by which they do."""
    member = acting_member()
    key = session.pop(NEW_KEY, None)
    groups = [each.group for each in list_memberships(member)] if key else ()
    return render_page(
        "syndication/private_feeds.html",
        addresses=list_private_addresses(member, Purpose.FEED),
        address=_address(key, None) if key else None,
        groups=[(each.name, _address(key, each.slug)) for each in groups],
    )


def _address(key: str, slug: str | None) -> str:
    return rendering.address_of("syndication.home_feed", key=key, groupe=slug)


@unkeyed("makes one more address, which can be revoked; the oldest of many ends")
@limited_form("managing")
def create() -> ResponseReturnValue:
    """Make a private address, which the next page shows, once."""
    member = acting_member()
    with atomic():
        session[NEW_KEY] = create_private_address(member, Purpose.FEED)
    return redirect(url_for("syndication.private_feeds"), 303)


@repeatable("what is revoked stays revoked")
def revoke(address_id: int) -> ResponseReturnValue:
    """Revoke a private address."""
    member = acting_member()
    with atomic():
        revoke_private_address(member, Purpose.FEED, address_id)
    flash(_("Programs with this address read nothing any more."), "success")
    return redirect(url_for("syndication.private_feeds"), 303)
