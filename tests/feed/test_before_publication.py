"""What a moderator reads first: asked to be changed, a newcomer's first post, approved late."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from grandequipe.core.mail import MailState
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import PlacementStatus
from grandequipe.feed.services import approve_post, edit_post, remove_post, return_post
from grandequipe.groups.models import Group, PostingPolicy
from grandequipe.members.models import Member
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.digests.conftest import A_WEEK, monday, send  # noqa: F401 - fixtures
from tests.digests.mail_server import MailServer
from tests.factories import Cast, admit, draft_of, make_comment, make_group, make_post
from tests.notifications.dispatching import run_pending_handlers

Open = Callable[[Member], Visitor]
Run = Callable[..., Program]


def test_a_post_that_is_to_be_changed_goes_back_to_its_author_with_a_word(
    browser: Open,
    cast: Cast,
) -> None:
    post = make_post(cast.chloe, cast.moderated, title="Ressourcerie")
    bruno, chloe = browser(cast.bruno), browser(cast.chloe)
    path = f"/publications/{post.id}/demander-des-modifications"
    assert path in bruno.get("/groupes/petites-annonces/moderation").text
    assert chloe.send(path, {"reason": "Moi"}).status_code == 403
    assert bruno.send(path, {"reason": ""}).status_code == 422
    assert bruno.send(path, {"reason": "Ajoutez la date."}).status_code == 303
    bruno.get("/groupes/petites-annonces/moderation")
    assert "Ressourcerie" not in bruno.get("/groupes/petites-annonces/moderation").text
    run_pending_handlers()
    drafts = chloe.get("/brouillons").text
    assert "Ajoutez la date." in drafts
    assert f"/publications/{post.id}/modifier" in drafts
    assert "vous demande de modifier" in chloe.get("/notifications").text
    assert "Ajoutez la date." in chloe.get(f"/publications/{post.id}/modifier").text
    assert browser(cast.driss).get(f"/publications/{post.id}").status_code == 404
    assert "Proposer à l’équipe d’animation" in chloe.get(f"/publications/{post.id}/modifier").text
    with atomic():
        edit_post(cast.chloe, post, draft_of(title="Ressourcerie, le 3"))
    db.session.expire_all()
    assert (post.placements[0].status, post.placements[0].returned) == ("pending", False)
    assert "Ajoutez la date." not in chloe.get("/brouillons").text
    assert "Ressourcerie, le 3" in bruno.get("/groupes/petites-annonces/moderation").text


def test_who_need_not_be_read_any_more_publishes_what_was_returned(
    browser: Open, cast: Cast
) -> None:
    post = make_post(cast.chloe, cast.moderated, title="Ressourcerie")
    with atomic():
        return_post(cast.bruno, post, "Ajoutez la date.", cast.moderated)
    with atomic():
        cast.moderated.posting_policy = PostingPolicy.MEMBERS
    chloe, path = browser(cast.chloe), f"/publications/{post.id}/modifier"
    page = chloe.get(path).text
    assert re.search(r"<span>Publier</span>", page.partition("form-actions")[2])
    sent = chloe.send(path, {"title": "Ressourcerie, le 3", "body_html": "Le texte."})
    assert sent.status_code == 303
    assert "Votre publication est en ligne." in chloe.get(sent.location).text
    assert browser(cast.amina).get(f"/publications/{post.id}").status_code == 200


def test_a_program_asks_for_changes(program: Run, cast: Cast) -> None:  # noqa: F811
    post = make_post(cast.chloe, cast.moderated)
    path = f"/posts/{post.id}/placements/petites-annonces"
    asked = {"status": "returned", "reason": "Ajoutez la date."}
    assert program(cast.chloe).put(path, asked).status_code == 403
    assert program(cast.bruno).put(path, asked).json["status"] == "refused"


def test_the_first_post_of_a_newcomer_waits_where_the_group_wants(cast: Cast) -> None:
    group = make_group(cast.amina, "Entraide", reads_newcomers=True)
    own = make_post(cast.amina, group)
    assert own.is_published, "moderators are no newcomers"
    admit(group, cast.chloe)
    first, second = make_post(cast.chloe, group), make_post(cast.chloe, group)
    assert not first.is_published
    assert not second.is_published
    with atomic():
        approve_post(cast.amina, first, first.text_version)
    third = make_post(cast.chloe, group)
    assert third.is_published
    with atomic():
        remove_post(cast.amina, first, "Publicité.")
        remove_post(cast.amina, third, "Publicité.")
    assert not make_post(cast.chloe, group).is_published, "the group reads none any more"


def test_the_setting_is_on_the_page_and_in_the_api(
    browser: Open,
    program: Run,  # noqa: F811
    cast: Cast,
) -> None:
    amina = browser(cast.amina)
    page = amina.get("/groupes/ess-quartiers/reglages").text
    assert 'name="reads_newcomers"' in page
    answer = program(cast.amina).patch("/groups/ess-quartiers", {"reads_newcomers": True})
    assert answer.json["reads_newcomers"] is True
    db.session.expire_all()
    assert db.session.get_one(Group, cast.ess.id).reads_newcomers


def test_a_late_approval_takes_its_place_in_live_feed_and_the_next_digest(
    cast: Cast,
    browser: Open,
    program: Run,  # noqa: F811
    monday: datetime,  # noqa: F811
    send: Callable[[datetime], list[MailState]],  # noqa: F811
    sink: MailServer,
) -> None:
    late = make_post(cast.chloe, cast.moderated, title="Approuvée tard")
    make_post(cast.amina, cast.moderated, title="À l’heure")
    send(monday)
    digests: Any = [each.get_body(("plain",)).get_content() for each in sink.to(cast.bruno.email)]
    assert "Approuvée tard" not in digests[-1]
    cursor = program(cast.amina).get("/changes").json["cursor"]
    with atomic():
        approve_post(cast.bruno, late, late.text_version)
    changes = program(cast.amina).get(f"/changes?since={cursor}").json["changes"]
    assert ("post.published", late.id) in [(c["kind"], c["subject"]["id"]) for c in changes]
    shown = browser(cast.amina).get("/groupes/petites-annonces").text
    assert shown.index("Approuvée tard") < shown.index("À l’heure"), "it is news there now"
    send(monday + A_WEEK)
    digests = [each.get_body(("plain",)).get_content() for each in sink.to(cast.bruno.email)]
    assert "Approuvée tard" in digests[-1]


def test_what_waits_or_was_given_back_leaves_no_trace_for_others(
    cast: Cast,
    browser: Open,
    visitor: Visitor,
    program: Run,  # noqa: F811
) -> None:
    since = program(cast.driss).get("/changes").json["cursor"]
    waiting = make_post(cast.chloe, cast.moderated, title="Invisible ici")
    returned = make_post(cast.chloe, cast.moderated, title="Invisible aussi")
    with atomic():
        return_post(cast.bruno, returned, "Ajoutez la date.")
    run_pending_handlers()
    pages = (
        "/groupes/petites-annonces", "/", "/notifications", "/thematiques", "/favoris",
        f"/publications/{waiting.id}", f"/publications/{returned.id}",
        f"/publications/{waiting.id}/reactions", f"/publications/{returned.id}/historique",
        f"/membres/{cast.chloe.id}", "/sitemap.xml", "/brouillons",
    )  # fmt: skip
    calls = (
        "/feed", "/groups/petites-annonces/posts", f"/posts/{waiting.id}", f"/posts/{returned.id}",
        f"/posts/{returned.id}/comments", "/notifications", f"/changes?since={since}",
    )  # fmt: skip
    shown = [(path, visitor.get(path).text) for path in pages]
    for member in (cast.driss, cast.eva):
        shown += [(path, browser(member).get(path).text) for path in pages]
        shown += [(path, program(member).get(path).text) for path in calls]
    assert [path for path, text in shown if "Invisible" in text] == []
    gone = program(cast.driss).get(f"/changes?since={since}").json["changes"]
    assert [each["kind"] for each in gone if each["kind"].startswith("post.")] == []
    make_comment(cast.amina, make_post(cast.amina, cast.ess))
    assert waiting.placements[0].status is PlacementStatus.PENDING
