"""What scenes of the feed need beside the cast: words to file under, and pages read by parts."""

import re

import pytest
from flask import Flask

from grandequipe.core.transactions import atomic
from grandequipe.taxonomies.services import load_territories, load_themes


@pytest.fixture
def taxonomies(app: Flask) -> None:
    """Know two themes and two towns."""
    with atomic():
        load_themes(
            {
                "city_policy": [{"slug": "sante", "name": "Santé"}],
                "social_economy": [{"slug": "tiers-lieux", "name": "Tiers-lieux"}],
            }
        )
        load_territories(
            [
                ("D93", "department", "Seine-Saint-Denis", None, "93"),
                ("C93006", "municipality", "Bagnolet", "D93", "93"),
                ("C93066", "municipality", "Saint-Denis", "D93", "93"),
            ]
        )


def wrong_fields(page: str) -> set[str]:
    """Read which fields a page says are wrong."""
    return set(re.findall(r'id="(\w+)-error"', page))


def cards(page: str) -> list[int]:
    """Read the ids of the posts that a page shows as cards, in order."""
    return [int(number) for number in re.findall(r'data-post="(\d+)"', page)]


def comments(page: str) -> list[int]:
    """Read the ids of the comments that a page shows, in order."""
    return [int(number) for number in re.findall(r'data-comment="(\d+)"', page)]


def main_of(page: str) -> str:
    """Give the page's own part, without the frame."""
    return page[page.index("<main") : page.index("</main>")]


def next_address(page: str) -> str | None:
    """Read where the older posts are."""
    if 'rel="next"' not in page:
        return None
    before = page[: page.index('rel="next"')]
    return before[before.rindex('href="') + 6 :].split('"')[0].replace("&amp;", "&")
