"""Reading posts, comments and what is new."""

from grandequipe.feed.queries.comments import find_reactions, get_comment, list_comments
from grandequipe.feed.queries.groups import (
    MyGroup,
    count_contents,
    count_published,
    count_waiting,
    list_my_groups,
)
from grandequipe.feed.queries.home import labelled_elsewhere
from grandequipe.feed.queries.home_state import (
    add_to_home_state,
    count_invitations,
    find_home_state,
    find_state_of_tag,
    follows_something,
    state_of_tag,
)
from grandequipe.feed.queries.labels import (
    count_followers,
    find_follows,
    find_label,
    get_territory,
    get_theme,
    list_follows,
    list_label_cards,
    list_regions,
)
from grandequipe.feed.queries.lists import (
    list_coming_dates,
    list_group_posts,
    list_home_posts,
    list_pending_placements,
    list_posts_for_cards,
)
from grandequipe.feed.queries.post_cards import (
    PostCard,
    list_group_cards,
    list_home_cards,
)
from grandequipe.feed.queries.posts import get_post, get_post_to_answer, load_whole
from grandequipe.feed.queries.proposals import (
    find_proposal,
    get_proposal,
    list_open_proposals,
)
from grandequipe.feed.queries.threads import (
    CommentLocation,
    Thread,
    get_location,
    get_said,
    get_thread,
    is_shown,
    list_threads,
)
from grandequipe.feed.queries.visibility import (
    is_shown_unpublished,
    placed,
    placeholder_for,
    shown_to,
    thread_visible_to,
    viewer_params,
    visible_to,
)

__all__ = [
    "CommentLocation",
    "MyGroup",
    "PostCard",
    "Thread",
    "add_to_home_state",
    "count_contents",
    "count_followers",
    "count_invitations",
    "count_published",
    "count_waiting",
    "find_follows",
    "find_home_state",
    "find_label",
    "find_proposal",
    "find_reactions",
    "find_state_of_tag",
    "follows_something",
    "get_comment",
    "get_location",
    "get_post",
    "get_post_to_answer",
    "get_proposal",
    "get_said",
    "get_territory",
    "get_theme",
    "get_thread",
    "is_shown",
    "is_shown_unpublished",
    "labelled_elsewhere",
    "list_coming_dates",
    "list_comments",
    "list_follows",
    "list_group_cards",
    "list_group_posts",
    "list_home_cards",
    "list_home_posts",
    "list_label_cards",
    "list_my_groups",
    "list_open_proposals",
    "list_pending_placements",
    "list_posts_for_cards",
    "list_regions",
    "list_threads",
    "load_whole",
    "placed",
    "placeholder_for",
    "shown_to",
    "state_of_tag",
    "thread_visible_to",
    "viewer_params",
    "visible_to",
]
