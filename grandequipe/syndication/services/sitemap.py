"""The sections of the sitemap: plain pages, groups, posts, themes and territories."""

from collections.abc import Iterator, Sequence

from grandequipe.core.links import address_words
from grandequipe.core.mail import rendering
from grandequipe.syndication.queries import addresses
from grandequipe.web.sitemaps import Address, Section

PLAIN = (
    "feed.home", "groups.index", "feed.themes", "feed.territories", "feed.territory_map",
    "library.resources",
    "library.collections", "organisations.index", "webinars.agenda", "web.help",
    "web.accessibility", "web.legal", "web.privacy", "web.terms", "web.sitemap",
    "transparency.transparency",
)  # fmt: skip
# What stands in an address that is built once for all posts.
MARK = 10**17
FIRST = (0,)


def _plain_pages(_part: int) -> Iterator[Sequence[Address]]:
    yield [Address(rendering.address_of(endpoint)) for endpoint in PLAIN]


def _groups(part: int) -> Iterator[Sequence[Address]]:
    for page in addresses.read_groups(part):
        yield [
            Address(rendering.address_of("feed.group_page", slug=each.name), each.changed_at)
            for each in page
        ]


def _posts(part: int) -> Iterator[Sequence[Address]]:
    start = rendering.address_of("feed.post_page", post_id=MARK).removesuffix(str(MARK))
    for page in addresses.read_posts(part):
        yield [
            Address(f"{start}{each.id}{_with_words(each.name)}", each.changed_at) for each in page
        ]


def _with_words(title: str) -> str:
    words = address_words(title)
    return f"-{words}" if words else ""


def _themes(_part: int) -> Iterator[Sequence[Address]]:
    yield [
        Address(rendering.address_of("feed.theme_page", slug=slug), newest)
        for slug, newest in addresses.list_themes()
    ]


def _territories(_part: int) -> Iterator[Sequence[Address]]:
    yield [
        Address(rendering.address_of("feed.territory_page", code=code), newest)
        for code, newest in addresses.list_territories()
    ]


SECTIONS = {
    "pages": Section(lambda: FIRST, _plain_pages),
    "groupes": Section(addresses.list_parts_of_groups, _groups),
    "publications": Section(addresses.list_parts_of_posts, _posts),
    "thematiques": Section(lambda: FIRST if addresses.list_themes() else (), _themes),
    "territoires": Section(lambda: FIRST if addresses.list_territories() else (), _territories),
}
