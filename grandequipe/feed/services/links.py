"""The pages that posts refer to: what a resource is about, and links alone on a line of a text."""

from itertools import islice

from grandequipe.core.links import links_alone
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Post
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.link_previews.models import MOST_LINKS, Subject
from grandequipe.link_previews.services import refer


def refer_to_links(post_id: int) -> None:
    """Have a post that a group reads refer to what it links to; any other refers to nothing."""
    post = db.session.get(Post, post_id)
    is_read = post is not None and post.is_published
    refer(Subject(POST_SUBJECT, post_id), addresses_of(post) if post and is_read else [])


def addresses_of(post: Post) -> list[str]:
    """List the addresses of a post that get a preview, that of a resource first."""
    own = [post.url] if post.kind is Kind.RESOURCE and post.url else []
    return [*own, *islice(links_alone(post.body_html), MOST_LINKS)]
