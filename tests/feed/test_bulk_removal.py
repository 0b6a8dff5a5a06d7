"""All that a person published since a day is removed at once, and put back at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, Refused
from grandequipe.core.moderation_log import Act, LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Placement, PostCounters, PostProposal, Removal
from grandequipe.feed.services import approve_post, feature_post, pin_post
from grandequipe.feed.services.bulk_removal import (
    UNDONE_WITHIN,
    erase_removed_contents,
    remove_contents,
    restore_contents,
)
from grandequipe.feed.services.proposals import propose
from grandequipe.feed.signals import moderated
from grandequipe.groups.services import ban_member
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, draft_of, make_comment, make_post

Open = Callable[[Member], Visitor]
HOUR = timedelta(hours=1)


def state() -> dict[str, Any]:
    """Read all that a removal changes and an undo gives back."""
    db.session.expire_all()
    tables = {
        "placements": (
            Placement.id, Placement.status, Placement.pinned, Placement.featured,
            Placement.published_at, Placement.created_at, Placement.decided_by_id,
            Placement.decided_at,
        ),
        "comments": (Comment.id, Comment.removed_at, Comment.removed_by_id, Comment.body_html),
        "counters": (PostCounters.post_id, PostCounters.comment_count),
        "proposals": (PostProposal.post_id, PostProposal.state),
    }  # fmt: skip
    return {
        name: sorted(db.session.execute(select(*columns)).all()) for name, columns in tables.items()
    }


def remove(cast: Cast, group: Any, since: Any = HOUR, actor: Member | None = None) -> Removal:
    with atomic():
        return remove_contents(
            actor or cast.bruno, group, cast.chloe, clock.now() - since, "Publicité."
        )


def stage(cast: Cast) -> None:
    """Chloé's posts: pinned, featured, waiting, commented, with a proposal; and her comments."""
    pinned, featured = make_post(cast.chloe, cast.ess), make_post(cast.chloe, cast.ess)
    others = make_post(cast.amina, cast.ess)
    make_comment(cast.amina, pinned)
    make_comment(cast.chloe, pinned, "Merci aussi")
    make_comment(cast.chloe, others)
    make_comment(cast.bruno, others)
    make_post(cast.chloe, cast.moderated)
    approved = make_post(cast.chloe, cast.moderated)
    with atomic():
        pin_post(cast.amina, pinned, cast.ess, pinned=True)
        feature_post(cast.amina, featured, cast.ess, featured=True)
        approve_post(cast.bruno, approved, approved.text_version)
        propose(cast.chloe, approved, draft_of(title="Autre"), None)


def test_undoing_gives_back_the_very_same_state(cast: Cast, browser: Open) -> None:
    stage(cast)
    before = state()
    removals = [remove(cast, group) for group in (cast.ess, cast.moderated)]
    during = state()
    assert during != before
    statuses = [row.status for row in during["placements"] if row.status != "removed"]
    assert statuses == ["published"], "Amina's own post alone"
    assert "Titre news" not in browser(cast.driss).get(f"/publications/{1}").text
    with atomic():
        ban_member(cast.bruno, cast.ess, cast.chloe, "Publicité.")
    for removal in removals:
        with atomic():
            restore_contents(cast.amina, removal)
    assert state() == before
    assert browser(cast.driss).get(f"/publications/{1}").status_code == 200
    acts = db.session.scalars(select(LogEntry.act).order_by(LogEntry.id)).all()
    assert acts.count(Act.CONTENTS_REMOVED) == acts.count(Act.CONTENTS_RESTORED) == 2


def test_what_was_decided_meanwhile_stays_and_it_is_undone_once(cast: Cast) -> None:
    stage(cast)
    removal = remove(cast, cast.ess)
    pinned = make_post(cast.amina, cast.ess)
    with atomic():
        feature_post(cast.amina, pinned, cast.ess, featured=True)
        restore_contents(cast.bruno, removal)
    featured = db.session.scalars(select(Placement.post_id).where(Placement.featured)).all()
    assert featured == [pinned.id]
    with pytest.raises(Conflict), atomic():
        restore_contents(cast.bruno, removal)


def test_what_is_older_and_what_others_moderate_stays(cast: Cast) -> None:
    with clock.travel(clock.now() - 2 * HOUR):
        make_post(cast.chloe, cast.ess)
    with pytest.raises(Conflict), atomic():
        remove_contents(cast.bruno, cast.ess, cast.chloe, clock.now() - HOUR, "Publicité.")
    with pytest.raises(Invalid), atomic():
        remove_contents(cast.bruno, cast.ess, cast.chloe, clock.now() - 3 * HOUR, "")
    for actor, target in ((cast.chloe, cast.amina), (cast.bruno, cast.amina), (cast.bruno,) * 2):
        with pytest.raises(Refused), atomic():
            remove_contents(actor, cast.ess, target, clock.now() - HOUR, "Publicité.")


def test_what_nobody_can_put_back_any_more_is_erased(cast: Cast) -> None:
    stage(cast)
    removal = remove(cast, cast.ess)
    assert erase_removed_contents() is False
    with clock.travel(clock.now() + UNDONE_WITHIN + HOUR), atomic():
        assert erase_removed_contents() is True
        assert erase_removed_contents() is False
    db.session.expire_all()
    assert (removal.contents, removal.reason) == ({}, "")
    assert db.session.query(Placement).filter_by(group_id=cast.ess.id).count() == 1
    texts = db.session.scalars(select(Comment.body_html).where(Comment.removed_at.is_not(None)))
    assert set(texts) == {""}


def test_a_moderator_removes_and_puts_back_by_pages(browser: Open, cast: Cast) -> None:
    post = make_post(cast.chloe, cast.ess)
    bruno = browser(cast.bruno)
    path = f"/groupes/ess-quartiers/membres/{cast.chloe.id}/publications"
    assert browser(cast.chloe).get(path).status_code == 403
    sanction = path.replace("publications", "sanctionner")
    form = {"kind": "mute", "duration": "day", "reason": "Publicité.", "remove_too": "y"}
    answer = bruno.send(sanction, form)
    assert answer.location.endswith(path)
    assert "Publicité.</textarea>" in bruno.get(path).text
    assert bruno.send(path, {"period": "day", "reason": ""}).status_code == 422
    assert bruno.send(path, {"period": "day", "reason": "Publicité."}).status_code == 303
    assert bruno.get(f"/publications/{post.id}").status_code == 404
    listed = bruno.get("/groupes/ess-quartiers/retraits").text
    undo = f"/groupes/ess-quartiers/retraits/{db.session.query(Removal).one().id}/annuler"
    assert undo in listed
    assert browser(cast.chloe).send(undo).status_code == 403
    assert bruno.send(undo).status_code == 303
    assert browser(cast.chloe).get(f"/publications/{post.id}").status_code == 200
    assert bruno.send(undo).status_code == 409


def test_a_moderator_gives_a_reason_that_the_author_reads(browser: Open, cast: Cast) -> None:
    heard: list[tuple[Act, str]] = []

    def hear(_sender: object, act: Act, reason: str, **_more: Any) -> None:
        heard.append((act, reason))

    post = make_post(cast.chloe, cast.ess)
    comment = make_comment(cast.chloe, post)
    bruno = browser(cast.bruno)
    assert f"/commentaires/{comment.id}/retirer" in bruno.get(f"/publications/{post.id}").text
    with moderated.connected_to(hear):
        for path in (f"/commentaires/{comment.id}/retirer", f"/publications/{post.id}/retirer"):
            assert browser(cast.driss).send(path, {"reason": "Non."}).status_code == 403
            assert bruno.send(path, {"reason": ""}).status_code == 422
            assert bruno.send(path, {"reason": "Publicité."}).status_code == 303
    assert heard == [(Act.COMMENT_REMOVED, "Publicité."), (Act.POST_REMOVED, "Publicité.")]
    assert browser(cast.driss).get(f"/publications/{post.id}").status_code == 404


def test_moderators_come_from_a_post_a_comment_and_a_case_to_the_sanctions_of_the_author(
    browser: Open, cast: Cast
) -> None:
    post = make_post(cast.chloe, cast.ess)
    comment = make_comment(cast.chloe, make_post(cast.amina, cast.ess))
    bruno, page = browser(cast.bruno), f"/publications/{post.id}"
    of_chloe = f"/groupes/ess-quartiers/membres/{cast.chloe.id}"
    for path in (page, f"/commentaires/{comment.id}/retirer"):
        shown = bruno.get(path, follow_redirects=True).text
        assert f"{of_chloe}/sanctionner?next=/publications/" in shown, path
        assert f"{of_chloe}/publications?next=/publications/" in shown, path
    others = browser(cast.driss).get(page, follow_redirects=True).text
    assert "/sanctionner" not in others
    # No one can sanction a moderator of the group, nor be led elsewhere afterwards.
    own = f"/publications/{comment.post_id}"
    assert "/sanctionner" not in bruno.get(own, follow_redirects=True).text
    warning = {"kind": "warning", "reason": "Publicité.", "next": page}
    assert bruno.send(f"{of_chloe}/sanctionner", warning).location == page
    for act in ("sanctionner", "publications"):
        assert (
            'href="javascript:' not in bruno.get(f"{of_chloe}/{act}?next=javascript:alert()").text
        )
