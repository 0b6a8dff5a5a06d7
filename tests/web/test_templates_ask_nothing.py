"""A view reads all that its page shows: no template asks the database."""

import pytest
from flask import Flask, render_template_string

from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.factories import Cast, make_post


def test_a_template_that_asks_the_database_is_refused(app: Flask, cast: Cast) -> None:
    """What `session_app` holds every scene to, shown once."""
    make_post(cast.chloe, cast.ess)
    with app.test_request_context("/"):
        members = db.session.query(Member)
        with pytest.raises(AssertionError, match="asks the database: SELECT count"):
            render_template_string("{{ members.count() }}", members=members)
        count = members.count()
        assert render_template_string("{{ count }}", count=count) == str(count)
