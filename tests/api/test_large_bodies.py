"""The values of a request are counted before validation, which takes long for many errors."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.factories import Cast, make_post

MANY = 5_000
BODIES: dict[str, dict[str, Any]] = {
    "fields": {f"field_{number}": 1 for number in range(MANY)},
    "themes": {"themes": [1] * MANY},
    "fields of a field": {"themes": [{f"field_{number}": 1 for number in range(MANY)}]},
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_of_thousands_of_values_is_not_judged(
    program: Callable[..., Program], cast: Cast, name: str
) -> None:
    post = make_post(cast.amina, cast.ess)
    refused = program(cast.amina).patch(f"/posts/{post.id}", BODIES[name])
    assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")
    assert "1000" in refused.json["detail"]
    assert "errors" not in refused.json


def test_the_mistakes_of_a_body_of_usual_size_are_all_named(
    program: Callable[..., Program], cast: Cast
) -> None:
    post = make_post(cast.amina, cast.ess)
    wrong = {f"field_{number}": 1 for number in range(100)}
    refused = program(cast.amina).patch(f"/posts/{post.id}", wrong)
    assert refused.status_code == 422
    assert refused.json["errors"].keys() == wrong.keys()
