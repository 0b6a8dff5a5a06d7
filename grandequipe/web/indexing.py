"""What search engines may keep: pages whose view says so, and nothing else.

A form, a setting, a filter, a search, a page of older posts, an error and whatever is not public is
answered with `X-Robots-Tag: noindex`, without anybody having to think of it.
"""

from urllib.parse import urljoin

from flask import Flask, Response, g

from grandequipe.core.mail import rendering


def allow_index(path: str, *, is_public: bool = True) -> None:
    """Say that the page is for search engines where it is public, and where it is."""
    if is_public:
        g.canonical_address, g.is_indexed = urljoin(rendering.site_url(), path), True


def init_app(app: Flask) -> None:
    """Mark what is not for the index, and let the frame of pages know their address."""
    app.jinja_env.globals["canonical_address"] = lambda: g.get("canonical_address")

    @app.after_request
    def _mark(response: Response) -> Response:
        is_shown = response.status_code == 200 and g.get("is_indexed", False)
        if response.mimetype == "text/html" and not is_shown:
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response
