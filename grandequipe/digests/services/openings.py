"""How a letter opens: what stands beside its subject in a list, whom it greets, what is in it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from babel.lists import format_list
from flask_babel import get_locale, gettext as _, ngettext

from grandequipe.core.lines import isolated, one_line, shortened
from grandequipe.core.text_validation import unlinked
from grandequipe.digests.models import Story
from grandequipe.digests.services.subjects import origin_of
from grandequipe.feed.models import Kind

TITLES_AHEAD = 3
LONGEST_AHEAD = 150
LONGEST_NAME = 60
SHORTEST_NAME = 3
# British, as our dates are: no comma before "and".
LOCALES_OF_LISTS = {"fr": "fr", "en": "en_GB"}
# What a name may begin with that no person is called by.
NO_FIRST_NAMES = {
    "Mme", "Mlle", "Mrs", "Miss", "Docteur", "Van", "Von", "Des", "Les", "Dos", "Ben",
    "Association", "Asso", "Collectif", "Centre", "Maison", "Mairie", "Ville", "Conseil", "Groupe",
}  # fmt: skip

COUNTS: Mapping[Kind, Callable[[int], str]] = {
    Kind.WEBINAR: lambda n: ngettext("%(num)d webinar", "%(num)d webinars", n),
    Kind.CALL: lambda n: ngettext("%(num)d call", "%(num)d calls", n),
    Kind.RESOURCE: lambda n: ngettext("%(num)d resource", "%(num)d resources", n),
    Kind.NEWS: lambda n: ngettext("%(num)d news item", "%(num)d news items", n),
    Kind.ANALYSIS: lambda n: ngettext("%(num)d analysis", "%(num)d analyses", n),
    Kind.PROJECT: lambda n: ngettext("%(num)d inspiring project", "%(num)d inspiring projects", n),
}


def ahead_of(shown: Sequence[Story], strongest: Story) -> str:
    """Write what mail programs show after the subject, whose title is not said again."""
    others = [story for story in shown if story.id != strongest.id][:TITLES_AHEAD]
    words = [one_line(story.title) for story in others] or [one_line(strongest.summary)]
    return " · ".join(isolated(shortened(each, LONGEST_AHEAD)) for each in words)


def called(display_name: str) -> str:
    """Name a person as a letter greets them: by the first name, where it is plain which that is.

    "Lucas Martin" is Lucas; "MARTIN Lucas", "J. Martin", "Mme Martin", "Van Damme" are said whole.
    """
    name = one_line(display_name)
    first = name.partition(" ")[0]
    is_plain = len(first) >= SHORTEST_NAME and first.istitle() and first not in NO_FIRST_NAMES
    return isolated(unlinked(shortened(first if is_plain else name, LONGEST_NAME)))


def opening_of(stories: Sequence[Story]) -> str:
    """Say in a sentence what is in the letter."""
    numbers = Counter(story.kind for story in stories)
    kinds = [counted(numbers[kind]) for kind, counted in COUNTS.items() if numbers[kind]]
    said = {
        "from_group": origin_of(stories),
        "kinds": format_list(kinds, locale=LOCALES_OF_LISTS[str(get_locale())]),
    }
    if len(kinds) == 1:
        return _("Here is what is new %(from_group)s: %(kinds)s. Happy reading!", **said)
    total = str(len(stories))
    return _("Here are %(total)s new posts %(from_group)s: %(kinds)s. Happy reading!",
             total=total, **said)  # fmt: skip
