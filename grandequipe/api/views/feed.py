"""The home feed."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.queries import ShownPost
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.api.schemas.posts import PostPageSchema
from grandequipe.api.views.posts import shown_page
from grandequipe.core.windows import Window
from grandequipe.feed.queries import list_home_posts


@call("GET", "/feed", tag="Posts", answers=PostPageSchema, query=PageQuery)
def show_feed(params: dict[str, Any]) -> Window[ShownPost]:
    """List the posts of all groups of the caller, newest first."""
    member = acting_member()
    return shown_page(list_home_posts(member, None, params["cursor"], params["limit"]))
