"""The subject of a letter: its strongest title, then how much more there is, and where from.

What is strongest is said in three words: what cannot wait (`strongest_of`), else what others
talked about most, else what is newest. Nobody's own post is in their letter.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import get_locale, gettext as _, ngettext

from grandequipe.core import french
from grandequipe.core.lines import isolated, one_line, shortened
from grandequipe.digests.models import Frequency, Story

# In columns. Telephones show 40 to 80 of a subject: more of a title would hide the rest.
LONGEST_TITLE = 70
LONGEST_GROUP_NAME = 40
# Until about the next letter, in which it does not come again.
CANNOT_WAIT = {
    Frequency.DAILY: timedelta(days=2),
    Frequency.WEEKLY: timedelta(days=7),
    Frequency.MONTHLY: timedelta(days=31),
    Frequency.NEVER: timedelta(days=7),
}
STRONG_ENDS = ("?", "!")


def strongest_of(stories: Sequence[Story], frequency: Frequency, now: datetime) -> Story:
    """Choose one of some stories, newest first.

    The webinar that begins or the call that closes first, before the next letter; else what has
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


def subject_of(stories: Sequence[Story], strongest: Story) -> str:
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


def origin_of(stories: Sequence[Story]) -> str:
    """Say where posts come from, for the end of a sentence: "d’ESS Quartiers"."""
    if len({story.group_slug for story in stories}) > 1:
        return _("from your groups")
    name = _name(stories[0])
    return french.of(name) if str(get_locale()) == "fr" else _("from %(group)s", group=name)


def _name(story: Story) -> str:
    return isolated(shortened(one_line(story.group_name), LONGEST_GROUP_NAME))
