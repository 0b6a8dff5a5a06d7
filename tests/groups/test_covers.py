"""The looks of a group: a picture that its owners chose, or a pattern; and a colour."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from grandequipe.core import files
from grandequipe.core.pictures import LARGEST_PICTURE
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Colour, Group, colour_of
from grandequipe.groups.services import end_group
from grandequipe.groups.views.covers import pattern_of
from grandequipe.members.models import Member
from tests.attachments.test_pictures import MAKE, ORIENTATION, picture
from tests.conftest import Visitor
from tests.factories import Cast, make_group

Browser = Callable[[Member], Visitor]
# A pixel high for each two that it is wide, lying on its side.
TURNED = Image.Exif()
TURNED[ORIENTATION], TURNED[MAKE] = 6, "Appareil"


def sent(content: bytes, name: str = "place.jpg") -> dict[str, Any]:
    return {"picture": (io.BytesIO(content), name)}


def settings_of(group: Group) -> str:
    return f"/groupes/{group.slug}/reglages/couverture"


def cover_of(page: str) -> str | None:
    found = re.search(r'src="(/groupes/[a-z0-9-]+/couverture[^"]*)"', page)
    return found[1].replace("&amp;", "&") if found else None


def with_cover(owner: Visitor, group: Group) -> None:
    answer = owner.send(settings_of(group), sent(picture("JPEG", (800, 1600), exif=TURNED)))
    assert answer.status_code == 303, answer.text
    db.session.expire_all()


def test_owners_give_a_group_a_picture_and_take_it_away_again(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    owner, page = browser(cast.amina), f"/groupes/{cast.ess.slug}"
    assert "group-pattern" in visitor.get(page).text
    with_cover(owner, cast.ess)
    address = cover_of(visitor.get(page).text)
    assert address
    for query, width in (("&w=480", 480), ("&w=1600", 1600), ("&w=7", 1600), ("&w=../x", 1600)):
        answer = visitor.get(re.sub(r"&w=\d+", "", address) + query)
        shown = Image.open(io.BytesIO(answer.data))
        assert (shown.format, shown.width, shown.height) == ("WEBP", width, width // 2)
        assert not shown.getexif()
        assert answer.headers["Cache-Control"] == "private, no-cache"
    key = cast.ess.cover_key
    assert cover_of(visitor.get("/groupes").text)
    assert owner.send(f"{settings_of(cast.ess)}/retirer", {}).status_code == 303
    assert cover_of(visitor.get(page).text) is None
    assert visitor.get(address).status_code == 404
    with pytest.raises(FileNotFoundError):
        files.read(key)


def test_only_readers_of_a_group_have_its_picture(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    """Others see its pattern in lists, and 404 at yesterday's address, in every width."""
    with_cover(browser(cast.amina), cast.private)
    address = f"/groupes/{cast.private.slug}/couverture"
    seen = {}
    for name, reader in (
        ("visitor", visitor), ("driss", browser(cast.driss)), ("chloe", browser(cast.chloe)),
    ):  # fmt: skip
        listed = f"{address}?" in reader.get("/groupes").text
        page = f"{address}?" in reader.get(f"/groupes/{cast.private.slug}").text
        codes = {reader.get(address + query).status_code for query in ("", "?w=480", "?w=1600")}
        seen[name] = listed, page, *codes
    assert seen == {
        "visitor": (False, False, 404),
        "driss": (False, False, 404),
        "chloe": (True, True, 200),
    }


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "n’avons pas pu lire"),
        (b"\xff\xd8" + b"x" * LARGEST_PICTURE, 422, "trop lourde"),
        (b"\xff\xd8" + b"x" * (9 * 1024 * 1024), 413, "trop lourde"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(
    cast: Cast, browser: Browser, content: bytes, status: int, said: str
) -> None:
    answer = browser(cast.amina).send(settings_of(cast.ess), sent(content))
    assert answer.status_code == status
    assert said in answer.text
    db.session.expire_all()
    assert cast.ess.cover_key is None


def test_the_picture_of_a_group_goes_with_it(cast: Cast, browser: Browser) -> None:
    group = make_group(cast.driss, "Jardin d’ici")
    with_cover(browser(cast.driss), group)
    key = group.cover_key
    with atomic():
        end_group(cast.driss, group)
    with pytest.raises(FileNotFoundError):
        files.read(key)


def test_a_group_has_a_colour_of_its_own_until_its_owners_choose_one(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    page = f"/groupes/{cast.ess.slug}"
    own = colour_of(cast.ess.slug, None)
    assert f"group-sign group-{own.value}" in visitor.get(page).text
    chosen = next(colour for colour in Colour if colour is not own)
    form = browser(cast.amina).get(f"{page}/reglages").text
    assert 'name="colour"' in form
    values = {
        "name": cast.ess.name, "description": "", "language": "fr", "visibility": "public",
        "join_policy": "open", "posting_policy": "members",
    }  # fmt: skip
    for colour, shown in ((chosen.value, chosen), ("", own)):
        sent_form = {**values, "colour": colour}
        assert browser(cast.amina).send(f"{page}/reglages", sent_form).status_code == 303
        assert f"group-sign group-{shown.value}" in visitor.get(page).text
    wrong = browser(cast.amina).send(f"{page}/reglages", {**values, "colour": "red;x"})
    assert wrong.status_code == 422


def test_each_group_has_a_pattern_of_its_own() -> None:
    names = [f"groupe-{number}" for number in range(50)]
    assert len({pattern_of(name) for name in names}) == 50
    assert {colour_of(name, None) for name in names} == set(Colour)
    assert all(len(pattern_of(name)) < 1600 for name in names)
