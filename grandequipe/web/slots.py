"""Slots: places in a package's pages that packages above it fill.

The package that owns a page declares the slot and says what it gives. A package above registers a
filler: a template and the function that loads its variables. The view loads the slot before it
renders the page, and the template says where it stands:

    declare_slot(app, "groups.tabs", "group", "moderates")                     the page's package
    fill_slot(app, "groups.tabs", "feed/_moderation_tab.html", count_in_tab)   a package above
    render_page("groups/members.html", load_slot("groups.tabs", group=…, moderates=…), …)
    {{ slot("groups.tabs") }}

Fillers stand in the order of their registration: that of the packages in `app.FEATURES`.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from flask import Flask, current_app
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

EXTENSION = "slots"

Variables = Mapping[str, object]
Load = Callable[..., Variables | None]


class Filler(NamedTuple):
    """A template, and the function that loads its variables; where it gives None nothing stands."""

    template: str
    load: Load


@dataclass(frozen=True)
class Slot:
    """A declared slot: the names of its variables, and its fillers in their order."""

    variables: tuple[str, ...]
    fillers: list[Filler] = field(default_factory=list)


class LoadedSlot(NamedTuple):
    """A slot of one page: the templates that stand there, with their variables."""

    name: str
    parts: Sequence[tuple[str, Variables]]


def init_app(app: Flask) -> None:
    """Make `slot` known to templates."""
    app.extensions[EXTENSION] = {}
    app.jinja_env.globals["slot"] = _render


def declare_slot(app: Flask, name: str, *variables: str) -> None:
    """Declare a slot and the names of what `load_slot` gives to its fillers."""
    if name in _slots(app):
        raise ValueError(f"The slot {name} is declared twice.")
    _slots(app)[name] = Slot(variables)


def fill_slot(app: Flask, name: str, template: str, load: Load) -> None:
    """Register a filler; raise an error where the slot or a parameter of `load` is unknown."""
    if name not in _slots(app):
        raise LookupError(f"No package declares the slot {name}.")
    slot = _slots(app)[name]
    taken = tuple(inspect.signature(load).parameters)
    if taken != slot.variables:
        raise TypeError(
            f"The slot {name} gives {slot.variables}, {load.__qualname__} takes {taken}."
        )
    slot.fillers.append(Filler(template, load))


def load_slot(name: str, **variables: object) -> LoadedSlot:
    """Call the fillers' functions: what they read counts among what the view reads."""
    slot = _slots(current_app)[name]
    if set(variables) != set(slot.variables):
        raise TypeError(f"The slot {name} gives {slot.variables}, not {tuple(variables)}.")
    loaded = [(filler.template, filler.load(**variables)) for filler in slot.fillers]
    return LoadedSlot(name, [(template, each) for template, each in loaded if each is not None])


@pass_context
def _render(context: Context, name: str) -> Markup:
    """Render what fills a slot, with the variables of the page; KeyError if it is not loaded."""
    loaded: LoadedSlot = context["slots"][name]
    variables = context.get_all()
    rendered = (
        context.environment.get_template(template).render(variables, **own)
        for template, own in loaded.parts
    )
    return Markup("").join(Markup(text) for text in rendered)  # noqa: S704 - templates escape


def _slots(app: Flask) -> dict[str, Slot]:
    return cast(dict[str, Slot], app.extensions[EXTENSION])
