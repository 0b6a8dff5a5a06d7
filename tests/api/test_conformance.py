"""schemathesis reads our description and tries what people would not.

It runs with Amina's token on a site with posts of every kind; half of the cases are given
slugs and ids that exist, so that the calls get past their first question.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind, ReactionName
from grandequipe.members.models import Member
from grandequipe.members.services import create_token
from tests.factories import Cast, make_comment, make_post

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
    unsupported_method,
]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
TRIES = 6
# A length above is not described to schemathesis: it never writes texts as long, and its library
# takes two seconds for each schema whose pattern counts to 100 000.
LONGEST_TRIED = 10_000
# Two workers share the calls: no other scene takes as long.
HALVES = [
    pytest.param(half, marks=pytest.mark.xdist_group(f"conformance {half}")) for half in range(2)
]
EXISTING: dict[str, list[Any]] = {
    "slug": ["ess-quartiers", "petites-annonces", "regies-de-quartier"],
    "post_id": list(range(1, 19)),
    "draft_id": list(range(1, 7)),
    "file_id": list(range(1, 7)),
    "comment_id": list(range(1, 19)),
    "member_id": list(range(1, 7)),
    "organisation_id": [1, 2],
    "invitation_id": list(range(1, 7)),
    **{name: [1, 2] for name in ("case_id", "decision_id", "appeal_id")},
    **{name: [1, 2] for name in ("reminder_id", "registration_id", "collection_id")},
    "name": list(ReactionName),
}


@pytest.fixture
def amina(cast: Cast) -> Member:
    """Make content, and give the calling member."""
    for group in (cast.ess, cast.private, cast.moderated):
        for kind in Kind:
            make_comment(cast.chloe, make_post(cast.amina, group, kind))
    return cast.amina


def key_of(member: Member) -> str:
    """Create a token: some calls revoke theirs."""
    with atomic():
        return create_token(member, "schemathesis", ["read", "write"])[0]


def operations(app: Flask) -> Iterator[Any]:
    """List every call of the description."""
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    drop_long_limits(described.raw_schema)
    for found in described.get_all_operations():
        yield found.ok()


def drop_long_limits(schema: Any) -> None:
    """Remove, in place, every `maxLength` above the lengths that are tried."""
    if isinstance(schema, dict):
        if schema.get("maxLength", 0) > LONGEST_TRIED:
            del schema["maxLength"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            drop_long_limits(each)


def keep_trying(operation: Any, mode: GenerationMode, key: str) -> None:
    """Try a call with the same cases each time."""
    chance = Random(operation.label)
    # The in-process client does not decompress.
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=TRIES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def run(case: Any) -> None:
        if mode is GenerationMode.POSITIVE and chance.random() < 0.7:
            point_at_what_exists(case, chance)
        case.call_and_validate(headers=headers, checks=CHECKS)

    run()


def point_at_what_exists(case: Any, chance: Random) -> None:
    """Put ids and slugs that exist in the path."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = chance.choice(EXISTING[name])


@pytest.mark.parametrize("half", HALVES)
def test_the_api_does_as_it_says(
    app: Flask, amina: Member, half: int, subtests: pytest.Subtests
) -> None:
    for operation in list(operations(app))[half :: len(HALVES)]:
        for mode in MODES:
            with subtests.test(f"{operation.label} {mode.value}"):
                keep_trying(operation, mode, key_of(amina))
