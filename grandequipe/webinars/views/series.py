"""The page of a series of webinars: its dates."""

from grandequipe.feed.queries.series import get_series
from grandequipe.members.identity import viewer
from grandequipe.web.pages import render_page


def series_page(series_id: int) -> str:
    """List the dates of a series that the viewer may see: those to come, then those past."""
    found = get_series(series_id, seen_by=viewer())
    return render_page("webinars/series.html", found=found, post=found.next)
