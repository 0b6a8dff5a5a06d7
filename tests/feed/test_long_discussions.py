"""A discussion is read by parts, however long it is and however deep its answers stand."""

import re

import pytest

from grandequipe.feed.queries.threads import MOST_ANSWERS, MOST_THREADS
from tests.factories import make_comment, make_post
from tests.feed.conftest import comments

AS_A_PART = {"HX-Request": "true"}


def say(author, post, number, **given):
    """Say so much under a post, and give the ids in order."""
    return [make_comment(author, post, f"Numéro {n}", **given).id for n in range(number)]


def more(page, side):
    """Read the addresses of what stands on a side of what a page shows, the outermost first."""
    links = re.findall(rf'data-more="{side}">\s*<a [^>]*href="([^"#]*)(#[^"]*)"', page)
    return [address.replace("&amp;", "&") + anchor for address, anchor in links]


def read_on(client, address, side):
    """Follow the links on one side to the end, and give what each page shows."""
    pages = []
    while address:
        page = client.get(address).text
        pages.append(comments(page))
        address = next(iter(more(page, side)), None)
    return pages


def test_the_newest_are_read_first_and_the_earlier_ones_by_parts(cast, visitor):
    post = make_post(cast.amina, cast.ess)
    said = say(cast.chloe, post, 2 * MOST_THREADS + 5)
    pages = read_on(visitor, f"/publications/{post.id}", "earlier")
    assert pages == [said[-MOST_THREADS:], said[5:-MOST_THREADS], said[:5]]


def test_from_an_early_comment_one_reads_on_to_the_end(cast, visitor):
    post = make_post(cast.amina, cast.ess)
    said = say(cast.chloe, post, 2 * MOST_THREADS + 5)
    address = f"/publications/{post.id}/commentaires/{said[3]}"
    there = visitor.get(address)
    assert there.status_code == 302
    pages = read_on(visitor, there.location, "later")
    assert [number for page in pages for number in page] == said[3:]
    [earlier] = more(visitor.get(there.location).text, "earlier")
    assert comments(visitor.get(earlier).text) == said[:3]
    assert more(visitor.get(earlier).text, "later") != []


def test_answers_stand_under_what_they_answer_by_parts(cast, visitor):
    post = make_post(cast.amina, cast.ess)
    first, other = say(cast.chloe, post, 2)
    answers = say(cast.bruno, post, 2 * MOST_ANSWERS + 3, reply_to=first)
    page = visitor.get(f"/publications/{post.id}").text
    assert comments(page) == [first, *answers[-MOST_ANSWERS:], other]
    [earlier] = more(page, "earlier")
    assert earlier.endswith(f"#comment-{first}")
    parts = read_on(visitor, earlier, "earlier")
    assert parts == [[first, *answers[3:-MOST_ANSWERS]], [first, *answers[:3]]]
    assert f"/publications/{post.id}/commentaires/{first}" in visitor.get(earlier).text


def test_answers_to_answers_stand_in_the_thread_that_they_go_on(cast, visitor):
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.chloe, post)
    make_comment(cast.chloe, post)
    said, answered = [], first
    for _depth in range(MOST_ANSWERS + 2):
        answered = make_comment(cast.bruno, post, reply_to=answered.id)
        said.append(answered.id)
        assert answered.first_id == first.id
    page = visitor.get(f"/publications/{post.id}").text
    assert comments(page)[: MOST_ANSWERS + 1] == [first.id, *said[2:]]


@pytest.mark.parametrize("place", ["earliest", "middle", "newest", "hidden", "shown"])
def test_a_link_to_a_comment_opens_the_page_that_shows_it(place, cast, visitor):
    post = make_post(cast.amina, cast.ess)
    said = say(cast.chloe, post, MOST_THREADS + 8)
    answers = say(cast.bruno, post, MOST_ANSWERS + 4, reply_to=said[5])
    wanted = {
        "earliest": said[0],
        "middle": said[7],
        "newest": said[-1],
        "hidden": answers[1],
        "shown": answers[-1],
    }[place]
    there = visitor.get(f"/publications/{post.id}/commentaires/{wanted}")
    assert there.location.startswith(f"/publications/{post.id}")
    assert there.location.endswith(f"#comment-{wanted}")
    shown = comments(visitor.get(there.location).text)
    assert wanted in shown
    if place in ("hidden", "shown"):
        assert shown.index(said[5]) < shown.index(wanted)


def test_who_answers_far_back_is_led_to_their_answer(cast, browser):
    post = make_post(cast.amina, cast.ess)
    said = say(cast.chloe, post, MOST_THREADS + 8)
    form = {"body_html": "Une réponse tardive", "reply_to": said[0]}
    chloe = browser(cast.chloe)
    answer = chloe.send(f"/publications/{post.id}/commentaires", form)
    assert "Une réponse tardive" in chloe.get(answer.location).text


def test_an_open_page_is_given_the_part_alone(cast, visitor):
    post = make_post(cast.amina, cast.ess)
    said = say(cast.chloe, post, 2 * MOST_THREADS + 1)
    [earlier] = more(visitor.get(f"/publications/{post.id}").text, "earlier")
    part = visitor.get(earlier, headers=AS_A_PART).text
    assert comments(part) == said[1:-MOST_THREADS]
    assert "<html" not in part
    assert (len(more(part, "earlier")), more(part, "later")) == (1, [])
    after = visitor.get(f"/publications/{post.id}/commentaires/{said[0]}").location
    part = visitor.get(after, headers=AS_A_PART).text
    assert comments(part) == said[:MOST_THREADS]
    assert (more(part, "earlier"), len(more(part, "later"))) == ([], 1)


@pytest.mark.parametrize(
    "asked", ["cursor=x", "after=x", "thread=x", "thread=999", "cursor=WyIyMDAwIl0", "after="]
)
def test_an_address_that_is_none_of_ours_shows_the_newest_or_nothing(asked, cast, visitor):
    post = make_post(cast.amina, cast.ess)
    said = say(cast.chloe, post, 2)
    page = visitor.get(f"/publications/{post.id}?{asked}")
    assert page.status_code == (404 if asked == "thread=999" else 200)
    assert comments(page.text) == ([] if asked == "thread=999" else said)


def test_a_comment_of_another_post_is_not_there(cast, visitor):
    post, other = make_post(cast.amina, cast.ess), make_post(cast.amina, cast.ess)
    elsewhere = make_comment(cast.chloe, other)
    answer = make_comment(cast.chloe, other, reply_to=elsewhere.id)
    for path in (f"/commentaires/{elsewhere.id}", f"?thread={elsewhere.id}"):
        assert visitor.get(f"/publications/{post.id}{path}").status_code == 404
    assert visitor.get(f"/publications/{other.id}?thread={answer.id}").status_code == 404


def test_every_part_asks_as_few_questions_as_the_first(cast, browser, count_queries):
    post = make_post(cast.amina, cast.ess)
    said = say(cast.chloe, post, MOST_THREADS + 8)
    for first in said:
        make_comment(cast.bruno, post, reply_to=first)
    say(cast.bruno, post, MOST_ANSWERS + 2, reply_to=said[0])
    chloe, asked = browser(cast.chloe), {}
    there = chloe.get(f"/publications/{post.id}/commentaires/{said[0]}").location
    [earlier] = more(chloe.get(f"/publications/{post.id}").text, "earlier")
    [thread] = [link for link in more(chloe.get(there).text, "earlier") if "thread=" in link]
    for address in (f"/publications/{post.id}", there, earlier, thread):
        for headers in ({}, AS_A_PART):
            with count_queries() as counted:
                assert chloe.get(address, headers=headers).status_code == 200
            asked[address, bool(headers)] = counted.count
    assert {where: count for where, count in asked.items() if count > 12} == {}
