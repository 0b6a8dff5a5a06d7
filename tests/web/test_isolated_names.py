"""Names from right to left turn round nothing of a title, or of a label that is read out."""

import pytest

from grandequipe.core.lines import isolated
from grandequipe.extensions import db
from tests.factories import Cast, make_comment, make_post

NAME = "محمد علي (1)"
GROUP = "/groupes/ess-quartiers"


@pytest.mark.parametrize(
    "page",
    [
        GROUP,
        f"{GROUP}/membres",
        f"{GROUP}/reglages",
        f"{GROUP}/moderation",
        f"{GROUP}/publier",
        f"{GROUP}/notifications",
    ],
)
def test_a_title_isolates_the_name_of_the_group(cast: Cast, browser, page: str) -> None:
    cast.ess.name = NAME
    db.session.commit()
    answer = browser(cast.amina).get(page)
    assert answer.status_code == 200
    assert isolated(NAME) in answer.text.partition("</title>")[0]


def test_a_title_and_labels_isolate_the_name_of_a_member(cast: Cast, browser) -> None:
    cast.chloe.display_name = NAME
    post = make_post(cast.amina, cast.ess)
    make_comment(cast.chloe, post)
    db.session.commit()
    bruno = browser(cast.bruno)
    profile = bruno.get(f"/membres/{cast.chloe.id}").text
    assert isolated(NAME) in profile.partition("</title>")[0]
    labels = bruno.get(f"/publications/{post.id}").text.split('aria-label="')[1:]
    named = [each.partition('"')[0] for each in labels if NAME in each.partition('"')[0]]
    assert len(named) >= 2
    assert all(isolated(NAME) in label for label in named)
