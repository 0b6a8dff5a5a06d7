"""Somebody who visits a running site over the network, with a browser's cookies and no scripts."""

import re

import requests

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PATIENCE = 30


class Guest:
    """Opens pages and sends their forms."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        # What the machine says of proxies and of passwords is not for this site.
        self._session.trust_env = False

    def get(self, path: str) -> requests.Response:
        """Open a page, wherever it leads."""
        return self._session.get(self._url + path, timeout=PATIENCE)

    def send(
        self, path: str, page: str | None = None, files: dict[str, bytes] | None = None, **form: str
    ) -> requests.Response:
        """Open a page, send its form to `path`, and give where that led."""
        token = TOKEN.search(self.get(page or path).text)
        assert token, f"no form at {page or path}"
        sent = {name: (f"{name}.file", content) for name, content in (files or {}).items()}
        return self._session.post(
            self._url + path, {**form, "csrf_token": token[1]}, files=sent, timeout=PATIENCE
        )
