"""An HTTP client of a running site, with cookies and without scripts."""

import re

import requests

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
BEGAN = re.compile(r'name="began" value="([^"]+)"')
TIMEOUT = 30


class HttpVisitor:
    """Opens pages and submits their forms."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        # Ignore the machine's proxies and .netrc.
        self._session.trust_env = False

    def get(self, path: str) -> requests.Response:
        """Open a page, following redirects."""
        return self._session.get(self._url + path, timeout=TIMEOUT)

    def send(
        self, path: str, page: str | None = None, files: dict[str, bytes] | None = None, **form: str
    ) -> requests.Response:
        """Open `page` (by default `path`), submit its form to `path`, and follow redirects."""
        shown = self.get(page or path).text
        token, began = TOKEN.search(shown), BEGAN.search(shown)
        assert token, f"no form at {page or path}"
        if began:
            form["began"] = began[1]
        uploads = {name: (f"{name}.file", content) for name, content in (files or {}).items()}
        return self._session.post(
            self._url + path, {**form, "csrf_token": token[1]}, files=uploads, timeout=TIMEOUT
        )
