"""Whole pages: what stands on each of them is loaded here, then the template is rendered."""

from flask import Flask, render_template, request
from jinja2 import Template

from grandequipe.web.slots import LoadedSlot, declare_slot, load_slot

# In `base.html`: attributes of the body, the tools in the header, what stands below it, the left
# column, the bottom bar.
SLOTS = ("page.body", "page.header", "page.banner", "page.left", "page.bottom")
# In the site map, below the link to the groups.
SITEMAP_GROUPS = "sitemap.groups"

# How lists of posts are shown, which their reader chooses: as cards without it.
VIEW_COOKIE = "vue"
VIEWS = ("cartes", "liste")


def init_app(app: Flask) -> None:
    """Declare the slots of the shell, and let lists know how they are shown."""
    app.jinja_env.globals["is_dense"] = is_dense
    for name in (*SLOTS, SITEMAP_GROUPS):
        declare_slot(app, name)


def render_page(
    template: str | Template | list[str | Template], *loaded: LoadedSlot, **context: object
) -> str:
    """Render a template that extends `base.html`, with the slots of the shell and its own.

    Fragments and mails are rendered by `render_template`.
    """
    slots = [*loaded, *map(load_slot, SLOTS)]
    return render_template(template, slots={slot.name: slot for slot in slots}, **context)


def is_dense() -> bool:
    """Return whether the reader has lists of one or two lines a post."""
    return request.cookies.get(VIEW_COOKIE) == VIEWS[1]
