"""One answer to what was typed: what is found, how much there is, and what was probably meant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grandequipe.core.windows import DEFAULT_LIMIT
from grandequipe.members.models import Viewer
from grandequipe.search.queries.conditions import Filters, Search, plan_anew, read_tsquery
from grandequipe.search.queries.hits import Sort, Total, count_hits, list_hits
from grandequipe.search.queries.mending import find_meant
from grandequipe.search.queries.subjects import Found, list_found
from grandequipe.search.queries.typed import Typed, read_typed

EVERYTHING = Filters()
NOTHING = Total(0, is_exact=True)


@dataclass(frozen=True)
class Question:
    """What is asked for: `typed` as it was typed, its filters, and the order of the answer.

    `is_literal` where a typing error is none.
    """

    typed: str = ""
    filters: Filters = EVERYTHING
    sort: Sort = Sort.RELEVANCE
    is_literal: bool = False

    def as_search(self, seen_by: Viewer | None) -> Search | None:
        """Give what is to be searched; None where nothing is asked for.

        Raise Invalid (`q`) for what is too long to be a search.
        """
        return _search(read_typed(self.typed), self, seen_by)


@dataclass(frozen=True)
class Answer:
    """A page of what is found; `meant` is what was searched in the place of a typing error.

    `search` is None where nothing was asked for: no word that counts, and no filter.
    """

    items: Sequence[Found] = ()
    next: str | None = None
    total: Total = NOTHING
    search: Search | None = None
    meant: Typed | None = None


def find_answer(
    question: Question,
    seen_by: Viewer | None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Answer:
    """Search for what was typed, among what the viewer may see at this moment.

    Raise Invalid (`q`, `cursor`) for what is too long, and for a cursor that is not one of ours.
    """
    typed = read_typed(question.typed)
    plan_anew()
    search = _search(typed, question, seen_by)
    if search is None:
        return Answer()
    answer = _answer(search, question.sort, cursor, limit)
    if answer.items or cursor or question.is_literal:
        return answer
    meant = find_meant(typed, search)
    if meant is None:
        return answer
    mended = replace(search, tsquery=read_tsquery(meant))
    return replace(_answer(mended, question.sort, cursor, limit), meant=meant)


def _search(typed: Typed, question: Question, seen_by: Viewer | None) -> Search | None:
    tsquery = read_tsquery(typed)
    # Of what has no word that counts nothing is found, whatever else is asked.
    if not tsquery and (typed.terms or not question.filters):
        return None
    return Search(tsquery, question.filters, seen_by)


def _answer(search: Search, sort: Sort, cursor: str | None, limit: int) -> Answer:
    page = list_hits(search, sort, cursor, limit)
    total = count_hits(search) if page.items or cursor else NOTHING
    return Answer(list_found(page.items, search), page.next, total, search)
