"""The sentences of a digest: its subject, preheader, greeting and opening.

The subject is the title of the strongest post, then the number of others and their groups. The
strongest is the most urgent (`strongest_of`), else the most discussed, else the newest. A member's
own posts are not in their digest.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from babel.lists import format_list
from flask_babel import get_locale, gettext as _, ngettext

from grandequipe.core import french
from grandequipe.core.lines import isolated, one_line, shortened
from grandequipe.core.text_validation import unlinked
from grandequipe.digests.models import DigestPost, Frequency
from grandequipe.feed.models import KINDS

# In columns. Phones show 40 to 80 of a subject: a longer title would hide the rest.
LONGEST_TITLE = 70
LONGEST_GROUP_NAME = 40
# How long ahead a webinar or a closing call is urgent: until about the next digest.
URGENT_WITHIN = {
    Frequency.DAILY: timedelta(days=2),
    Frequency.WEEKLY: timedelta(days=7),
    Frequency.MONTHLY: timedelta(days=31),
    Frequency.NEVER: timedelta(days=7),
}
STRONG_ENDS = ("?", "!")


def strongest_of(posts: Sequence[DigestPost], frequency: Frequency, now: datetime) -> DigestPost:
    """Choose the post for the subject; `posts` are ordered newest first.

    The webinar that begins or the call that closes first, before the next digest; else the post
    with most comments and reactions; else the newest. Webinars and calls that are over come last.
    """
    soon = [
        (post.happens_at, -rank, post)
        for rank, post in enumerate(reversed(posts))
        if post.happens_at and now < post.happens_at <= now + URGENT_WITHIN[frequency]
    ]
    if soon:
        return min(soon)[2]
    return max(posts, key=lambda post: (not post.is_over, post.response_count))


def subject_of(posts: Sequence[DigestPost], strongest: DigestPost) -> str:
    """Return the subject: "Mesurer sans se perdre, et 9 autres nouvelles d’ESS Quartiers"."""
    title = shortened(one_line(strongest.title).removesuffix("."), LONGEST_TITLE)
    others = len(posts) - 1
    if not others:
        return _("%(title)s – %(group)s", title=isolated(title), group=_name(strongest))
    # "Que faire ? Et 9 autres": a comma after such a sign would be odd.
    params = {"title": isolated(title), "from_group": origin_of(posts)}
    if title.endswith(STRONG_ENDS):
        return ngettext(
            "%(title)s And one more post %(from_group)s",
            "%(title)s And %(num)d more posts %(from_group)s",
            others,
            **params,
        )
    return ngettext(
        "%(title)s, and one more post %(from_group)s",
        "%(title)s, and %(num)d more posts %(from_group)s",
        others,
        **params,
    )


def origin_of(posts: Sequence[DigestPost]) -> str:
    """Return the origin of posts, for the end of a sentence: "d’ESS Quartiers"."""
    if len({post.group_slug for post in posts}) > 1:
        return _("from your groups")
    name = _name(posts[0])
    return french.of(name) if str(get_locale()) == "fr" else _("from %(group)s", group=name)


def _name(post: DigestPost) -> str:
    return isolated(shortened(one_line(post.group_name), LONGEST_GROUP_NAME))


PREHEADER_TITLES = 3
LONGEST_PREHEADER_TITLE = 150
LONGEST_NAME = 60
SHORTEST_NAME = 3
# British, as our dates are: no comma before "and".
LOCALES_OF_LISTS = {"fr": "fr", "en": "en_GB"}
# First words of names that are no first names.
NO_FIRST_NAMES = {
    "Mme", "Mlle", "Mrs", "Miss", "Docteur", "Van", "Von", "Des", "Les", "Dos", "Ben",
    "Association", "Asso", "Collectif", "Centre", "Maison", "Mairie", "Ville", "Conseil", "Groupe",
}  # fmt: skip


def preheader_of(shown: Sequence[DigestPost], strongest: DigestPost) -> str:
    """Return the text that mail programs show after the subject, without the subject's title."""
    others = [post for post in shown if post.id != strongest.id][:PREHEADER_TITLES]
    texts = [one_line(post.title) for post in others] or [one_line(strongest.summary)]
    return " · ".join(isolated(shortened(text, LONGEST_PREHEADER_TITLE)) for text in texts)


def greeting_name(display_name: str) -> str:
    """Return the name for the greeting: the first name, where it is recognisable.

    "Lucas Martin" is Lucas; "MARTIN Lucas", "J. Martin", "Mme Martin", "Van Damme" stay whole.
    """
    name = one_line(display_name)
    first = name.partition(" ")[0]
    is_plain = len(first) >= SHORTEST_NAME and first.istitle() and first not in NO_FIRST_NAMES
    return isolated(unlinked(shortened(first if is_plain else name, LONGEST_NAME)))


def opening_of(posts: Sequence[DigestPost]) -> str:
    """Return a sentence with the number of posts of each kind."""
    numbers = Counter(post.kind for post in posts)
    present = sorted(numbers, key=lambda kind: KINDS[kind].urgency)
    kinds = [KINDS[kind].counted(numbers[kind]) for kind in present]
    params = {
        "from_group": origin_of(posts),
        "kinds": format_list(kinds, locale=LOCALES_OF_LISTS[str(get_locale())]),
    }
    if len(kinds) == 1:
        return _("Here is what is new %(from_group)s: %(kinds)s. Happy reading!", **params)
    total = str(len(posts))
    return _("Here are %(total)s new posts %(from_group)s: %(kinds)s. Happy reading!",
             total=total, **params)  # fmt: skip
