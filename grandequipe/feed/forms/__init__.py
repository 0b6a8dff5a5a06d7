"""What the pages of the feed send."""

from grandequipe.feed.forms.comments import CommentForm
from grandequipe.feed.forms.kinds import FORMS, form_for
from grandequipe.feed.forms.posts import PostForm
from grandequipe.feed.forms.refusals import RefusalForm

__all__ = ["FORMS", "CommentForm", "PostForm", "RefusalForm", "form_for"]
