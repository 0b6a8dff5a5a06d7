"""QPV (*quartiers prioritaires de la politique de la ville*), imported from the official list.

What is no longer in the list stays, for posts are about it: it is marked as former.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from grandequipe.extensions import db
from grandequipe.taxonomies.models import Territory, TerritoryKind, TerritoryParent
from grandequipe.taxonomies.queries import search_key

IN_NAME, FORMER_IN_NAME = "QPV", "ancien QPV"


class Neighbourhood(NamedTuple):
    """A QPV of the list: its official code, its name, and the codes of its communes ("C93006")."""

    code: str
    name: str
    municipalities: tuple[str, ...]


@dataclass
class ImportCount:
    """How many QPV an import added, changed, marked as former and brought back."""

    added: int = 0
    changed: int = 0
    former: int = 0
    returned: int = 0
    unchanged: int = 0


class _State(NamedTuple):
    """What is stored of a QPV; the first of its communes is its parent."""

    name: str
    label: str
    search_name: str
    municipalities: tuple[str, ...]
    is_former: bool


def import_neighbourhoods(
    listed: Sequence[Neighbourhood], *, is_whole: bool = True, writes: bool = True
) -> ImportCount:
    """Bring the QPV to what a list says, and count; with `writes` false only count.

    Each commune must exist. QPV that a whole list lacks are marked as former; a list that is only
    a part leaves the others as they are.
    """
    before = _read_states()
    states = {
        code: _Plain(old.name, old.municipalities, is_whole or old.is_former)
        for code, old in before.items()
    }
    for each in listed:
        first, *others = each.municipalities
        states[each.code] = _Plain(each.name, (first, *sorted(others)), is_former=False)
    places = _names_of({code for each in states.values() for code in each.municipalities})
    after = _named(states, places)
    count = _count(before, after)
    if writes:
        _write(before, after)
    return count


class _Plain(NamedTuple):
    name: str
    municipalities: tuple[str, ...]
    is_former: bool


def _read_states() -> dict[str, _State]:
    further: dict[str, list[str]] = defaultdict(list)
    for code, parent in db.session.execute(
        select(TerritoryParent.territory_code, TerritoryParent.parent_code).order_by(
            TerritoryParent.territory_code, TerritoryParent.parent_code
        )
    ):
        further[code].append(parent)
    rows = db.session.execute(
        select(
            Territory.code,
            Territory.name,
            Territory.label,
            Territory.search_name,
            Territory.parent_code,
            Territory.is_former,
        ).where(Territory.kind == TerritoryKind.NEIGHBOURHOOD)
    )
    return {
        code: _State(name, label, search_name, (parent, *further[code]), is_former)
        for code, name, label, search_name, parent, is_former in rows
        if parent
    }


def _names_of(codes: set[str]) -> dict[str, str]:
    rows = select(Territory.code, Territory.name).where(Territory.code.in_(codes))
    return {row.code: row.name for row in db.session.execute(rows)}


def _named(states: Mapping[str, _Plain], places: Mapping[str, str]) -> dict[str, _State]:
    """Give each the label that no other has, and the words by which it is found."""
    labels = {code: _label(state, places) for code, state in states.items()}
    common = Counter(labels.values())
    return {
        code: _State(
            state.name,
            labels[code] if common[labels[code]] == 1 else _label(state, places, code),
            _search_name(code, state, places),
            state.municipalities,
            state.is_former,
        )
        for code, state in states.items()
    }


def _label(state: _Plain, places: Mapping[str, str], distinction: str = "") -> str:
    """Return the label: "La Capsulerie (QPV, Bagnolet)"."""
    kind = FORMER_IN_NAME if state.is_former else IN_NAME
    parts = (kind, *(places[code] for code in state.municipalities), distinction)
    return f"{state.name} ({', '.join(filter(None, parts))})"


def _search_name(code: str, state: _Plain, places: Mapping[str, str]) -> str:
    towns = " ".join(places[town] for town in state.municipalities)
    return search_key(f"{state.name} {towns} {IN_NAME} {code}")


def _count(before: Mapping[str, _State], after: Mapping[str, _State]) -> ImportCount:
    count = ImportCount()
    for code, state in after.items():
        old = before.get(code)
        if old is None:
            count.added += 1
        elif state == old:
            count.unchanged += 1
        elif state.is_former and not old.is_former:
            count.former += 1
        elif old.is_former and not state.is_former:
            count.returned += 1
        else:
            count.changed += 1
    return count


def _write(before: Mapping[str, _State], after: Mapping[str, _State]) -> None:
    moved = {code: state for code, state in after.items() if before.get(code) != state}
    if not moved:
        return
    known = [code for code in moved if code in before]
    # First away from the labels that others may get: no two are the same at any time.
    db.session.execute(
        update(Territory).where(Territory.code.in_(known)).values(label=Territory.code)
    )
    db.session.flush()
    added = [_row(code, state) for code, state in moved.items() if code not in before]
    if added:
        db.session.execute(insert(Territory), added)
    if known:
        db.session.execute(update(Territory), [_row(code, moved[code]) for code in known])
    db.session.execute(delete(TerritoryParent).where(TerritoryParent.territory_code.in_(known)))
    further = [
        {"territory_code": code, "parent_code": parent}
        for code, state in moved.items()
        for parent in state.municipalities[1:]
    ]
    if further:
        db.session.execute(insert(TerritoryParent), further)


def _row(code: str, state: _State) -> dict[str, object]:
    return {
        "code": code,
        "kind": TerritoryKind.NEIGHBOURHOOD,
        "name": state.name,
        "label": state.label,
        "search_name": state.search_name,
        "parent_code": state.municipalities[0],
        "is_former": state.is_former,
    }
