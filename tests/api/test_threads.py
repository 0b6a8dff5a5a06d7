"""History, changed comments, highlights and reactions to comments, as programs ask for them."""

from tests.factories import make_comment, make_post


def test_versions_are_listed_and_a_stale_one_is_refused(cast, program):
    post, chloe = make_post(cast.chloe, cast.ess), program(cast.chloe)
    address = f"/posts/{post.id}"
    fresh = chloe.patch(address, {"title": "Deux", "version": 1, "minor": True})
    assert (fresh.status_code, fresh.json["version"]) == (200, 2)
    assert chloe.patch(address, {"title": "Trois", "version": 1}).status_code == 409
    items = chloe.get(f"{address}/history").json["items"]
    assert [(each["version"], each["minor"], each["title"]) for each in items] == [
        (2, True, "Deux"),
        (1, False, "Titre news"),
    ]
    assert items[0]["actor"]["id"] == cast.chloe.id


def test_a_comment_is_changed_by_its_author_over_the_version_that_was_read(cast, program):
    comment = make_comment(cast.chloe, make_post(cast.amina, cast.ess))
    chloe, address = program(cast.chloe), f"/comments/{comment.id}"
    changed = chloe.patch(address, {"body_html": "<p>Mieux dit</p>", "version": 1})
    assert (changed.status_code, changed.json["version"]) == (200, 2)
    assert changed.json["edited_at"] is not None
    assert chloe.patch(address, {"body_html": "<p>Trop tard</p>", "version": 1}).status_code == 409
    assert program(cast.bruno).patch(address, {"body_html": "<p>Non</p>"}).status_code == 403


def test_moderators_pin_feature_and_lock_by_the_api(cast, program):
    post, bruno = make_post(cast.chloe, cast.ess), program(cast.bruno)
    placement = f"/posts/{post.id}/placements/ess-quartiers"
    shown = bruno.put(placement, {"pinned": True, "featured": True}).json["placements"]
    assert [(each["pinned"], each["featured"]) for each in shown] == [(True, True)]
    assert program(cast.chloe).put(placement, {"pinned": False}).status_code == 403
    assert bruno.patch(f"/posts/{post.id}", {"locked": True}).json["locked"] is True
    comments = f"/posts/{post.id}/comments"
    assert program(cast.chloe).post(comments, {"body_html": "<p>Oui</p>"}).status_code == 409
    assert program(cast.chloe).patch(f"/posts/{post.id}", {"locked": False}).status_code == 403
    assert bruno.patch(f"/posts/{post.id}", {"locked": False}).json["locked"] is False
    assert program(cast.chloe).post(comments, {"body_html": "<p>Oui</p>"}).status_code == 201


def test_comments_have_reactions(cast, program):
    comment = make_comment(cast.bruno, make_post(cast.amina, cast.ess))
    chloe, address = program(cast.chloe), f"/comments/{comment.id}/reactions/thanks"
    said = chloe.put(address).json
    assert said == {"reactions": {"thanks": 1}, "my_reactions": ["thanks"]}
    assert chloe.put(address).json == said
    listed = chloe.get(f"/posts/{comment.post_id}/comments").json["items"]
    assert [each["reactions"] for each in listed] == [{"thanks": 1}]
    assert chloe.delete(address).status_code == 204
    assert program(cast.driss).put(address).status_code == 403
