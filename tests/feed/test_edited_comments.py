"""Comments that their authors change: marked, with a history for moderators."""

import pytest

from grandequipe.core.errors import Conflict
from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed import services
from grandequipe.feed.models import Comment
from tests.factories import make_comment, make_post


def test_an_author_changes_a_comment_and_moderators_read_what_it_said(cast, browser):
    comment = make_comment(cast.chloe, make_post(cast.amina, cast.ess), "Rendez-vous lundi")
    chloe, address = browser(cast.chloe), f"/commentaires/{comment.id}"
    assert "Rendez-vous lundi" in chloe.get(f"{address}/modifier").text
    sent = {"body_html": "Rendez-vous mardi", "body_format": "text", "language": ""}
    assert chloe.send(f"{address}/modifier", sent).status_code == 303
    page = browser(cast.driss).get(f"/publications/{comment.post_id}").text
    assert "Rendez-vous mardi" in page
    assert "lundi" not in page
    assert "edited" in page or "modifié" in page
    assert f"{address}/historique" not in page
    history = browser(cast.bruno).get(f"{address}/historique").text
    assert "<del>lundi</del>" in history
    assert browser(cast.driss).get(f"{address}/historique").status_code == 403
    events = db.session.query(EventRecord).filter_by(kind="comment.edited").all()
    assert [each.data for each in events] == [{"group_id": cast.ess.id, "post_id": comment.post_id}]


def test_a_change_over_a_version_that_was_changed_meanwhile_is_refused(cast):
    """Both had read the first version before either took the lock."""
    comment = make_comment(cast.chloe, make_post(cast.amina, cast.ess), "Lundi")
    with atomic():
        assert services.edit_comment(cast.chloe, comment, "<p>Mardi</p>", over=1)
    with pytest.raises(Conflict), atomic():
        services.edit_comment(cast.chloe, comment, "<p>Mercredi</p>", over=1)
    assert db.session.get_one(Comment, comment.id).body_html == "<p>Mardi</p>"


def test_nobody_else_changes_a_comment_and_nothing_comes_of_the_same_words(cast, browser):
    comment = make_comment(cast.chloe, make_post(cast.amina, cast.ess), "Merci")
    address = f"/commentaires/{comment.id}/modifier"
    for member in (cast.bruno, cast.amina, cast.driss):
        assert browser(member).send(address, {"body_html": "Autre"}).status_code == 403
    assert browser(cast.chloe).send(address, {"body_html": " "}).status_code == 422
    with atomic():
        assert not services.edit_comment(cast.chloe, comment, "<p>Merci</p>")
    kept = db.session.get_one(Comment, comment.id)
    assert (kept.version, kept.edited_at) == (1, None)
    with atomic():
        services.remove_comment(cast.chloe, comment)
    assert browser(cast.chloe).get(address).status_code == 404
