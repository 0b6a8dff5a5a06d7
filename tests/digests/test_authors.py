"""A digest names of an author what they show to its reader."""

from collections.abc import Callable
from datetime import datetime

from grandequipe.core.transactions import atomic
from grandequipe.members.services import ProfileInput, edit_profile
from tests.digests.mail_server import MailServer
from tests.factories import Cast, admit, make_post

WORDS = "Coteaux"


def test_a_digest_names_an_organisation_to_those_who_are_shown_it(
    cast: Cast, monday: datetime, send: Callable[[datetime], object], sink: MailServer
) -> None:
    with atomic():
        profile = ProfileInput(
            "Chloé Dumas", organisation=WORDS, audiences={"organisation": "groups"}
        )
        edit_profile(cast.chloe, profile)
    make_post(cast.chloe, cast.ess, title="Des haies partout")
    send(monday)
    [shown] = sink.to(cast.bruno.email)
    assert WORDS in str(shown)


def test_a_digest_is_silent_where_nobody_is_shown_the_organisation(
    cast: Cast, monday: datetime, send: Callable[[datetime], object], sink: MailServer
) -> None:
    admit(cast.ess, cast.driss)
    with atomic():
        profile = ProfileInput(
            "Chloé Dumas", organisation=WORDS, audiences={"organisation": "nobody"}
        )
        edit_profile(cast.chloe, profile)
    make_post(cast.chloe, cast.ess, title="Des haies partout")
    send(monday)
    [hidden] = sink.to(cast.bruno.email)
    assert "Des haies partout" in str(hidden)
    assert WORDS not in str(hidden)
