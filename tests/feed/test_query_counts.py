"""However many posts there are, a page asks the database a dozen questions at most."""

import pytest

from tests.factories import Kind, make_comment, make_post

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
