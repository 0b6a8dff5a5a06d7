"""Mentions: kept by id, shown by today's name, announced once to those who may read the text."""

from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Mention, Post
from grandequipe.feed.services import approve_post, edit_comment, edit_post, publish_post
from grandequipe.groups.models import Level
from grandequipe.groups.services import change_level, leave_group
from grandequipe.members.models import Member
from grandequipe.members.services import ProfileInput, edit_profile, erase_member
from grandequipe.notifications.models import ConversationChoice, NotificationKind
from grandequipe.notifications.queries import count_unread, list_notifications
from grandequipe.notifications.services.wishes import choose_conversation
from tests.conftest import Visitor
from tests.factories import Cast, admit, draft_of, make_comment, make_group, make_member, make_post

Handle = Callable[[], None]


def at(member: Member, words: str | None = None) -> str:
    return f'<a href="/membres/{member.id}">{words or f"@{member.display_name}"}</a>'


def lines(member: Member) -> list[tuple[str, int | None]]:
    """List kind and comment of the lines of a bell, newest first."""
    db.session.rollback()
    return [(each.kind.value, each.comment_id) for each in list_notifications(member).items]


def mentions(member: Member) -> list[int | None]:
    return [comment for kind, comment in lines(member) if kind == NotificationKind.MENTION]


def words_of(text: Post | Comment) -> str:
    db.session.rollback()
    return db.session.get_one(type(text), text.id).body_html


def test_who_is_mentioned_in_a_post_and_under_it_is_notified_once_of_each(
    cast: Cast, handle_events: Handle
) -> None:
    post = make_post(cast.amina, cast.ess, body_html=f"<p>Merci {at(cast.chloe)}.</p>")
    handle_events()
    assert lines(cast.chloe) == [("mention", None)]
    comment = make_comment(cast.bruno, post, f"Oui {at(cast.chloe)} et {at(cast.bruno)}")
    handle_events()
    assert lines(cast.chloe) == [("mention", comment.id)]
    assert count_unread(cast.chloe) == 1, "one line for the post"
    assert mentions(cast.bruno) == [], "their own words are no news"
    with atomic():
        edit_post(cast.amina, post, draft_of(body_html=f"<p>Encore {at(cast.chloe)}.</p>"))
    handle_events()
    [line] = list_notifications(cast.chloe).items
    assert (line.count, line.sentence()) == (2, line.sentence())


def test_a_member_who_follows_every_post_has_one_line_of_a_post_that_mentions_them(
    cast: Cast, handle_events: Handle
) -> None:
    with atomic():
        change_level(cast.chloe, cast.ess, Level.ALL)
    make_post(cast.amina, cast.ess, body_html=f"<p>{at(cast.chloe)}</p>")
    handle_events()
    assert lines(cast.chloe) == [("mention", None)]


def test_an_answer_that_mentions_whom_it_answers_is_one_line(
    cast: Cast, handle_events: Handle
) -> None:
    post = make_post(cast.chloe, cast.ess)
    comment = make_comment(cast.bruno, post, f"Bonjour {at(cast.chloe)}")
    handle_events()
    assert lines(cast.chloe) == [("comment_on_my_post", comment.id)]


def test_an_edit_notifies_the_new_ones_only_and_takes_back_those_who_are_out(
    cast: Cast, handle_events: Handle
) -> None:
    post = make_post(cast.amina, cast.ess, body_html=f"<p>{at(cast.chloe)}</p>")
    comment = make_comment(cast.amina, post, at(cast.chloe))
    handle_events()
    assert count_unread(cast.chloe) == 1
    with atomic():
        edit_post(cast.amina, post, draft_of(body_html=f"<p>{at(cast.bruno)}</p>"))
        edit_comment(cast.amina, comment, f"<p>{at(cast.bruno)}</p>")
    handle_events()
    assert (mentions(cast.chloe), count_unread(cast.chloe)) == ([], 0)
    assert len(mentions(cast.bruno)) == 1
    with atomic():
        edit_post(cast.amina, post, draft_of(body_html=f"<p>{at(cast.chloe)}</p>"))
    handle_events()
    assert len(db.session.query(Mention).filter_by(member_id=cast.chloe.id).all()) == 2
    [line] = list_notifications(cast.chloe).items
    assert line.count == 1, "the same text notifies nobody twice"


def test_a_minor_correction_notifies_nobody(cast: Cast, handle_events: Handle) -> None:
    post = make_post(cast.amina, cast.ess)
    handle_events()
    with atomic():
        edit_post(cast.amina, post, draft_of(body_html=f"<p>{at(cast.chloe)}</p>"), is_minor=True)
    handle_events()
    assert mentions(cast.chloe) == []


def test_a_post_that_waits_notifies_when_it_is_published(cast: Cast, handle_events: Handle) -> None:
    text = f"<p>{at(cast.bruno)} {at(cast.amina)} {at(cast.driss)}</p>"
    post = make_post(cast.chloe, cast.moderated, body_html=text)
    handle_events()
    assert mentions(cast.bruno) == []
    with atomic():
        approve_post(cast.amina, post, post.text_version)
    handle_events()
    assert mentions(cast.bruno) == [None]


SILENT = {
    "an outsider of a private group": lambda cast, post: None,
    "a leaver": lambda cast, post: leave_group(cast.chloe, cast.private),
    "digest only": lambda cast, post: change_level(cast.chloe, cast.private, Level.DIGEST),
    "nothing": lambda cast, post: change_level(cast.chloe, cast.private, Level.NONE),
    "muted": lambda cast, post: choose_conversation(cast.chloe, post, ConversationChoice.MUTED),
}


@pytest.mark.parametrize("why", SILENT)
def test_a_mention_notifies_nobody_who_may_not_see_it_or_does_not_want_it(
    why: str, cast: Cast, handle_events: Handle
) -> None:
    post = make_post(cast.amina, cast.private)
    with atomic():
        SILENT[why](cast, post)
    who = cast.driss if "outsider" in why else cast.chloe
    comment = make_comment(cast.amina, post, f"Bonjour {at(who)}")
    assert f'href="/membres/{who.id}"' in words_of(comment), "the writer reads the same"
    handle_events()
    assert mentions(who) == []


def test_who_loses_access_loses_the_line(cast: Cast, handle_events: Handle) -> None:
    make_post(cast.amina, cast.private, body_html=f"<p>{at(cast.chloe)}</p>")
    handle_events()
    assert mentions(cast.chloe) == [None]
    with atomic():
        leave_group(cast.chloe, cast.private)
    assert (mentions(cast.chloe), count_unread(cast.chloe)) == ([], 0)


def test_the_mention_names_a_group_that_its_reader_knows(cast: Cast, handle_events: Handle) -> None:
    secret = make_group(cast.amina, "Secret", visibility="hidden", join_policy="invite")
    with atomic():
        text = f"<p>{at(cast.chloe)}</p>"
        publish_post(cast.amina, secret, draft_of(body_html=text), also_in=[cast.ess])
    handle_events()
    [line] = list_notifications(cast.chloe).items
    assert (line.group_name, line.count) == ("ESS Quartiers", 1)


def test_the_name_is_that_of_today_in_text_summary_and_card(
    cast: Cast, handle_events: Handle, browser: Callable, visitor
) -> None:
    post = make_post(cast.amina, cast.ess, body_html=f"<p>Merci {at(cast.chloe)}.</p>")
    comment = make_comment(cast.amina, post, f"Et {at(cast.chloe)}")
    amina = browser(cast.amina)
    for client in (amina, visitor):
        assert "@Chloé Dumas" in client.get("/groupes/ess-quartiers").text
    amina.get("/")
    with atomic():
        edit_profile(cast.chloe, ProfileInput("Chloé Dumas-Roy"))
    handle_events()
    assert words_of(comment).endswith(">@Chloé Dumas-Roy</a></p>")
    for client, path in (
        (amina, "/"),
        (amina, "/groupes/ess-quartiers"),
        (visitor, "/groupes/ess-quartiers"),
    ):
        assert "@Chloé Dumas-Roy" in client.get(path).text, path
    with atomic():
        erase_member(cast.chloe)
    handle_events()
    name = db.session.get_one(Member, cast.chloe.id).display_name
    page = visitor.get(f"/publications/{post.id}").text
    assert "Dumas" not in page
    assert f'class="mention" href="/membres/{cast.chloe.id}"' in page
    assert f"@{name}" in visitor.get("/groupes/ess-quartiers").text


TYPED = {
    "@Chloé Dumas, merci": ["chloe"],
    "@chloe dumas": ["chloe"],
    "merci @Chloé Dumas.": ["chloe"],
    "@Chloé": [],
    "(@Bruno Castel) et @Chloé Dumas": ["bruno", "chloe"],
    "chloe@Chloé Dumas": [],
    "@Driss Amrani": [],
    "@Personne Inconnue": [],
    "a@b @": [],
}


@pytest.mark.parametrize("typed", TYPED)
def test_a_whole_name_typed_after_an_at_sign_mentions_a_member_of_the_group(
    typed: str, cast: Cast
) -> None:
    """Without scripts, and by programs: a name of several words, accents and case ignored."""
    comment = make_comment(cast.amina, make_post(cast.amina, cast.ess), typed)
    found = db.session.query(Mention.member_id).filter_by(comment_id=comment.id).order_by("id")
    assert [id for (id,) in found] == [getattr(cast, name).id for name in TYPED[typed]]


def test_a_name_that_two_members_have_mentions_neither(cast: Cast) -> None:
    admit(cast.ess, make_member("Chloe Dumas", email="autre@example.org"))
    comment = make_comment(cast.amina, make_post(cast.amina, cast.ess), "@Chloé Dumas")
    assert "/membres/" not in comment.body_html


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('<a href="/membres/{chloe}">@n’importe <b>qui</b></a>', "@Chloé Dumas</a>"),
        ('<a href="/membres/{chloe}">son profil</a>', "<p>son profil</p>"),
        ('<a href="/membres/999999">@Fantôme</a>', "<p>@Fantôme</p>"),
        ('<a href="/membres/{chloe}/photo">@Chloé</a>', "<p>@Chloé</p>"),
        ('<a href="//evil.example/membres/1">@Chloé</a>', "<p>@Chloé</p>"),
        ('<a href="javascript:1//membres/1">@Chloé</a>', "<p>@Chloé</p>"),
        ('<a href="/membres/{chloe}" onclick="x()">@<script>1</script>x</a>', "@Chloé Dumas</a>"),
    ],
)
def test_a_link_is_a_mention_only_where_it_leads_to_a_member_and_begins_with_an_at_sign(
    sent: str, kept: str, cast: Cast
) -> None:
    words = sent.replace("{chloe}", str(cast.chloe.id))
    comment = make_comment(cast.amina, make_post(cast.amina, cast.ess), words)
    assert kept in comment.body_html
    assert ("@Chloé Dumas</a>" in kept) == bool(db.session.query(Mention).count())
    for sign in ("script", "onclick", "evil", "javascript"):
        assert sign not in comment.body_html


def test_a_text_is_written_in_as_many_questions_without_a_mention(
    cast: Cast, count_queries: Callable
) -> None:
    post = make_post(cast.amina, cast.ess)
    asked = []
    for text in (
        "Bonjour",
        "a@example.org",
        f"{at(cast.chloe)}",
        f"{at(cast.chloe)} {at(cast.bruno)}",
    ):
        with count_queries() as counted:
            make_comment(cast.amina, post, text)
        asked.append(counted.count)
    assert asked[1] - asked[0] <= 1
    assert asked[2] == asked[3] <= asked[0] + 3


def test_a_post_that_a_hidden_group_reads_too_does_not_say_who_belongs_to_it(
    cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    """Neither by what is suggested, nor by what becomes a mention of a name that is typed."""
    zoe = make_member("Zoé Secrète", email="zoe@example.org")
    admit(cast.hidden, zoe)
    admit(cast.ess, cast.driss)
    with atomic():
        post = publish_post(cast.chloe, cast.ess, draft_of(), [cast.hidden])
    path = f"/publications/{post.id}/mentions?q=zo"
    assert browser(cast.driss).get(path).json == []
    assert [each["id"] for each in browser(cast.chloe).get(path).json] == [zoe.id]
    said = make_comment(cast.driss, post, "Avec @Zoé Secrète.")
    assert "/membres/" not in words_of(said)
    with atomic():
        edit_comment(cast.driss, said, "<p>Et @Zoé Secrète.</p>")
    assert "/membres/" not in words_of(said)
    assert at(zoe) in words_of(make_comment(cast.chloe, post, "Avec @Zoé Secrète."))
