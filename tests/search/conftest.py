"""What scenes of the search ask for."""

from typing import Any

import pytest
from flask import Flask

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.search.models import SubjectType
from grandequipe.search.queries import Answer, Filters, Question, Sort, find_answer
from grandequipe.taxonomies.services import load_territories, load_themes

Subject = tuple[str, int]


@pytest.fixture
def taxonomies(app: Flask) -> None:
    """Know a theme with one below it, and a town in its département and région."""
    with atomic():
        load_themes(
            {
                "city_policy": [
                    {"slug": "sante", "name": "Santé", "name_en": "Health"},
                    {"slug": "emploi", "name": "Emploi", "name_en": "Employment"},
                ],
                "social_economy": [],
            }
        )
        load_territories(
            [
                ("R11", "region", "Île-de-France", None, None),
                ("D93", "department", "Seine-Saint-Denis", "R11", "93"),
                ("C93006", "municipality", "Bagnolet", "D93", "93"),
            ]
        )


def ask(typed: str, seen_by: Member | None, **filters: Any) -> Answer:
    """Ask for the first page of what is found, by relevance."""
    answer = find_answer(Question(typed, Filters(**filters)), seen_by)
    db.session.rollback()
    return answer


def found(typed: str, seen_by: Member | None, **filters: Any) -> set[Subject]:
    """Name all that is found, page by page."""
    question = Question(typed, Filters(**filters), Sort.NEWEST, is_literal=True)
    subjects: set[Subject] = set()
    cursor = None
    while True:
        answer = find_answer(question, seen_by, cursor, 7)
        subjects |= {(str(each.type), each.id) for each in answer.items}
        cursor = answer.next
        if cursor is None:
            break
    db.session.rollback()
    return subjects


def posts_found(typed: str, seen_by: Member | None, **filters: Any) -> list[int]:
    """List the posts that are found, those first that fit best."""
    items = ask(typed, seen_by, **filters).items
    return [each.id for each in items if each.type == SubjectType.POST]
