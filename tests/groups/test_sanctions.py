"""Moderators warn, mute and ban for a time or for good; ends come with the clock."""

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
from grandequipe.feed.models import ReactionName
from grandequipe.feed.policies import (
    may_comment,
    may_edit_post,
    may_publish,
    may_remove_post,
)
from grandequipe.feed.services import (
    add_comment,
    add_reaction,
    place_post,
    publish_post,
    restore_comment,
)
from grandequipe.feed.services.comments import edit_comment, remove_comment
from grandequipe.feed.services.drafts import save_draft
from grandequipe.groups.models import Membership, Role, Sanction, SanctionKind
from grandequipe.groups.policies import is_banned, is_muted, may_invite, may_join, may_write
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import (
    ban_member,
    change_role,
    end_bans,
    erase_reasons,
    join_group,
    leave_group,
    lift_sanction,
    mute_member,
    purge_sanctions,
    warn_member,
)
from grandequipe.groups.signals import moderated
from grandequipe.members.models import Member
from grandequipe.web.formats import closing_moment
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, draft_of, make_comment, make_post
from tests.sample_content import draft_input

Open = Callable[[Member], Visitor]
Run = Callable[..., Program]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def mute(cast: Cast, until: Any = None) -> Sanction:
    with atomic():
        return mute_member(cast.bruno, cast.ess, cast.chloe, "Messages répétés.", until)


def since(minutes: int, impose: Callable[..., Sanction], cast: Cast) -> None:
    """Sanction Chloé for one hour, so many minutes ago."""
    with clock.travel(clock.now() - minutes * MINUTE), atomic():
        impose(cast.bruno, cast.ess, cast.chloe, "Insultes.", clock.now() + HOUR)
    db.session.expire_all()


def test_a_mute_of_an_hour_holds_59_minutes_and_is_over_after_61(browser: Open, cast: Cast) -> None:
    post, chloe = make_post(cast.amina, cast.ess), browser(cast.chloe)
    said = {"body_html": "Merci", "body_format": "text"}
    path = f"/publications/{post.id}/commentaires"
    since(59, mute_member, cast)
    assert chloe.send(path, said).status_code == 403
    refused = chloe.get("/groupes/ess-quartiers/publier/actualite")
    assert (refused.status_code, "en lecture seule" in refused.text) == (403, True)
    assert "en lecture seule" in chloe.get("/groupes/ess-quartiers").text
    since(61, mute_member, cast)
    assert chloe.send(path, said).status_code == 303
    assert chloe.get("/groupes/ess-quartiers/publier").status_code == 200
    assert "en lecture seule" not in chloe.get("/groupes/ess-quartiers").text


def test_a_ban_of_an_hour_holds_59_minutes_and_is_over_after_61(browser: Open, cast: Cast) -> None:
    join, chloe = "/groupes/ess-quartiers/rejoindre", browser(cast.chloe)
    since(59, ban_member, cast)
    assert chloe.send(join).status_code == 403
    assert is_banned(cast.chloe, cast.ess)
    since(61, ban_member, cast)
    assert not is_banned(cast.chloe, cast.ess)
    assert may_join(cast.chloe, cast.ess)
    assert chloe.send(join).status_code == 303
    db.session.expire_all()
    assert may_write(cast.chloe, cast.ess)


def test_who_is_muted_writes_nothing_and_takes_back_what_they_wrote(cast: Cast) -> None:
    post, other = make_post(cast.chloe, cast.ess), make_post(cast.amina, cast.ess)
    comment = make_comment(cast.chloe, other)
    mute(cast)
    acts: dict[str, Callable[[], object]] = {
        "post": lambda: publish_post(cast.chloe, cast.ess, draft_of()),
        "comment": lambda: add_comment(cast.chloe, other, "<p>Encore</p>"),
        "edit": lambda: edit_comment(cast.chloe, comment, "<p>Encore</p>"),
        "react": lambda: add_reaction(cast.chloe, other, ReactionName.THANKS),
        "place": lambda: place_post(cast.chloe, make_post(cast.chloe, cast.moderated), cast.ess),
    }
    for act in acts.values():
        with pytest.raises(Refused), atomic():
            act()
    assert not may_publish(cast.chloe, cast.ess)
    assert not may_comment(cast.chloe, other)
    assert not may_invite(cast.chloe, cast.ess)
    assert not may_edit_post(cast.chloe, post)
    assert may_remove_post(cast.chloe, post)
    with atomic():
        remove_comment(cast.chloe, comment)
    with pytest.raises(Refused), atomic():
        restore_comment(cast.chloe, comment)


def test_a_mute_goes_on_when_one_leaves_and_joins_again(cast: Cast) -> None:
    sanction = mute(cast)
    with atomic():
        leave_group(cast.chloe, cast.ess)
        join_group(cast.chloe, cast.ess)
    assert is_muted(cast.chloe, cast.ess)
    with atomic():
        lift_sanction(cast.amina, sanction, "Malentendu.")
    assert may_write(cast.chloe, cast.ess)
    with pytest.raises(Conflict), atomic():
        lift_sanction(cast.amina, sanction)


def test_each_act_is_logged_and_sent_with_its_reason(cast: Cast) -> None:
    heard: list[dict[str, Any]] = []

    def hear(_sender: object, **values: Any) -> None:
        heard.append(values)

    end = clock.now() + HOUR
    with moderated.connected_to(hear):
        with atomic():
            warn_member(cast.bruno, cast.ess, cast.chloe, "Ton agressif.")
            mute_member(cast.bruno, cast.ess, cast.chloe, "Ton agressif, encore.", end)
        with atomic():
            sanction = ban_member(cast.bruno, cast.ess, cast.chloe, "Insultes.")
        with atomic():
            lift_sanction(cast.amina, sanction, "Excuses reçues.")
    assert [(each["act"], each["actor"], each["member"], each["reason"]) for each in heard] == [
        (Act.MEMBER_WARNED, cast.bruno, cast.chloe, "Ton agressif."),
        (Act.MEMBER_MUTED, cast.bruno, cast.chloe, "Ton agressif, encore."),
        (Act.MEMBER_BANNED, cast.bruno, cast.chloe, "Insultes."),
        (Act.MEMBER_UNBANNED, cast.amina, cast.chloe, "Excuses reçues."),
    ]
    assert [each["until"] for each in heard] == [None, end, None, None]
    logged = db.session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
    assert [each.act for each in logged] == [each["act"] for each in heard]
    assert {(each.group_id, each.member_id) for each in logged} == {(cast.ess.id, cast.chloe.id)}
    assert "Insultes" not in str([each.details for each in logged])


@pytest.mark.parametrize(
    ("reason", "until", "field"),
    [
        ("", HOUR, "reason"),
        ("x" * 1001, HOUR, "reason"),
        ("Insultes.", -MINUTE, "until"),
        ("Insultes.", timedelta(days=365 * 6), "until"),
    ],
)
def test_a_sanction_says_why_and_ends_after_now(
    cast: Cast, reason: str, until: timedelta, field: str
) -> None:
    with pytest.raises(Invalid) as wrong, atomic():
        mute_member(cast.bruno, cast.ess, cast.chloe, reason, clock.now() + until)
    assert list(wrong.value.errors) == [field]


@pytest.mark.parametrize(
    ("actor", "target"),
    [("chloe", "driss"), ("bruno", "amina"), ("bruno", "bruno"), ("driss", "chloe")],
)
def test_nobody_sanctions_above_beside_or_oneself(cast: Cast, actor: str, target: str) -> None:
    people = getattr(cast, actor), cast.ess, getattr(cast, target)
    for impose in (warn_member, mute_member, ban_member):
        with pytest.raises((Refused, Conflict)), atomic():
            impose(*people, "Motif.")
    assert db.session.query(Sanction).count() == 0


def test_who_looks_after_a_group_is_not_muted_nor_promoted_while_muted(cast: Cast) -> None:
    with pytest.raises(Conflict), atomic():
        mute_member(cast.amina, cast.ess, cast.bruno, "Trop de messages.")
    mute(cast)
    with pytest.raises(Conflict), atomic():
        change_role(cast.amina, cast.ess, cast.chloe, Role.MODERATOR)


def test_another_sanction_of_a_kind_takes_the_place_of_the_earlier(cast: Cast) -> None:
    now = clock.now()
    first = mute(cast, now + 3 * HOUR)
    second = mute(cast, now + HOUR)
    db.session.expire_all()
    assert (first.is_in_force, second.is_in_force) == (False, True)
    with clock.travel(now + 2 * HOUR):
        assert may_write(cast.chloe, cast.ess)


def test_the_clock_takes_ended_bans_away_and_long_ended_sanctions(cast: Cast) -> None:
    now = clock.now()
    with atomic():
        ban_member(cast.bruno, cast.ess, cast.chloe, "Insultes.", now + HOUR)
    with clock.travel(now + 2 * HOUR), atomic():
        assert end_bans() is False
    assert db.session.get(Membership, (cast.ess.id, cast.chloe.id)) is None
    with clock.travel(now + timedelta(days=4 * 365)), atomic():
        purge_sanctions()
    assert db.session.query(Sanction).count() == 0


def test_the_reasons_go_with_the_account_and_the_ban_stays(cast: Cast) -> None:
    with atomic():
        sanction = ban_member(cast.bruno, cast.ess, cast.chloe, "Insultes.")
        erase_reasons(cast.chloe)
    db.session.expire_all()
    assert sanction.reason == ""
    assert is_banned(cast.chloe, cast.ess)


def test_a_program_warns_mutes_and_lifts(program: Run, cast: Cast) -> None:  # noqa: F811
    path, amina = f"/groups/ess-quartiers/members/{cast.chloe.id}", program(cast.amina)
    assert amina.patch(path, {"state": "muted"}).status_code == 422
    end = (clock.now() + HOUR).isoformat()
    muted = amina.patch(path, {"state": "muted", "reason": "Répétitions.", "until": end})
    assert (muted.status_code, muted.json["state"], muted.json["muted"]) == (200, "active", True)
    assert amina.patch(path, {"state": "active"}).json["muted"] is False
    assert amina.patch(path, {"state": "warned", "reason": "Attention."}).status_code == 200
    kinds = [each.kind for each in db.session.query(Sanction).order_by(Sanction.id)]
    assert kinds == [SanctionKind.MUTE, SanctionKind.WARNING]


def test_a_moderator_sanctions_and_lifts_by_pages(browser: Open, cast: Cast) -> None:
    bruno = browser(cast.bruno)
    path = f"/groupes/ess-quartiers/membres/{cast.chloe.id}/sanctionner"
    form = {"kind": "mute", "duration": "day", "reason": ""}
    refused = bruno.send(path, form)
    assert refused.status_code == 422
    assert "Dites pourquoi" in refused.text
    assert bruno.send(path, form | {"reason": "Répétitions."}).status_code == 303
    listed = bruno.get("/groupes/ess-quartiers/sanctions").text
    assert "Répétitions." in listed
    assert "Chloé Dumas" in listed
    sanction = db.session.query(Sanction).one()
    lift = f"/groupes/ess-quartiers/sanctions/{sanction.id}/lever"
    assert lift in listed
    assert browser(cast.chloe).get("/groupes/ess-quartiers/sanctions").status_code == 403
    assert bruno.send(lift, {"reason": "Compris."}).status_code == 303
    assert bruno.send(lift).status_code == 409
    db.session.expire_all()
    membership = find_membership(cast.chloe, cast.ess)
    assert membership is not None
    assert not membership.is_muted


def test_each_write_of_a_muted_member_is_refused_with_the_end_of_the_mute_and_each_page_read(
    browser: Open, cast: Cast
) -> None:
    own, other = make_post(cast.chloe, cast.ess), make_post(cast.amina, cast.ess)
    with atomic():
        draft = save_draft(cast.chloe, draft_input(cast.ess, "a", "Un brouillon")).draft
    end = clock.now() + 25 * HOUR
    mute(cast, end)
    chloe, group = browser(cast.chloe), "/groupes/ess-quartiers"
    words = {"title": "Titre", "body_html": "Texte", "body_format": "text"}
    writes = {
        "post": (f"{group}/publier/actualite", words),
        "draft published": (f"{group}/publier/actualite?draft={draft.id}", words),
        "draft scheduled": (
            f"/brouillons/{draft.id}/programmer",
            {"publish_at": "2030-01-01T10:00"},
        ),
        "change or proposal": (f"/publications/{own.id}/modifier", words),
        "comment": (f"/publications/{other.id}/commentaires", words),
        "reaction": (f"/publications/{other.id}/reactions", {"add": "thanks"}),
    }
    said = "en lecture seule dans ce groupe jusqu’au " + closing_moment(end, cast.chloe.time_zone)
    french = {"Accept-Language": "fr"}
    answers = {
        name: chloe.send(path, data, headers=french) for name, (path, data) in writes.items()
    }
    assert {name: each.status_code for name, each in answers.items()} == dict.fromkeys(writes, 403)
    assert [name for name, each in answers.items() if said not in each.text] == []
    reads = (group, f"{group}/membres", f"/publications/{other.id}", f"/brouillons/{draft.id}")
    read = {path: chloe.get(path, follow_redirects=True).status_code for path in reads}
    assert read == dict.fromkeys(reads, 200)
