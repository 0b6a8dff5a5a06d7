"""An archived group is read, and each write in it is refused with a sentence."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from grandequipe.core import clock
from grandequipe.core.errors import Refused
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import PlacementStatus
from grandequipe.feed.queries import list_my_groups
from grandequipe.feed.services import place_post
from grandequipe.groups import services
from grandequipe.groups.models import JoinPolicy
from grandequipe.groups.policies import may_write
from grandequipe.groups.queries import find_membership, list_groups, list_public_groups
from tests.factories import make_comment, make_group, make_member, make_post

ESS = "/groupes/ess-quartiers"
SENTENCE = "Ce groupe est archivé"


def writes_of(cast, post, waiting, comment):
    """List each write in the group: the actor, the path and what is sent, in an order that works.

    The control group of this table is the same group, reopened.
    """
    at, said = f"/publications/{post.id}", f"/commentaires/{comment.id}"
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    settings = {"visibility": "public", "join_policy": "request", "posting_policy": "members"}
    return [
        (cast.chloe, f"{ESS}/publier/actualite", {"title": "Une nouvelle", "body_html": "Voilà."}),
        (cast.bruno, f"{at}/commentaires", {"body_html": "Un mot."}),
        (cast.bruno, f"{at}/reactions", {"add": "thanks"}),
        (cast.bruno, f"{said}/reactions", {"add": "thanks"}),
        (cast.chloe, f"{said}/modifier", {"body_html": "Autre chose."}),
        (cast.chloe, f"{said}/supprimer", {}),
        (cast.chloe, f"{at}/modifier", {"title": "Corrigé", "body_html": "Voilà."}),
        (
            cast.bruno,
            f"{at}/groupes/ess-quartiers/mise-en-avant",
            {"change": "pinned"},
        ),
        (cast.bruno, f"{at}/commentaires/verrou", {"locked": "1", "reason": "Non."}),
        (cast.bruno, f"/publications/{waiting.id}/refuser", {"reason": "Hors sujet."}),
        (cast.bruno, f"{at}/groupes/ess-quartiers/retirer", {}),
        (cast.chloe, f"/publications/{waiting.id}/supprimer", {}),
        (cast.amina, f"{ESS}/invitations", {"email": "nouveau@example.org"}),
        (cast.amina, f"{ESS}/membres/{cast.chloe.id}/role", {"role": "moderator"}),
        (cast.amina, f"{ESS}/membres/{cast.chloe.id}/retirer", {"reason": "Non."}),
        (
            cast.amina,
            f"{ESS}/membres/{cast.chloe.id}/sanctionner",
            {"kind": "ban", "duration": "lasting", "reason": "Des insultes."},
        ),
        (cast.amina, f"{ESS}/membres/{cast.chloe.id}/reintegrer", {}),
        (cast.bruno, f"{ESS}/demandes/{cast.driss.id}/messages", {"body": "Quelle ville ?"}),
        (cast.bruno, f"{ESS}/demandes/{cast.driss.id}", {"answer": "accept"}),
        (cast.bruno, f"{ESS}/inviter", {"addresses": "lea@example.org", "send": "1"}),
        (cast.bruno, f"{ESS}/inviter/relancer", {}),
        (cast.bruno, f"{ESS}/inviter/liens", {"max_uses": "1", "until": tomorrow}),
        (cast.amina, f"{ESS}/reglages", {"name": "Autre nom", **settings}),
        (cast.amina, f"{ESS}/reglages/couverture/retirer", {}),
        (cast.gael, f"{ESS}/rejoindre", {}),
        (
            cast.amina,
            f"{ESS}/reglages/accueil",
            {"body_html": "Bienvenue !", "body_format": "text", "mail_content": "whole"},
        ),
        (cast.amina, f"{ESS}/reglages/charte", {"body_html": "Une règle.", "seen": "0"}),
    ]


@pytest.fixture
def scene(cast):
    """Give a group a post, one that waits, a comment and a request to join."""
    post, waiting = make_post(cast.chloe, cast.ess), make_post(cast.chloe, cast.ess)
    comment = make_comment(cast.chloe, post)
    cast.gael = make_member("Gaël Petit")
    cast.ess.join_policy = JoinPolicy.REQUEST
    waiting.placements[0].status = PlacementStatus.PENDING
    db.session.commit()
    with atomic():
        services.join_group(cast.driss, cast.ess)
    return writes_of(cast, post, waiting, comment)


def test_each_write_is_refused_while_a_group_is_archived_and_none_once_it_is_back(
    cast, scene, browser
):
    windows = {actor.id: browser(actor) for actor, _path, _data in scene}
    amina = windows[cast.amina.id]
    assert windows[cast.chloe.id].send(f"{ESS}/reglages/fin/archiver").status_code == 403
    assert amina.send(f"{ESS}/reglages/fin/archiver").status_code == 303
    before = rows()
    for actor, path, data in scene:
        answer = windows[actor.id].send(path, data)
        assert (path, answer.status_code, SENTENCE in answer.text) == (path, 403, True)
    assert rows() == before
    for who in windows.values():
        assert who.get(f"{ESS}/membres").status_code in (200, 403)
        assert who.get(ESS).status_code == 200
    assert windows[cast.bruno.id].get(f"{ESS}/moderation").status_code == 200
    assert amina.send(f"{ESS}/reglages/fin/rouvrir").status_code == 303
    for actor, path, data in scene:
        answer = windows[actor.id].send(path, data)
        assert (path, answer.status_code) == (path, 303)


def rows():
    """Count the rows that a write would change, and read the newest position of the group."""
    tables = (
        "post", "comment", "reaction", "invitation", "invitation_link", "membership",
        "join_request_message", "group_charter", "group_welcome", "moderation_log",
    )  # fmt: skip
    counts = [db.session.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables]  # noqa: S608
    return [*counts, db.session.scalar(text("SELECT sum(last_position) FROM stream"))]


def test_an_archived_group_leaves_the_lists_of_active_groups(cast, browser, visitor):
    with atomic():
        services.archive_group(cast.amina, cast.ess)
    assert cast.ess not in list_groups(cast.driss).items
    assert cast.ess in list_groups(cast.driss, archived=True).items
    assert cast.ess not in list_public_groups(9)
    assert cast.ess not in [mine.group for mine in list_my_groups(cast.chloe)]
    assert "ESS Quartiers" not in visitor.get("/groupes").text
    assert "ESS Quartiers" in visitor.get("/groupes?archives=1").text
    assert visitor.get(ESS).status_code == 200
    assert SENTENCE in visitor.get(ESS).text


def test_a_post_in_an_active_group_too_is_still_answered_there(cast):
    other = make_group(cast.chloe, "Un autre")
    post = make_post(cast.chloe, other)
    with atomic():
        services.archive_group(cast.amina, cast.ess)
    with pytest.raises(Refused, match="archiv"), atomic():
        place_post(cast.chloe, post, cast.ess)
    assert (may_write(cast.chloe, cast.ess), may_write(cast.chloe, other)) == (False, True)
    make_comment(cast.chloe, post)


def test_a_member_leaves_an_archived_group_and_its_site_administrator_takes_a_post_down(
    cast, browser
):
    post = make_post(cast.chloe, cast.ess)
    with atomic():
        services.archive_group(cast.amina, cast.ess)
    path = f"/publications/{post.id}/groupes/ess-quartiers/retirer"
    assert browser(cast.bruno).send(path).status_code == 403
    assert browser(cast.farid).send(path).status_code == 303
    assert browser(cast.chloe).send(f"{ESS}/quitter").status_code == 303
    db.session.expire_all()
    assert find_membership(cast.chloe, cast.ess) is None
    assert post.placements[0].is_removed
