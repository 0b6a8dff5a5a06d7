"""Choices of themes in forms."""

from collections.abc import Iterator

from wtforms.fields import SelectChoice

from grandequipe.taxonomies.queries import list_themes_by_heading


def theme_choices(locale: str) -> Iterator[SelectChoice]:
    """List the themes as a reader calls them, each with the language that its name is in."""
    for heading, themes in list_themes_by_heading(locale).items():
        for theme in themes:
            name = theme.named_in(locale)
            yield SelectChoice(theme.slug, name.text, {"lang": name.language}, heading)
