"""A member invited before invitations had rows is listed and can be withdrawn."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Invitation, Membership
from grandequipe.groups.services import invite_member, withdraw_invitation
from tests.factories import Cast


@pytest.fixture
def earlier(cast: Cast) -> None:
    """Invite two people, one without a known sender, in the earlier schema; then upgrade it."""
    with atomic():
        membership = invite_member(cast.bruno, cast.hidden, cast.driss)
        membership.invited_by_id = None
        invite_member(cast.bruno, cast.ess, cast.farid)
    db.session.rollback()
    try:
        downgrade(revision="0003")
    finally:
        upgrade()


def test_who_was_invited_earlier_has_an_invitation(app: Flask, cast: Cast, earlier: None) -> None:
    kept = {
        (row.group_id, row.email, row.member_id, row.invited_by_id, row.created_at)
        for row in db.session.query(Invitation)
    }
    memberships = {
        membership.group_id: membership
        for membership in db.session.query(Membership).filter_by(state="invited")
    }
    assert kept == {
        (cast.hidden.id, None, cast.driss.id, cast.driss.id, memberships[cast.hidden.id].since),
        (cast.ess.id, None, cast.farid.id, cast.bruno.id, memberships[cast.ess.id].since),
    }
    for invitation in db.session.query(Invitation).all():
        with atomic():
            withdraw_invitation(cast.amina, invitation)
    assert db.session.query(Membership).filter_by(state="invited").count() == 0
