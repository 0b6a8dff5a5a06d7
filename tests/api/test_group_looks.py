"""Programs see the picture and the colour of a group, and change the colour."""

from collections.abc import Callable
from typing import Any

from grandequipe.core.transactions import atomic
from grandequipe.groups.models import colour_of
from tests.factories import Cast


def test_a_program_reads_the_looks_of_a_group_and_sets_its_colour(
    cast: Cast, program: Callable[..., Any]
) -> None:
    owner, outsider = program(cast.amina), program(cast.driss)
    with atomic():
        cast.private.cover_key = "covers/0123456789abcdef/content"
    path = f"/groups/{cast.private.slug}"
    assert (
        owner.get(path).json["cover"].endswith(f"/groupes/{cast.private.slug}/couverture?v=0123456")
    )
    assert outsider.get(path).json["cover"] is None
    own = colour_of(cast.private.slug, None)
    for sent, shown in (("violet", "violet"), (None, own.value)):
        answer = owner.patch(path, {"colour": sent})
        assert (answer.status_code, answer.json["colour"]) == (200, shown)
    assert owner.patch(path, {"colour": "red"}).status_code == 422
    assert outsider.patch(path, {"colour": "violet"}).status_code == 403
