"""What a post said before: who changed it, when and what, for those who read the post."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grandequipe.core.errors import Conflict, NotFound
from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.core.windows import make_cursor
from grandequipe.extensions import db
from grandequipe.feed import services
from grandequipe.feed.models import Placement, Post, PostVersion
from grandequipe.feed.policies import history_since
from grandequipe.feed.queries import history
from tests.factories import admit, draft_of, make_group, make_post, picture_file


def edit(editor, post, text, **more):
    """Change the text of a post."""
    with atomic():
        return services.edit_post(
            editor, post, draft_of(post.kind, body_html=f"<p>{text}</p>"), **more
        )


def versions(post, viewer):
    """List the versions that someone sees, newest first."""
    return [each.version for each in history.list_versions(post, history_since(viewer, post)).items]


def test_a_change_keeps_what_was_there_and_who_wrote_each(cast, browser):
    post = make_post(cast.chloe, cast.ess, body_html="<p>Le marché ouvre lundi.</p>")
    assert versions(post, None) == [1]
    edit(cast.chloe, post, "Le marché ouvre mardi.")
    edit(cast.bruno, post, "Le marché ouvre mercredi.", is_minor=True)
    page = history.list_versions(post, None, with_content=True).items
    assert [(each.version, each.actor.id, each.minor) for each in page] == [
        (3, cast.bruno.id, True),
        (2, cast.chloe.id, False),
        (1, cast.chloe.id, False),
    ]
    assert "lundi" in page[2].content["body_html"]
    driss = browser(cast.driss)
    assert f"/publications/{post.id}/historique" in driss.get(f"/publications/{post.id}").text
    shown = driss.get(f"/publications/{post.id}/historique").text
    assert "<del>mardi.</del>" in shown
    assert "<ins>mercredi.</ins>" in shown
    first = driss.get(f"/publications/{post.id}/historique?version=1").text
    assert "lundi" in first
    assert driss.get(f"/publications/{post.id}/historique?version=9").status_code == 404
    past_the_last = make_cursor(post.created_at - timedelta(days=1), 1)
    older = driss.get(f"/publications/{post.id}/historique?cursor={past_the_last}")
    assert (older.status_code, "<ins>mercredi.</ins>" in older.text) == (200, True)


def test_the_history_of_a_post_with_files_names_those_that_came_and_went(cast, browser):
    author = browser(cast.chloe)
    form = {"title": "La fête", "body_html": "<p>Elle a lieu.</p>", "body_format": "html",
            "language": "fr"}  # fmt: skip
    pictures = {"upload": [(picture_file(), "cour.png"), (picture_file(), "table.png")]}
    sent = author.send("/groupes/ess-quartiers/publier/actualite", form | pictures)
    assert sent.status_code == 303, sent.text
    post = db.session.scalars(select(Post)).one()
    edited = form | {"seen": post.text_version, "files": post.files[0].id, "title": "Le bal"}
    assert author.send(f"{sent.location}/modifier", edited).status_code == 303
    shown = author.get(f"{sent.location}/historique")
    assert (shown.status_code, "<ins>Le bal</ins>" in shown.text) == (200, True)
    assert "table" in shown.text


def test_a_reader_sees_no_version_that_their_group_did_not_read(cast, browser):
    post = make_post(cast.chloe, cast.moderated, body_html="<p>Brouillon gênant.</p>")
    with atomic():
        services.refuse_post(cast.amina, post, "Trop vague.")
    edit(cast.chloe, post, "Mieux dit.")
    with atomic():
        services.approve_post(cast.amina, post, post.text_version)
    edit(cast.amina, post, "Encore mieux.")
    assert versions(post, cast.driss) == [3, 2]
    assert versions(post, cast.chloe) == [3, 2, 1]
    driss = browser(cast.driss)
    assert driss.get(f"/publications/{post.id}/historique?version=1").status_code == 404
    answer = driss.get(f"/publications/{post.id}/historique?version=2").text
    assert "gênant" not in answer
    assert "gênant" not in driss.get(f"/api/v1/posts/{post.id}/history").text


def test_moderators_do_not_see_what_it_said_in_a_private_group_that_it_has_left(cast, browser):
    public = make_group(cast.driss, "Voisins")
    admit(public, cast.chloe)
    post = make_post(cast.chloe, cast.private, body_html="<p>Nom du locataire.</p>")
    edit(cast.chloe, post, "Un locataire.")
    with atomic():
        services.place_post(cast.chloe, post, public)
    with atomic():
        services.take_out(cast.chloe, post, cast.private)
    assert versions(post, cast.driss) == versions(post, None) == [2]
    assert versions(post, cast.amina) == [2], "a member of the group that it left reads it here"
    assert versions(post, cast.chloe) == versions(post, cast.farid) == [2, 1]
    driss = browser(cast.driss)
    assert driss.get(f"/publications/{post.id}/historique?version=1").status_code == 404
    assert "Nom du" not in driss.get(f"/publications/{post.id}/historique").text


def test_an_approved_proposal_is_a_version_of_its_author(cast):
    post = make_post(cast.amina, cast.moderated)
    with atomic():
        db.session.get_one(Post, post.id).author_id = cast.chloe.id
    db.session.expire_all()
    proposal = edit(cast.chloe, post, "Proposé", is_minor=True)
    assert versions(post, cast.driss) == [1]
    with atomic():
        services.approve_proposal(cast.amina, post, proposal.version)
    newest = history.list_versions(post, history_since(cast.driss, post)).items[0]
    assert (newest.version, newest.actor_id, newest.minor) == (2, cast.chloe.id, True)
    events = db.session.query(EventRecord).filter_by(kind="post.edited").all()
    assert [each.data["minor"] for each in events] == [True]


def test_a_moderator_erases_an_earlier_version_and_its_author_does_not(cast, browser):
    post = make_post(cast.chloe, cast.ess, body_html="<p>Appelez le 06 00 00 00 00.</p>")
    edit(cast.chloe, post, "Écrivez-nous.")
    address = f"/publications/{post.id}/historique/1/effacer"
    assert browser(cast.chloe).send(address).status_code == 403
    assert browser(cast.bruno).send(address).status_code == 303
    page = browser(cast.chloe).get(f"/publications/{post.id}/historique?version=1").text
    assert "06 00" not in page
    assert "06 00" not in browser(cast.chloe).get(f"/publications/{post.id}/historique").text
    kept = db.session.get_one(PostVersion, (post.id, 1))
    assert (kept.content, kept.hidden_by_id) == (None, cast.bruno.id)
    with pytest.raises(Conflict), atomic():
        services.hide_version(cast.bruno, post, 2)
    with pytest.raises(NotFound), atomic():
        services.hide_version(cast.bruno, post, 7)


def test_a_minor_correction_is_sent_by_the_form_and_recorded_as_one(cast, browser):
    post = make_post(cast.chloe, cast.ess)
    sent = {"title": "Titre", "body_html": "Mot corrigé.", "seen": "0", "minor": "y"}
    address = f"/publications/{post.id}/modifier"
    assert browser(cast.chloe).send(address, sent).status_code == 303
    event = db.session.query(EventRecord).filter_by(kind="post.edited").one()
    assert event.data == {"group_id": cast.ess.id, "minor": True}


def test_the_history_goes_with_the_post(cast):
    post = make_post(cast.chloe, cast.ess)
    edit(cast.chloe, post, "Autre")
    with atomic():
        db.session.query(Placement).filter_by(post_id=post.id).delete()
    assert db.session.query(PostVersion).count() == 0
