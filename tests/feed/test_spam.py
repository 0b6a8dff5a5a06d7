"""What a new account may do grows with its age, and what looks like spam waits for a moderator."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from string import ascii_uppercase

import pytest
from sqlalchemy import update

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.moderation_log import Act, LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Fingerprint, Hold, HoldReason, Post
from grandequipe.feed.queries.holds import list_held
from grandequipe.feed.services import add_comment, approve_post, edit_comment, edit_post
from grandequipe.feed.services.bulk_removal import remove_contents, restore_contents
from grandequipe.feed.services.holds import remove_held
from grandequipe.feed.services.spam import purge_fingerprints
from grandequipe.groups.models import Group, Role
from grandequipe.groups.services import invite_address, join_group
from grandequipe.members.models import Member
from grandequipe.members.services import create_member
from grandequipe.members.services.trust import QUOTAS, Quota, Trust, trust_in
from grandequipe.moderation.models import ReportReason, SubjectType
from grandequipe.moderation.queries.subjects import get_reportable
from grandequipe.moderation.services import ReportInput, report
from tests.conftest import Visitor
from tests.factories import (
    Cast,
    admit,
    draft_of,
    make_comment,
    make_group,
    make_member,
    make_post,
)

Open = Callable[[Member], Visitor]
WORDS = "Gagnez de l’argent depuis chez vous en trois clics, offre limitée"
# Names without numbers, which names of people do not have.
WAVE = ["".join(pair) for pair in product(ascii_uppercase, repeat=2)]
SHOP = '<a href="https://shop.example/offre?utm={n}">ici</a>'


def newcomer(name: str = "Nadia Petit", days: float = 0, *groups: Group) -> Member:
    member = make_member(name, created_at=clock.now() - timedelta(days=days))
    for group in groups:
        admit(group, member)
    return member


def links(number: int) -> str:
    return " ".join(f'<a href="https://site{n}.example/">ici</a>' for n in range(number))


def state(post: Post) -> list[str]:
    db.session.expire_all()
    return [each.status.value for each in post.placements]


@pytest.mark.parametrize(("days", "level"), [(0, 0), (1.1, 1), (7.1, 2)])
def test_an_account_is_trusted_by_its_age(cast: Cast, days: float, level: int) -> None:
    assert trust_in(newcomer(days=days)) is Trust(level)


def test_approved_posts_and_chosen_members_are_trusted_sooner(cast: Cast) -> None:
    nadia = newcomer("Nadia Petit", 0, cast.moderated)
    assert trust_in(nadia) is Trust.NEW
    post = make_post(nadia, cast.moderated)
    with atomic():
        approve_post(cast.bruno, post, post.text_version)
    assert trust_in(nadia) is Trust.YOUNG
    omar = newcomer("Omar Sy", 0, cast.private, cast.hidden)
    assert trust_in(omar) is Trust.YOUNG
    moderator = newcomer("Paul Roy", 0)
    admit(cast.ess, newcomer("Quentin Lo", 0))
    admit(cast.ess, moderator, role=Role.MODERATOR)
    assert trust_in(moderator) is Trust.ESTABLISHED


def test_a_new_account_writes_so_much_a_day_and_reads_when_to_go_on(
    cast: Cast, browser: Open
) -> None:
    nadia = newcomer("Nadia Petit", 0, cast.ess)
    quota = QUOTAS[Trust.NEW]
    thread = make_post(cast.amina, cast.ess)
    for n in range(quota[Quota.POSTS]):
        make_post(nadia, cast.ess, title=f"Annonce {n}")
    for n in range(quota[Quota.COMMENTS]):
        make_comment(nadia, thread, f"Réponse {n}")
    visitor = browser(nadia)
    news = {"title": "Encore une annonce", "body_html": "<p>Un dernier mot.</p>"}
    refused = visitor.send("/groupes/ess-quartiers/publier/actualite", news)
    assert refused.status_code == 422
    assert "5 publications par jour" in refused.text
    assert "Un dernier mot." in refused.text
    said = {"body_html": "<p>Une réponse de trop</p>"}
    refused = visitor.send(f"/publications/{thread.id}/commentaires", said)
    assert refused.status_code == 422
    assert "20 commentaires par jour" in refused.text
    assert "Une réponse de trop" in refused.text
    make_post(cast.chloe, cast.ess)  # an account of sixty days


def test_mentions_invitations_and_groups_are_counted_a_day(cast: Cast) -> None:
    nadia = newcomer("Nadia Petit", 0, cast.ess)
    make_group(nadia, "Un premier groupe")
    with pytest.raises(Invalid) as refused:
        make_group(nadia, "Un deuxième groupe")
    assert "limit" in refused.value.errors
    mine = make_group(newcomer("Omar Sy"), "Un groupe à inviter")
    owner = db.session.get_one(Member, nadia.id + 1)
    for n in range(QUOTAS[Trust.NEW][Quota.INVITATIONS]):
        with atomic():
            invite_address(owner, mine, f"guest{n}@example.org")
    with pytest.raises(Invalid), atomic():
        invite_address(owner, mine, "one-more@example.org")
    people = [make_member(f"Personne {chr(65 + n)}", email=f"p{n}@example.org") for n in range(11)]
    names = " ".join(f'<a href="/membres/{each.id}">@{each.display_name}</a>' for each in people)
    thread = make_post(cast.amina, cast.ess)
    with pytest.raises(Invalid):
        make_comment(nadia, thread, names)
    make_comment(cast.chloe, thread, names)


def held() -> list[Hold]:
    db.session.expire_all()
    return db.session.query(Hold).order_by(Hold.id).all()


def test_more_links_than_a_new_account_may_post_wait_for_a_moderator(
    cast: Cast, browser: Open
) -> None:
    nadia = newcomer("Nadia Petit", 0, cast.ess)
    post = make_post(nadia, cast.ess, title="Trois liens", body_html=f"<p>{links(3)}</p>")
    plain = make_post(nadia, cast.ess, body_html=f"<p>{links(2)}</p>")
    assert (state(post), state(plain)) == (["pending"], ["published"])
    thread = make_post(cast.amina, cast.ess)
    said = {"body_html": f"<p>Voyez {links(3)}</p>"}
    visitor = browser(nadia)
    answer = visitor.send(f"/publications/{thread.id}/commentaires", said)
    assert answer.status_code == 303
    assert "lira votre commentaire" in visitor.get(answer.location).text
    comment = db.session.query(Comment).one()
    assert comment.is_removed
    assert "site2.example" not in browser(cast.chloe).get(f"/publications/{thread.id}").text
    assert [each.reason for each in held()] == [HoldReason.LINKS] * 2
    acts = [each.act for each in db.session.query(LogEntry) if each.actor_id is None]
    assert acts == [Act.POST_HELD, Act.COMMENT_HELD]

    bruno = browser(cast.bruno)
    page = bruno.get("/groupes/ess-quartiers/moderation").text
    assert page.count("Plus de liens qu’un compte récent") == 2
    assert "Trois liens" in page
    for entry in held():
        read = page.split(f"/retenues/{entry.id}/publier")[1].split('name="read" value="')[1]
        form = {"read": read.split('"')[0]}
        sent = bruno.send(f"/groupes/ess-quartiers/retenues/{entry.id}/publier", form)
        assert sent.status_code == 303
    assert (held(), state(post)) == ([], ["published"])
    assert "site2.example" in visitor.get(f"/publications/{thread.id}").text
    assert db.session.query(LogEntry).filter_by(act=Act.COMMENT_APPROVED).count() == 1
    assert thread.counters
    assert thread.counters.comment_count == 1

    with pytest.raises(Invalid), atomic():
        edit_post(nadia, plain, draft_of(title="Autre", body_html=f"<p>{links(6)}</p>"))
    quiet = make_comment(nadia, thread)
    with pytest.raises(Invalid), atomic():
        edit_comment(nadia, quiet, f"<p>{links(6)}</p>")
    moderator = make_post(cast.bruno, cast.ess, body_html=f"<p>{links(9)}</p>")
    assert state(moderator) == ["published"]


def test_what_is_posted_in_many_places_is_one_entry_and_one_decision(
    cast: Cast, browser: Open
) -> None:
    people = [newcomer(f"{name} Petit", 0, cast.ess) for name in ("Nadia", "Omar", "Paul")]
    threads = [make_post(cast.amina, cast.ess, title=f"Sujet {n}") for n in range(6)]
    copies = [
        make_comment(people[n % 3], each, f"{WORDS.upper() if n % 2 else WORDS} !" + "." * n)
        for n, each in enumerate(threads)
    ]
    assert [each.is_removed for each in copies] == [False] * 3 + [True] * 3
    links = [
        make_post(each, group, title=f"Offre {n}", body_html=f"<p>{SHOP.format(n=n)}</p>")
        for n, (each, group) in enumerate((each, cast.ess) for each in people)
    ]
    assert [state(each) for each in links] == [["published"]] * 3  # one group is one place
    assert len({each.digest for each in held()}) == 1
    assert make_comment(cast.bruno, threads[0], WORDS).is_removed is False  # a moderator
    for thread in threads:  # thanks are alike by chance
        assert not make_comment(people[0], thread, "Merci beaucoup !").is_removed

    bruno = browser(cast.bruno)
    page = bruno.get("/groupes/ess-quartiers/moderation").text
    assert page.count("Le même texte ou lien à") == 1
    assert "3 textes retenus" in page
    entry = page.split("/retenues/")[1].split("/")[0]
    path = f"/groupes/ess-quartiers/retenues/{entry}"
    assert bruno.send(f"{path}/publier", {"read": "another"}).status_code == 409
    assert browser(cast.chloe).send(f"{path}/retirer").status_code == 403
    assert bruno.send(f"{path}/retirer", {"reason": ""}).status_code == 303
    db.session.expire_all()
    assert all(each.is_removed for each in copies)
    assert {each.removed_by_id for each in copies} == {cast.bruno.id}
    assert held() == []
    assert "Le même texte" not in bruno.get("/groupes/ess-quartiers/moderation").text
    assert bruno.send(f"{path}/retirer").status_code == 409


@pytest.mark.parametrize("chosen", [False, True])
def test_copying_a_text_until_it_is_held_removes_the_first_one_only_by_choice(
    cast: Cast, browser: Open, chosen: bool
) -> None:
    threads = [make_post(cast.amina, cast.ess, title=f"Sujet {n}") for n in range(5)]
    said = make_comment(cast.chloe, threads[0], WORDS)
    nadia = newcomer("Nadia Petit", 0, cast.ess)
    copies = [make_comment(nadia, each, WORDS) for each in threads[1:]]
    assert [each.is_removed for each in copies] == [False] * 2 + [True] * 2
    bruno = browser(cast.bruno)
    page = bruno.get("/groupes/ess-quartiers/moderation").text
    assert "1 texte d’un autre compte" in page
    assert page.count(f"/publications/{threads[0].id}/commentaires/{said.id}") == 1
    entry = page.split("/retenues/")[1].split("/")[0]
    form = {"reason": "", **({"with_others": "y"} if chosen else {})}
    sent = bruno.send(f"/groupes/ess-quartiers/retenues/{entry}/retirer", form)
    assert sent.status_code == 303
    db.session.expire_all()
    assert all(each.is_removed for each in copies)
    assert said.is_removed is chosen


def test_twenty_accounts_of_a_day_hide_nothing_by_reporting(cast: Cast) -> None:
    post = make_post(cast.chloe, cast.ess)
    comment = make_comment(cast.chloe, post)
    for n in range(20):
        reporter = make_member(
            f"Personne {chr(65 + n)}", email=f"p{n}@example.org", created_at=clock.now()
        )
        for kind, subject in ((SubjectType.POST, post), (SubjectType.COMMENT, comment)):
            with atomic():
                reportable = get_reportable(kind, subject.id, reporter)
                report(reporter, reportable, ReportInput(ReportReason.SPAM, "Publicité."))
    assert (state(post), comment.is_removed, held()) == (["published"], False, [])


def test_a_wave_of_two_hundred_accounts_is_held_and_undone_at_once(cast: Cast) -> None:
    """They were let in yesterday by an open group, and post one link with words of their own."""
    threads = [make_post(cast.amina, cast.ess, title=f"Sujet {n}") for n in range(4)]
    with atomic():
        wave = [
            create_member(f"bot{n}@example.org", f"Robot {WAVE[n]}", None, confirmed_at=clock.now())
            for n in range(200)
        ]
        for each in wave:
            join_group(each, cast.ess)
    spam = f"<p>{SHOP.format(n=1)} {WORDS}</p>"
    with atomic():
        said = [add_comment(each, threads[n % 4], f"{spam} {n}") for n, each in enumerate(wave)]
    assert [each.is_removed for each in said] == [False] * 3 + [True] * 197
    bot, kept = wave[0], said[0]
    with atomic():
        for n in range(QUOTAS[Trust.NEW][Quota.COMMENTS] - 1):
            add_comment(bot, threads[0], f"<p>Bravo {n}</p>")
    with pytest.raises(Invalid):
        make_comment(bot, threads[0], "Encore")
    hour = clock.now() - timedelta(hours=1)
    with atomic():
        removal = remove_contents(cast.bruno, cast.ess, bot, hour, "Publicité.")
    assert removal.comment_count == 20
    with atomic():
        restore_contents(cast.bruno, removal)
    db.session.expire_all()
    assert not kept.is_removed
    entries = list_held(cast.ess)
    assert [len(each.holds) for each in entries] == [197]
    with atomic():
        assert remove_held(cast.bruno, cast.ess, entries[0].id, with_others=True) == 200
    left = db.session.query(Comment).filter(Comment.removed_at.is_(None))
    assert {each.author_id for each in left} == {bot.id}
    assert (left.count(), held()) == (19, [])


def test_fingerprints_go_after_a_day(cast: Cast) -> None:
    make_comment(cast.chloe, make_post(cast.amina, cast.ess), WORDS)
    assert db.session.query(Fingerprint).count() > 0
    with atomic():
        db.session.execute(update(Fingerprint).values(at=clock.now() - timedelta(hours=25)))
        purge_fingerprints()
    assert db.session.query(Fingerprint).count() == 0
