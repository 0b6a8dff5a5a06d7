"""The posts of a digest, by reader."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from grandequipe.core import clock
from grandequipe.core.events import record_all
from grandequipe.core.mail import MailState
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import Digest
from grandequipe.digests.queries.posts import list_candidates
from grandequipe.extensions import db
from grandequipe.feed.events import PostPublished
from grandequipe.feed.models import Kind, Placement, PlacementStatus, Post
from grandequipe.feed.services import (
    approve_post,
    edit_post,
    place_post,
    publish_post,
    remove_post,
    take_out,
)
from grandequipe.groups.models import Level
from grandequipe.groups.services import archive_group, change_level, leave_group, mark_seen
from grandequipe.members.models import Member
from tests.digests.conftest import A_WEEK, ledger
from tests.digests.mail_server import MailServer
from tests.factories import Cast, admit, draft_of, make_group, make_member, make_post

Send = Callable[[datetime], list[MailState]]


def text_to(sink: MailServer, member: Member) -> str:
    """Read the text part of the last digest to a member; empty where there is none."""
    mails = sink.to(member.email)
    return mails[-1].get_body(("plain",)).get_content() if mails else ""


def digest_of(member: Member) -> Digest:
    return next(digest for digest in reversed(ledger()) if digest.member_id == member.id)


def test_a_digest_shows_the_posts_of_others(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess, title="Une ressourcerie ouvre")
    send(monday)
    assert "Une ressourcerie ouvre" in text_to(sink, cast.chloe)
    assert "Une ressourcerie ouvre" in text_to(sink, cast.bruno)
    assert sink.to(cast.amina.email) == []
    assert digest_of(cast.amina).state is MailState.CANCELLED
    assert digest_of(cast.amina).contents["excluded"] == {"1": "own"}


def test_nothing_new_is_no_digest(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    assert set(send(monday)) == {MailState.CANCELLED}
    assert sink.mails == []


def test_no_post_is_sent_twice(cast: Cast, monday: datetime, send: Send, sink: MailServer) -> None:
    make_post(cast.amina, cast.ess, title="La première semaine")
    send(monday)
    make_post(cast.amina, cast.ess, title="La seconde semaine")
    send(monday + A_WEEK)
    assert len(sink.to(cast.chloe.email)) == 2
    assert "La seconde semaine" in text_to(sink, cast.chloe)
    assert "La première semaine" not in text_to(sink, cast.chloe)


def test_sending_again_sends_nothing(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    assert MailState.SENT in send(monday)
    assert send(monday) == []
    assert len(sink.to(cast.chloe.email)) == 1


def test_a_post_approved_late_is_in_the_next_digest(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    post = make_post(cast.chloe, cast.moderated, title="Écrit il y a longtemps")
    with atomic():
        post.created_at = clock.now() - timedelta(days=10)
    make_post(cast.amina, cast.moderated, title="Publié entre-temps")
    send(monday)
    assert "Écrit il y a longtemps" not in text_to(sink, cast.bruno)
    with atomic():
        approve_post(cast.amina, post, post.text_version)
    send(monday + A_WEEK)
    assert "Écrit il y a longtemps" in text_to(sink, cast.bruno)


def test_a_post_in_several_groups_is_sent_once_and_never_again(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    with atomic():
        post = publish_post(cast.amina, cast.ess, draft_of(title="Partout"), [cast.private])
    with atomic():
        mark_seen(cast.chloe, cast.private)
    send(monday)
    text = text_to(sink, cast.chloe)
    assert text.count("publications/") == 1
    assert "RÉGIES DE QUARTIER" in text.upper().split("PARTOUT")[0], "where Chloé comes most"
    with atomic():
        place_post(cast.amina, post, cast.hidden)
    make_post(cast.amina, cast.ess, title="La suite")
    send(monday + A_WEEK)
    assert "Partout" not in text_to(sink, cast.chloe)
    assert digest_of(cast.chloe).contents["excluded"] == {str(post.id): "sent_before"}


def test_a_post_in_a_digest_that_is_tried_again_is_not_in_the_next(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    with atomic():
        publish_post(cast.amina, cast.ess, draft_of(title="Partout"), [cast.private])
    sink.answer_to_rcpt = "451 later"
    send(monday)
    first = digest_of(cast.chloe)
    assert first.state is MailState.PENDING
    with atomic():
        place_post(cast.amina, db.session.query(Post).one(), cast.hidden)
    assert first.contents["sent"] == [1]
    (is_in_earlier,) = {
        each.is_in_earlier
        for each in list_candidates({}, first.contents["sent"], cast.chloe)
        if each.is_visible
    }
    assert is_in_earlier


def test_a_post_that_was_taken_out_and_placed_again_is_not_sent_again(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    post = make_post(cast.chloe, cast.ess, title="Encore une fois")
    send(monday)
    assert "Encore une fois" in text_to(sink, cast.bruno)
    with atomic():
        place_post(cast.chloe, post, cast.moderated)
        take_out(cast.chloe, post, cast.ess)
        place_post(cast.chloe, post, cast.ess)
    make_post(cast.amina, cast.ess, title="La suite")
    send(monday + A_WEEK)
    assert "Encore une fois" not in text_to(sink, cast.bruno)


def test_a_post_that_its_reader_may_no_longer_see_is_not_in_it(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    removed = make_post(cast.amina, cast.ess, title="Retiré avant lundi")
    make_post(cast.amina, cast.hidden, title="Dans un groupe quitté")
    make_post(cast.amina, cast.ess, title="Encore là")
    with atomic():
        remove_post(cast.amina, removed)
        leave_group(cast.chloe, cast.hidden)
    send(monday)
    text = text_to(sink, cast.chloe)
    assert "Encore là" in text
    assert "Retiré avant lundi" not in text
    assert "Dans un groupe quitté" not in text
    assert digest_of(cast.chloe).contents["excluded"] == {str(removed.id): "removed"}


def test_an_edited_post_is_sent_as_it_reads_now(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    post = make_post(cast.amina, cast.ess, title="Avant")
    with atomic():
        edit_post(cast.amina, post, draft_of(title="Après"))
    send(monday)
    assert "Après" in text_to(sink, cast.chloe)
    assert "Avant" not in text_to(sink, cast.chloe)


@pytest.mark.parametrize("level", list(Level))
def test_only_the_level_none_keeps_a_group_out_of_the_digest(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, level: Level
) -> None:
    post = make_post(cast.amina, cast.ess)
    with atomic():
        change_level(cast.chloe, cast.ess, level)
    send(monday)
    contents = digest_of(cast.chloe).contents
    if level is Level.NONE:
        assert contents == {"sent": [], "excluded": {str(post.id): "level_none"}}
        assert sink.to(cast.chloe.email) == []
    else:
        assert contents == {"sent": [post.id], "excluded": {}}


def test_an_archived_group_is_out_of_the_digest_and_each_of_its_posts_is_accounted_for(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    shown, archived = make_post(cast.amina, cast.private), make_post(cast.amina, cast.ess)
    with atomic():
        archive_group(cast.amina, cast.ess)
    send(monday)
    contents = digest_of(cast.chloe).contents
    assert contents == {"sent": [shown.id], "excluded": {str(archived.id): "archived"}}
    assert cast.ess.name not in text_to(sink, cast.chloe)


def test_a_group_that_was_muted_sends_no_past_posts_when_it_is_wanted_again(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    with atomic():
        change_level(cast.chloe, cast.ess, Level.NONE)
    make_post(cast.amina, cast.ess, title="Pendant le silence")
    send(monday)
    with atomic():
        change_level(cast.chloe, cast.ess, Level.DIGEST)
    send(monday + A_WEEK)
    assert sink.to(cast.chloe.email) == []


@pytest.mark.parametrize("missing", ["confirmed_at", "active"])
def test_a_member_not_confirmed_or_not_active_has_no_digest(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, missing: str
) -> None:
    make_post(cast.amina, cast.ess)
    with atomic():
        setattr(cast.chloe, missing, None if missing == "confirmed_at" else False)
    send(monday)
    assert sink.to("chloe@example.org") == []
    assert all(digest.member_id != cast.chloe.id for digest in ledger())


def test_a_member_of_no_group_has_no_digest(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    send(monday)
    assert sink.to(cast.driss.email) == sink.to(cast.eva.email) == sink.to(cast.farid.email) == []


def test_published_is_sent_plus_excluded_for_every_member(
    cast: Cast, monday: datetime, send: Send
) -> None:
    with atomic():
        change_level(cast.bruno, cast.hidden, Level.NONE)
    posts = [
        make_post(author, group, kind)
        for author in (cast.amina, cast.bruno, cast.chloe)
        for group in (cast.ess, cast.private, cast.hidden)
        for kind in (Kind.NEWS, Kind.RESOURCE)
    ]
    with atomic():
        remove_post(cast.amina, posts[0])
    send(monday)
    late = make_post(cast.amina, cast.ess)
    send(monday + A_WEEK)
    published = sorted(post.id for post in [*posts, late])
    for member in (cast.amina, cast.bruno, cast.chloe):
        all_contents = [digest.contents for digest in ledger() if digest.member_id == member.id]
        sent = [post_id for contents in all_contents for post_id in contents["sent"]]
        excluded = [int(post_id) for contents in all_contents for post_id in contents["excluded"]]
        assert sorted(sent + excluded) == published


def test_an_upcoming_webinar_comes_first_in_the_reader_s_time_zone(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    starts_at = datetime(2100, 1, 14, 13, 0, tzinfo=UTC)
    ends_at = starts_at + timedelta(hours=1)
    make_post(cast.amina, cast.ess, title="Une nouvelle")
    make_post(
        cast.amina, cast.ess, Kind.WEBINAR, title="Visio", starts_at=starts_at, ends_at=ends_at
    )
    with atomic():
        cast.chloe.locale, cast.chloe.time_zone = "en", "America/Martinique"
    send(monday)
    text = text_to(sink, cast.chloe)
    assert "from 9:00\u00a0am to 10:00\u00a0am (Martinique time)" in text
    assert text.index("Visio") < text.index("Une nouvelle")


def test_the_digest_carries_what_mail_programs_ask_for(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    send(monday)
    (mail,) = sink.to(cast.chloe.email)
    digest = digest_of(cast.chloe)
    assert mail["Message-ID"] == f"<digest-{digest.id}@localhost>" == digest.mail.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<letter.localhost>"
    assert mail["List-Unsubscribe"].startswith("<http://localhost/lettre/desabonnement/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert {part.get_content_type() for part in mail.walk()} == {
        "multipart/alternative",
        "text/plain",
        "text/html",
    }
    html = mail.get_body(("html",)).get_content()
    assert "<img" not in html
    assert "url(" not in html
    assert "{%" not in html
    assert 'style="' in html


def test_texts_of_members_are_escaped_in_the_digest(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess, title="<script>alert(1)</script> & co")
    send(monday)
    (mail,) = sink.to(cast.chloe.email)
    html = mail.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<script>alert(1)</script>" in text_to(sink, cast.chloe)


@pytest.mark.parametrize("sign", ["W", "é", "😀"])
def test_a_digest_stays_under_100_kb_however_much_happened(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, sign: str
) -> None:
    many = [
        draft_of(title=f"{number} {sign * 150}", body_html=f"<p>{sign * 400}</p>").model(
            author=cast.amina,
            created_at=clock.now(),
            placements=[
                Placement(
                    group=cast.ess,
                    kind=Kind.NEWS,
                    status=PlacementStatus.PUBLISHED,
                    created_at=clock.now(),
                    published_at=clock.now(),
                )
            ],
            title=f"{number} {sign * 150}",
            body_html="",
            summary=sign * 220,
        )
        for number in range(500)
    ]
    with atomic():
        db.session.add_all(many)
        db.session.flush()
        group = cast.ess
        published = [
            PostPublished(subject_id=post.id, actor_id=cast.amina.id, group_id=group.id)
            for post in many
        ]
        record_all([(group.stream, event) for event in published])
    send(monday)
    assert max(sink.sizes) < 100_000
    assert len(digest_of(cast.chloe).contents["sent"]) == 500
    assert "more in the group" in text_to(sink, cast.chloe) or "autres" in text_to(sink, cast.chloe)


def test_every_group_is_in_it_however_many_there_are(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    for number in range(40):
        group = make_group(cast.amina, f"Quartier {number}")
        admit(group, cast.chloe)
        make_post(cast.amina, group)
    send(monday)
    assert len(digest_of(cast.chloe).contents["sent"]) == 40
    assert max(sink.sizes) < 100_000


def test_a_member_made_by_the_command_line_has_a_digest_too(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    gaelle = make_member("Gaëlle Noir", email="gaelle@example.org")
    admit(cast.ess, gaelle)
    make_post(cast.amina, cast.ess)
    send(monday)
    assert len(sink.to(gaelle.email)) == 1


def test_a_title_that_looks_like_a_placeholder_stays_as_it_is(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    title = "⟦unsubscribe⟧ ⟦sections⟧ <!--sections-->"
    make_post(cast.amina, cast.ess, title=title)
    send(monday)
    [mail] = sink.to(cast.chloe.email)
    html = mail.get_body(("html",)).get_content()
    assert title in text_to(sink, cast.chloe)
    assert "⟦unsubscribe⟧ ⟦sections⟧ &lt;!--sections--&gt;" in html
    assert text_to(sink, cast.chloe).count("/lettre/desabonnement/") == 1


def test_postgresql_keeps_one_plan_for_the_posts_of_all_digests(
    cast: Cast, monday: datetime, send: Send
) -> None:
    admit(cast.ess, *(make_member(f"Voisin{number} Nom") for number in range(20)))
    make_post(cast.amina, cast.ess)
    send(monday)
    plans = text("SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE :pattern")
    kept = db.session.scalars(plans, {"pattern": "%jsonb_each%"}).all()
    assert max(kept) > 0
