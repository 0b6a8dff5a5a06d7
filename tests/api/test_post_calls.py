"""Every call about posts, comments and reactions, by a member who may make it."""

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.feed.services import approve_post, remove_comment
from tests.api.test_calls import OWN, Programs, body
from tests.factories import Cast, admit, make_comment, make_post


@pytest.mark.parametrize("kind", OWN)
def test_a_post_of_each_kind_is_published_read_changed_and_removed(
    kind: str, cast: Cast, program: Programs
) -> None:
    chloe = program(cast.chloe)
    made = chloe.post("/groups/ess-quartiers/posts", body(kind))
    assert made.status_code == 201, made.json
    post = made.json
    path = f"/posts/{post['id']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    assert post["status"] == "published"
    assert post["author"] == {
        "id": cast.chloe.id,
        "display_name": "Chloé Dumas",
        "job_title": "",
        "organisation": None,
    }
    assert chloe.get(path).json == post
    assert program().get(path).json == post
    assert post in program().get(f"/groups/ess-quartiers/posts?kind={kind}").json["items"]

    changed = chloe.patch(path, {"title": "Un autre titre"})
    assert changed.status_code == 200, changed.json
    varying = {"title", "edited_at", "version", "web_url"}
    assert {name for name in post if post[name] != changed.json[name]} == varying
    assert changed.json["web_url"].endswith(f"/publications/{post['id']}-un-autre-titre")
    assert chloe.delete(path).status_code == 204
    assert chloe.get(path).status_code == 404
    assert chloe.delete(path).status_code == 404


def test_times_are_given_with_their_offset(cast: Cast, program: Programs) -> None:
    post = program(cast.chloe).post("/groups/ess-quartiers/posts", body("webinar")).json
    assert post["starts_at"] == "2049-01-12T17:00:00+00:00"


def test_optional_fields_are_emptied_by_null(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    post = chloe.post("/groups/ess-quartiers/posts", body("webinar")).json
    changed = chloe.patch(f"/posts/{post['id']}", {"capacity": None, "speakers": None}).json
    assert (changed["capacity"], changed["speakers"]) == (None, None)
    assert changed["starts_at"] == post["starts_at"]


WRONG = [
    (body(title=""), {"title"}),
    (body(title=None), {"title"}),
    (body("webinar", starts_at=None, join_url="nowhere"), {"starts_at", "join_url"}),
    (body("webinar", starts_at="2049-01-12T18:00:00"), {"starts_at"}),
    (body("webinar", capacity="many"), {"capacity"}),
    (body("resource", url="", resource_type=None), {"url", "resource_type"}),
    (body(starts_at="2049-01-12T18:00:00+01:00"), {"starts_at"}),
    (body(status="removed"), {"status"}),
    (body(status="scheduled"), {"publish_at"}),
    (body(status="scheduled", publish_at="2020-01-12T18:00:00+01:00"), {"publish_at"}),
    (body(status="scheduled", publish_at="2049-01-12T18:00:00"), {"publish_at"}),
    (body(publish_at="2049-01-12T18:00:00+01:00"), {"publish_at"}),
    (body() | {"kind": "poem"}, {"kind"}),
    (body(themes=["no-such-theme"]), {"themes"}),
    (body(territories=["D999"]), {"territories"}),
    (body(title="a\x00b"), {"title"}),
    (body(title="\ud800"), {"title"}),
    ({}, {"kind", "title", "body_html"}),
    ([], {"body"}),
]


def test_each_wrong_field_is_named(
    cast: Cast, program: Programs, subtests: pytest.Subtests
) -> None:
    for wrong, named in WRONG:
        with subtests.test(repr(wrong)[:40]):
            answer = program(cast.chloe).post("/groups/ess-quartiers/posts", wrong)
            assert answer.status_code == 422
            assert answer.mimetype == "application/problem+json"
            assert answer.json["errors"].keys() == named
            assert program().get("/groups/ess-quartiers/posts").json["items"] == []


def test_a_moderator_publishes_or_refuses_what_waits(cast: Cast, program: Programs) -> None:
    chloe, bruno = program(cast.chloe), program(cast.bruno)
    first, second = (
        chloe.post("/groups/petites-annonces/posts", body()).json for _number in range(2)
    )
    assert first["status"] == "pending"
    assert first["published_at"] is None
    assert program(cast.driss).get(f"/posts/{first['id']}").status_code == 404
    assert chloe.patch(f"/posts/{first['id']}", {"status": "published"}).status_code == 403
    read = {"status": "published", "version": first["version"]}
    approved = bruno.patch(f"/posts/{first['id']}", read)
    assert approved.json["status"] == "published"
    refusal = {"status": "removed", "reason": "Déjà annoncé."}
    refused = bruno.patch(f"/posts/{second['id']}", refusal)
    assert (refused.json["status"], refused.json["refusal"]) == ("refused", "Déjà annoncé.")
    assert chloe.get(f"/posts/{second['id']}").json["refusal"] == "Déjà annoncé."
    assert program(cast.driss).get(f"/posts/{second['id']}").status_code == 404
    again = chloe.patch(f"/posts/{second['id']}", {"title": "Mieux dit"})
    assert (again.json["status"], again.json["refusal"]) == ("pending", None)


def test_approving_names_the_version_that_was_read(cast: Cast, program: Programs) -> None:
    """A8: once, a program approved a text that it had not read."""
    chloe, bruno = program(cast.chloe), program(cast.bruno)
    post = chloe.post("/groups/petites-annonces/posts", body()).json
    path, approve = f"/posts/{post['id']}", {"status": "published"}
    unnamed = bruno.patch(path, approve)
    assert (unnamed.status_code, unnamed.json["errors"].keys()) == (422, {"version"})
    chloe.patch(path, {"title": "Tout autre chose"})
    assert bruno.patch(path, {**approve, "version": post["version"]}).status_code == 409
    assert bruno.patch(path, {"status": "removed"}).json["errors"].keys() == {"reason"}
    read = bruno.get(path).json
    assert bruno.patch(path, {**approve, "version": read["version"]}).status_code == 200
    assert program().get(path).json["title"] == "Tout autre chose"


def test_a_program_proposes_a_change_and_a_moderator_decides(cast: Cast, program: Programs) -> None:
    """A8: once, the change was public at once."""
    chloe, bruno, driss = (program(who) for who in (cast.chloe, cast.bruno, cast.driss))
    post = make_post(cast.chloe, cast.moderated, title="Relu")
    with atomic():
        approve_post(cast.bruno, post, post.text_version)
    path = f"/posts/{post.id}"
    answer = chloe.patch(path, {"title": "Réécrit"})
    assert (answer.status_code, answer.json["title"]) == (202, "Relu")
    assert chloe.patch(path, {"body_html": "<p>Plus long.</p>"}).status_code == 202
    proposal = bruno.get(f"{path}/proposal").json
    assert (proposal["title"], proposal["body_html"]) == ("Réécrit", "<p>Plus long.</p>")
    assert chloe.get(f"{path}/proposal").json == proposal
    assert driss.get(f"{path}/proposal").status_code == 404
    assert driss.get("/groups/petites-annonces/proposals").status_code == 403
    assert bruno.get("/groups/petites-annonces/proposals").json["items"] == [proposal]
    decide = f"{path}/proposal"
    assert chloe.patch(decide, {"state": "approved", "version": "x"}).status_code == 403
    assert bruno.patch(decide, {"state": "approved"}).json["errors"].keys() == {"version"}
    assert bruno.patch(decide, {"state": "approved", "version": "x"}).status_code == 409
    assert bruno.patch(decide, {"state": "refused"}).json["errors"].keys() == {"reason"}
    assert program().get(path).json["title"] == "Relu"
    approved = bruno.patch(decide, {"state": "approved", "version": proposal["version"]})
    assert approved.json["title"] == program().get(path).json["title"] == "Réécrit"
    assert bruno.get(decide).status_code == 404
    chloe.patch(path, {"title": "Encore"})
    refused = bruno.patch(decide, {"state": "refused", "reason": "Trop long."})
    assert (refused.status_code, refused.json["title"]) == (200, "Réécrit")
    assert chloe.get(decide).json["reason"] == "Trop long."
    assert bruno.delete(decide).status_code == 403
    assert chloe.delete(decide).status_code == 204
    assert chloe.get(decide).status_code == 404


def test_comments_are_added_answered_and_removed(cast: Cast, program: Programs) -> None:
    post = make_post(cast.amina, cast.ess)
    path = f"/posts/{post.id}/comments"
    chloe = program(cast.chloe)
    first = chloe.post(path, {"body_html": "<p>Merci !<script>x</script></p>"})
    assert first.status_code == 201
    assert first.json["body_html"] == "<p>Merci !</p>"
    answer = chloe.post(path, {"body_html": "<p>Encore.</p>", "reply_to": first.json["id"]})
    assert answer.json["reply_to"] == first.json["id"]
    assert chloe.post(path, {"body_html": "x", "reply_to": 10**6}).json["errors"].keys() == {
        "reply_to"
    }
    assert program().get(path).json["items"] == [answer.json, first.json]
    assert program(cast.driss).delete(f"/comments/{first.json['id']}").status_code == 403
    assert chloe.delete(f"/comments/{first.json['id']}").status_code == 204
    assert chloe.delete(f"/comments/{first.json['id']}").status_code == 404


def test_a_removed_comment_keeps_its_place_and_loses_its_words(
    cast: Cast, program: Programs
) -> None:
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.chloe, post, "Un secret")
    with atomic():
        remove_comment(cast.chloe, comment)
    answer = program(cast.amina).get(f"/posts/{post.id}/comments")
    [shown] = answer.json["items"]
    assert shown["removed_at"] is not None
    assert (shown["body_html"], shown["author"]) == (None, None)
    assert "secret" not in answer.text


def test_reactions_are_counted_once(cast: Cast, program: Programs) -> None:
    post = make_post(cast.amina, cast.ess)
    chloe, path = program(cast.chloe), f"/posts/{post.id}/reactions"
    said = {"reactions": {"thanks": 1}, "my_reactions": ["thanks"]}
    assert chloe.put(f"{path}/thanks").json == said
    assert chloe.put(f"{path}/thanks").json == said
    assert program(cast.bruno).put(f"{path}/useful").json["reactions"] == {"thanks": 1, "useful": 1}
    assert chloe.get(f"/posts/{post.id}").json["my_reactions"] == ["thanks"]
    assert chloe.delete(f"{path}/thanks").status_code == 204
    assert chloe.get(f"/posts/{post.id}").json["reactions"] == {"useful": 1}
    assert chloe.put(f"{path}/boredom").status_code == 404
    assert program(cast.driss).put(f"{path}/thanks").status_code == 403


def test_the_feed_gathers_the_members_groups_page_by_page(cast: Cast, program: Programs) -> None:
    admit(cast.ess, cast.driss)
    expected = [make_post(cast.amina, cast.ess, title=f"Titre {number}").id for number in range(5)]
    make_post(cast.amina, cast.private)
    driss, seen, cursor = program(cast.driss), [], ""
    while cursor is not None:
        page = driss.get(f"/feed?limit=2&cursor={cursor}").json
        seen += [post["id"] for post in page["items"]]
        cursor = page["next"]
    assert seen == expected[::-1]
