"""The sentences of a digest: its subject, what stands beside it in a list, and how it opens.

The subject is its strongest title, then how much more there is, and where from. Strongest is what
cannot wait (`strongest_of`), else what others talked about most, else what is newest. Nobody's own
post is in their digest.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from babel.lists import format_list
from flask_babel import get_locale, gettext as _, ngettext

from grandequipe.core import french
from grandequipe.core.lines import isolated, one_line, shortened
from grandequipe.core.text_validation import unlinked
from grandequipe.digests.models import DigestPost, Frequency
from grandequipe.feed.models import Kind

# In columns. Telephones show 40 to 80 of a subject: more of a title would hide the rest.
LONGEST_TITLE = 70
LONGEST_GROUP_NAME = 40
# Until about the next digest, in which it does not come again.
CANNOT_WAIT = {
    Frequency.DAILY: timedelta(days=2),
    Frequency.WEEKLY: timedelta(days=7),
    Frequency.MONTHLY: timedelta(days=31),
    Frequency.NEVER: timedelta(days=7),
}
STRONG_ENDS = ("?", "!")


def strongest_of(stories: Sequence[DigestPost], frequency: Frequency, now: datetime) -> DigestPost:
    """Choose one of some posts, newest first.

    The webinar that begins or the call that closes first, before the next digest; else what has
    most comments and reactions; else the newest. What is over comes after all the rest.
    """
    soon = [
        (story.happens_at, -place, story)
        for place, story in enumerate(reversed(stories))
        if story.happens_at and now < story.happens_at <= now + CANNOT_WAIT[frequency]
    ]
    if soon:
        return min(soon)[2]
    return max(stories, key=lambda story: (not story.is_over, story.echo))


def subject_of(stories: Sequence[DigestPost], strongest: DigestPost) -> str:
    """Write it: "Mesurer sans se perdre, et 9 autres nouvelles d’ESS Quartiers"."""
    title = shortened(one_line(strongest.title).removesuffix("."), LONGEST_TITLE)
    others = len(stories) - 1
    if not others:
        return _("%(title)s – %(group)s", title=isolated(title), group=_name(strongest))
    # "Que faire ? Et 9 autres": a comma after such a sign would be odd.
    said = {"title": isolated(title), "from_group": origin_of(stories)}
    if title.endswith(STRONG_ENDS):
        return ngettext(
            "%(title)s And one more post %(from_group)s",
            "%(title)s And %(num)d more posts %(from_group)s",
            others,
            **said,
        )
    return ngettext(
        "%(title)s, and one more post %(from_group)s",
        "%(title)s, and %(num)d more posts %(from_group)s",
        others,
        **said,
    )


def origin_of(stories: Sequence[DigestPost]) -> str:
    """Say where posts come from, for the end of a sentence: "d’ESS Quartiers"."""
    if len({story.group_slug for story in stories}) > 1:
        return _("from your groups")
    name = _name(stories[0])
    return french.of(name) if str(get_locale()) == "fr" else _("from %(group)s", group=name)


def _name(story: DigestPost) -> str:
    return isolated(shortened(one_line(story.group_name), LONGEST_GROUP_NAME))


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


def ahead_of(shown: Sequence[DigestPost], strongest: DigestPost) -> str:
    """Write what mail programs show after the subject, whose title is not said again."""
    others = [story for story in shown if story.id != strongest.id][:TITLES_AHEAD]
    words = [one_line(story.title) for story in others] or [one_line(strongest.summary)]
    return " · ".join(isolated(shortened(each, LONGEST_AHEAD)) for each in words)


def called(display_name: str) -> str:
    """Name a person as a digest greets them: by the first name, where it is plain which that is.

    "Lucas Martin" is Lucas; "MARTIN Lucas", "J. Martin", "Mme Martin", "Van Damme" are said whole.
    """
    name = one_line(display_name)
    first = name.partition(" ")[0]
    is_plain = len(first) >= SHORTEST_NAME and first.istitle() and first not in NO_FIRST_NAMES
    return isolated(unlinked(shortened(first if is_plain else name, LONGEST_NAME)))


def opening_of(stories: Sequence[DigestPost]) -> str:
    """Say in a sentence what is in the digest."""
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
