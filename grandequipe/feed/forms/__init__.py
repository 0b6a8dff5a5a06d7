"""What the pages of the feed send."""

from grandequipe.feed.forms.comments import CommentForm
from grandequipe.feed.forms.kinds import FORMS, form_for
from grandequipe.feed.forms.posts import PostForm

__all__ = ["FORMS", "CommentForm", "PostForm", "form_for"]
