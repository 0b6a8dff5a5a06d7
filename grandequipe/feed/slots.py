"""Slots in the feed's pages."""

# The readers of a new post, in sentences; gets the group and the author.
AUDIENCE = "feed.audience"
# What a member can do with a post on its page, for themselves alone; gets the post.
POST_ACTIONS = "post.actions"
# What a reader can do with the date of a post, a visitor too; gets the post.
POST_DATES = "post.dates"
# More charts of how alive a group is; gets the group and its weeks, None for too few people.
VITALITY = "feed.vitality"
# Why moderators removed a post, on the page that its author finds at its address; gets the post.
REMOVED_POST = "feed.removed_post"
# What a reader does about a webinar, under its details; gets the post and its reader, or None.
POST_WEBINAR = "post.webinar"
# The same in a card of a webinar that is to come: rendered for each, as `card`. Gets, once for a
# list, the reader and their marks by post id (`feed.queries.bookmarks.more_marks`).
CARD_WEBINAR = "card.webinar"
# What packages above know of a territory or a theme (who acts there, what is coming), between the
# head of its page and its posts: a section with an h2 each, at most five entries and a link to the
# whole list. Gets the territory or the theme, and the reader, or None.
TERRITORY = "feed.territory"
THEME = "feed.theme"
# The life of a resource, and the resources that a project used, under the details of a post; gets
# the post and its reader, or None.
POST_RESOURCE = "post.resource"
# What else a member follows, in their settings: a section with an h2 each; gets the member.
FOLLOWS = "feed.follows"
