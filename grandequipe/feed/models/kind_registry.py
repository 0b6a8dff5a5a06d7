"""What each kind of post is called, and how it looks: said here, and asked everywhere else.

A further kind is an entry here, a class in `models.kinds`, an input, a form, a migration of the
rule on `post.kind`, and its own fields in `macros/own_fields.html`, where it has any.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from flask_babel import lazy_gettext as _, ngettext


class Kind(StrEnum):
    """The six kinds of posts."""

    NEWS = "news"
    RESOURCE = "resource"
    WEBINAR = "webinar"
    ANALYSIS = "analysis"
    PROJECT = "project"
    CALL = "call"


@dataclass(frozen=True)
class KindDescription:
    """A kind: an icon, a word and a colour, never a colour alone."""

    # In addresses.
    path: str
    # Of the set of icons, and of the tokens of the stylesheets.
    icon: str
    colour: str
    # One, several, so many, and when a member chooses it.
    word: str
    words: str
    counted: Callable[[int], str]
    purpose: str
    # The lower, the sooner a reader has to know of it.
    urgency: int


# In the order in which a member chooses one.
KINDS: Mapping[Kind, KindDescription] = MappingProxyType(
    {
        Kind.NEWS: KindDescription(
            path="actualite",
            icon="newspaper",
            colour="blue",
            word=_("News"),
            words=_("Latest news"),
            counted=lambda n: ngettext("%(num)d news item", "%(num)d news items", n),
            purpose=_("Something’s happening: an event, an appointment, a law, a result."),
            urgency=4,
        ),
        Kind.RESOURCE: KindDescription(
            path="ressource",
            icon="book-open",
            colour="mint",
            word=_("Resource"),
            words=_("Resources"),
            counted=lambda n: ngettext("%(num)d resource", "%(num)d resources", n),
            purpose=_("A guide, a report, a video or a tool that others can use."),
            urgency=3,
        ),
        Kind.WEBINAR: KindDescription(
            path="webinaire",
            icon="video",
            colour="violet",
            word=_("Webinar"),
            words=_("Webinars"),
            counted=lambda n: ngettext("%(num)d webinar", "%(num)d webinars", n),
            purpose=_("An online event with a date, a time and a link to join."),
            urgency=1,
        ),
        Kind.ANALYSIS: KindDescription(
            path="decryptage",
            icon="lightbulb",
            colour="ochre",
            word=_("Analysis"),
            words=_("Analyses"),
            counted=lambda n: ngettext("%(num)d analysis", "%(num)d analyses", n),
            purpose=_("A longer read that explores a topic in depth."),
            urgency=5,
        ),
        Kind.PROJECT: KindDescription(
            path="projet",
            icon="sprout",
            colour="coral",
            word=_("Inspiring project"),
            words=_("Inspiring projects"),
            counted=lambda n: ngettext(
                "%(num)d inspiring project", "%(num)d inspiring projects", n
            ),
            purpose=_("What was done, where, with whom, and what came of it."),
            urgency=6,
        ),
        Kind.CALL: KindDescription(
            path="appel",
            icon="megaphone",
            colour="magenta",
            word=_("Call"),
            words=_("Calls"),
            counted=lambda n: ngettext("%(num)d call", "%(num)d calls", n),
            purpose=_("A call for projects, funding or partners, with a deadline."),
            urgency=2,
        ),
    }
)

KIND_BY_PATH: Mapping[str, Kind] = {each.path: kind for kind, each in KINDS.items()}
