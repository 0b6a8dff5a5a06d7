"""The API refuses, by field, the characters that forms remove from names, titles and texts."""

import pytest

from grandequipe.core.html import LONGEST_COMMENT
from tests.factories import make_post

ENDS = ["\n", "\r", "\u2028", "\u2029", "\x85", "\x07", "\x1b", "\u202e", "\u2066"]
NEWS = {"kind": "news", "title": "Un titre", "body_html": "<p>Quelques mots.</p>"}
RESOURCE = {
    **NEWS,
    "kind": "resource",
    "url": "https://example.org/guide",
    "resource_type": "guide",
}
POSTS = "/groups/ess-quartiers/posts"

LINES = [
    ("PATCH", "/me", {}, "display_name"),
    ("PATCH", "/me", {}, "job_title"),
    ("PATCH", "/me", {}, "organisation"),
    ("POST", "/groups", {}, "name"),
    ("POST", POSTS, NEWS, "title"),
    ("POST", POSTS, {**NEWS, "kind": "project"}, "partners"),
    ("POST", POSTS, RESOURCE, "publisher"),
]
TEXTS = [
    ("PATCH", "/me", {}, "bio"),
    ("POST", "/groups", {"name": "Jardins"}, "description"),
    ("POST", POSTS, NEWS, "body_html"),
    ("POST", "/posts/1/comments", {}, "body_html"),
]


@pytest.mark.parametrize("sign", ENDS, ids=ascii)
@pytest.mark.parametrize(("method", "path", "body", "field"), LINES)
def test_a_line_is_one_line(cast, program, method, path, body, field, sign) -> None:
    refused = program(cast.chloe).call(method, path, {**body, field: f"Un{sign}deux"})
    assert refused.status_code == 422
    assert refused.json["errors"].keys() == {field}


@pytest.mark.parametrize(("method", "path", "body", "field"), TEXTS)
def test_a_text_has_lines_and_no_control_characters(
    cast, program, method, path, body, field
) -> None:
    make_post(cast.amina, cast.ess)
    chloe = program(cast.chloe)
    refused = chloe.call(method, path, {**body, field: "Un\x07deux"})
    assert refused.status_code == 422
    assert refused.json["errors"].keys() == {field}
    taken = chloe.call(method, path, {**body, field: "Un\r\ndeux\n\ttrois"})
    assert taken.status_code in {200, 201}


@pytest.mark.parametrize("name", [" ", "\u200b", "!!!", "\u200d\u2060"], ids=ascii)
def test_a_name_has_something_to_read(cast, program, name) -> None:
    refused = program(cast.chloe).call("PATCH", "/me", {"display_name": name})
    assert refused.status_code == 422
    assert refused.json["errors"].keys() == {"display_name"}


def test_a_comment_is_as_short_here_as_in_the_form(cast, program) -> None:
    post = make_post(cast.amina, cast.ess)
    words = {"body_html": "a" * (LONGEST_COMMENT + 1)}
    refused = program(cast.chloe).post(f"/posts/{post.id}/comments", words)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["body_html"])
