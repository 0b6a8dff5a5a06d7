"""Members of the seeded crowd as a browser and as a program."""

import http.client
import json
import re
import urllib.parse
from collections.abc import Mapping

from benchmarks.stack import Stack
from grandequipe.demo.loading import DEMO_PASSWORD
from grandequipe.demo.seeding.people import EMAIL

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def session_of(stack: Stack, number: int) -> Mapping[str, str]:
    """Log in as the member of that number; give the header that says so."""
    browser = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=20)
    browser.request("GET", "/connexion")
    page = browser.getresponse()
    cookies = _cookies(page)
    found = TOKEN.search(page.read().decode())
    if found is None:
        raise ValueError("The log-in page has no form.")
    form = {"email": EMAIL.format(number), "password": DEMO_PASSWORD, "csrf_token": found[1]}
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    browser.request("POST", "/connexion", urllib.parse.urlencode(form), headers)
    answer = browser.getresponse()
    answer.read()
    if answer.status != 302:
        raise ValueError(f"Logging in was answered by {answer.status}.")
    return {"Cookie": _cookies(answer)}


def token_of(stack: Stack, number: int) -> Mapping[str, str]:
    """Get the member of that number a key; give the header that carries it."""
    program = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=20)
    wanted = {
        "email": EMAIL.format(number),
        "password": DEMO_PASSWORD,
        "name": "bench",
        "scopes": ["read", "write"],
    }
    headers = {"Content-Type": "application/json"}
    program.request("POST", "/api/v1/tokens", json.dumps(wanted), headers)
    answer = program.getresponse()
    data = json.load(answer)
    if answer.status != 201:
        raise ValueError(f"Asking for a key was answered by {answer.status}: {data}")
    return {"Authorization": f"Bearer {data['token']}"}


def _cookies(answer: http.client.HTTPResponse) -> str:
    cookies = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(cookie.split(";", 1)[0] for cookie in cookies)
