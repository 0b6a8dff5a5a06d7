"""However many posts there are, a page asks the database a dozen questions at most."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from grandequipe.feed.models import Comment
from tests.factories import Kind, make_comment, make_post
from tests.feed.conftest import comments

MOST_QUERIES = 12
AS_A_PART = {"HX-Request": "true"}
PATHS = {
    "visitor": ("/", "/groupes/ess-quartiers", "/publications/1"),
    "driss": ("/", "/groupes/ess-quartiers", "/publications/1", "/groupes/regies-de-quartier"),
    "chloe": (
        "/", "/?kind=projet", "/groupes/ess-quartiers", "/publications/1",
        "/groupes/ess-quartiers/publier", "/groupes/ess-quartiers/publier/webinaire",
    ),
    "bruno": ("/", "/groupes/ess-quartiers", "/publications/1", "/publications/1/modifier",
              "/groupes/petites-annonces/moderation"),
}  # fmt: skip


@contextmanager
def comments_read():
    """Note which comments are read from the database within a `with` block."""
    read = []

    def note(comment, _context):
        read.append(comment.id)

    event.listen(Comment, "load", note)
    yield read
    event.remove(Comment, "load", note)


@pytest.mark.parametrize("number", [5, 40])
def test_a_page_asks_a_dozen_questions_at_most(number, cast, browser, visitor, count_queries):
    kinds = list(Kind)
    posts = [make_post(cast.amina, cast.ess, kinds[n % 6]) for n in range(number)]
    for n in range(number):
        comment = make_comment(cast.chloe, posts[0])
        make_comment(cast.bruno, posts[0], reply_to=comment.id)
        if n % 4 == 0:
            make_post(cast.chloe, cast.moderated)
    asked = {}
    for name, paths in PATHS.items():
        client = visitor if name == "visitor" else browser(getattr(cast, name))
        client.get("/aide")
        for path in paths:
            with count_queries() as counted:
                assert client.get(path).status_code == 200
            asked[name, path] = counted.count
    assert {where: count for where, count in asked.items() if count > MOST_QUERIES} == {}


def test_an_answer_deep_down_is_found_by_as_few_questions_as_a_first_one(
    cast, visitor, count_queries
):
    post = make_post(cast.amina, cast.ess)
    comment, asked = make_comment(cast.chloe, post), []
    for _depth in range(2):
        for _answer in range(10):
            comment = make_comment(cast.bruno, post, reply_to=comment.id)
        with count_queries() as counted:
            answer = visitor.get(
                f"/publications/{post.id}/commentaires/{comment.id}", headers=AS_A_PART
            )
            assert answer.status_code == 200
        asked.append(counted.count)
    assert asked[0] == asked[1] <= MOST_QUERIES


def test_an_open_page_is_given_an_answer_without_its_thread_being_read(
    cast, browser, count_queries
):
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.chloe, post).id
    answers = [make_comment(cast.bruno, post, reply_to=first).id for _number in range(9)]
    address, chloe = f"/publications/{post.id}/commentaires", browser(cast.chloe)
    for wanted, shown, needed, questions in (
        (answers[5], [answers[5]], [first, answers[5]], 3),
        (first, [first, *answers], [first, *answers], 4),
    ):
        with comments_read() as read, count_queries() as counted:
            page = chloe.get(f"{address}/{wanted}", headers=AS_A_PART).text
        assert comments(page) == shown
        assert sorted(read) == needed, "whom an answer answers is named"
        assert counted.count == questions
