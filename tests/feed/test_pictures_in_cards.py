"""A card shows the first picture of its post, once it can be read."""

import re
from collections.abc import Callable

import pytest
from PIL import Image
from sqlalchemy import update

from grandequipe.attachments.models import File, FileState
from grandequipe.core.transactions import atomic
from grandequipe.demo.files import keep_picture
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.feed.queries import PostCard, list_home_cards
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_post

PICTURE = re.compile(r'class="card-picture".*?src="/fichiers/(\d+)/([^?"]+)\?w=(\d+)"')


def make_pictured_post(author: Member, group: object, number: int = 1) -> Post:
    """Publish a post with so many pictures."""
    with atomic():
        ids = [
            keep_picture(author, Image.new("RGB", (600, 400), (each, 90, 90)), f"photo-{each}").id
            for each in range(number)
        ]
    return make_post(author, group, files=ids)


@pytest.mark.parametrize(("number", "width", "is_large"), [(1, "240", False), (3, "480", True)])
def test_a_card_shows_the_first_picture_large_where_there_are_several(
    cast: Cast, browser: Callable[[Member], Visitor], number: int, width: str, is_large: bool
) -> None:
    post = make_pictured_post(cast.amina, cast.ess, number)
    page = browser(cast.chloe).get("/").text
    [(file_id, name, shown)] = PICTURE.findall(page)
    assert (int(file_id), name, shown) == (post.files[0].id, "photo-0.webp", width)
    assert ("card-large" in page) is is_large
    picture = browser(cast.chloe).get(f"/fichiers/{file_id}/{name}?w={width}")
    assert picture.status_code == 200
    [listed] = list_home_cards(cast.chloe, None, None).items
    assert listed == PostCard.of(db.session.get_one(Post, post.id).placements[0])


def test_a_picture_that_is_prepared_later_comes_into_the_card(cast: Cast, visitor: Visitor) -> None:
    make_pictured_post(cast.amina, cast.ess)

    def shown(state: FileState) -> int:
        with atomic():
            db.session.execute(update(File).values(state=state))
        return len(PICTURE.findall(visitor.get(f"/groupes/{cast.ess.slug}?kind={state}").text))

    states = (FileState.PROCESSING, FileState.READY, FileState.FAILED)
    assert [shown(state) for state in states] == [0, 1, 0]
