"""B14: mails can be read where a mail program drops the styles of the body, or all.

Each mail is laid in a page of another colour, as in a mail program: by light, by dark, with its
style sheets and without them. Every text must stand on a ground of the mail's own.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from flask import Flask
from markupsafe import Markup
from playwright.sync_api import Browser

from grandequipe.core import clock
from grandequipe.core.mail import MailState, rendering
from grandequipe.feed.models.posts import Kind
from tests.digests.conftest import monday, send  # noqa: F401 - fixtures
from tests.digests.mail_server import MailServer
from tests.factories import Cast, make_comment, make_post
from tests.site import PROJECT
from tests.web.test_contrast import contrast

ENOUGH = 4.5
LINK = "https://example.org/un/lien"
GIVEN = {
    **dict.fromkeys(("confirmation_link", "recovery_link", "reset_link", "link"), LINK),
    "user": {"display_name": "Lucas Martin"},
    "lasts": "une semaine",
    "locale": "fr",
    "name": "Amina",
    "group_name": "ESS Quartiers",
    "about": "De quoi il s’agit.",
    "items": [{"sentence": "Une phrase", "excerpt": "Un mot", "link": LINK}],
    "stops": [("les réponses à mes commentaires", LINK)],
    "left": 2,
    "said": "La modération a retiré ce que vous avez écrit",
    "title": "Vide-grenier",
    "group": "ESS Quartiers",
    "reason": ["C’est une publicité."],
    "rule": "Charte, article 3",
    "until": clock.now(),
    "appealable_until": clock.now(),
    "time_zone": "Europe/Paris",
    "outcomes": [("ESS Quartiers", "Le contenu a été retiré.")],
    "number": 12,
    "word": "Bonjour,\nOn se voit samedi ?",
    "person": "Chloé",
    "language": "fr",
    "body_html": Markup("<p>Bienvenue parmi nous.</p>"),
    "has_charter": True,
    "charter_link": LINK,
}
# Where a mail gives a value of the same name in another form than the others.
GIVEN_ALONE: Mapping[str, Mapping[str, object]] = {
    "directory/introduction_mail.html": {
        "count": 1,
        "people": [
            {
                "name": "Lucas Martin",
                "about": "Régie de quartier",
                "reason": "vous suivez tous deux « Insertion »",
                "offers": "Un atelier",
                "seeks": "Des outils",
                "profile": LINK,
                "write": LINK,
            }
        ],
        "settings": LINK,
    },
    "directory/message_mail.html": {
        "is_copy": False,
        "sender": "Lucas Martin",
        "recipient": "Amina",
        "subject": "Votre atelier",
        "words": "Bonjour,\nComment avez-vous fait ?",
        "answer": LINK,
        "profile": LINK,
    },
    "groups/refusal_mail.html": {"reason": "Le groupe est complet.\nRevenez au printemps."},
    "members/notice_mail.html": {
        "heading": "Votre compte est suspendu",
        "paragraphs": ["Votre compte est suspendu.", "Vous ne pouvez plus vous connecter."],
        "reason": "C’est une publicité.",
        "contact": "contact@example.org",
    },
    "webinars/registration_mail.html": {
        "moment": "jeudi 10 décembre, de 14 h à 15 h 30 (heure de Paris)",
        "access": [("Lieu", "Maison de quartier", LINK), ("Pour participer", "En ligne", None)],
        "words": {
            "heading": "C’est demain",
            "paragraphs": ["À bientôt."],
            "said": ["Apportez un casque.", "Le code est à l’accueil."],
            "rows": [("Avant", "mercredi 9 décembre, à 14 h")],
            "action": ("Voir mon inscription", LINK),
            "links": [("Annuler", LINK)],
            "footer_links": [("Ne plus recevoir de rappels", LINK)],
        },
    },
}
# Where a program has the mail in a page of its own, only what is in the body is left.
LAID = """([html, isKept, isDark]) => {
    const mail = new DOMParser().parseFromString(html, "text/html");
    const kept = isKept ? [...mail.querySelectorAll("style")].map(each => each.outerHTML) : [];
    document.documentElement.innerHTML = "<head></head><body></body>";
    document.head.innerHTML = kept.join("").replaceAll(/\\bbody\\b/g, "none");
    document.body.innerHTML = mail.body.innerHTML;
    document.body.style.cssText = `background: ${isDark ? "#000" : "#fff"}; color: #777`;
    const groundOf = each => {
        for (let at = each; at !== document.body; at = at.parentElement) {
            const ground = getComputedStyle(at).backgroundColor;
            if (ground !== "rgba(0, 0, 0, 0)") return ground;
        }
        return null;
    };
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const [words, parent] = [walker.currentNode.data.trim(), walker.currentNode.parentElement];
        if (!words || !parent.checkVisibility()) continue;
        texts.push([words.slice(0, 40), getComputedStyle(parent).color, groundOf(parent)]);
    }
    return texts;
}"""


def unreadable(chromium: Browser, html: str) -> Iterator[str]:
    """Say which texts of a mail have too little contrast, or no ground of the mail's own."""
    for scheme in ("light", "dark"):
        page = chromium.new_page(color_scheme=scheme)
        for is_kept in (True, False):
            texts = page.evaluate(LAID, [html, is_kept, scheme == "dark"])
            assert len(texts) > 3
            for words, colour, ground in texts:
                if not ground or contrast(_hex(colour), _hex(ground)) < ENOUGH:
                    yield f"{scheme}, styles {is_kept}: {words!r}, {colour} on {ground}"
        page.close()


def _hex(colour: str) -> str:
    return "#" + "".join(f"{int(each):02x}" for each in re.findall(r"\d+", colour)[:3])


def other_mails() -> Mapping[str, str]:
    """List every mail but the digest, by template."""
    package = PROJECT / "grandequipe"
    found = {
        str(path.relative_to(folder))
        for folder in package.glob("*/templates")
        for path in folder.rglob("*.html")
        if '{% extends "mail/base.html" %}' in path.read_text()
    }
    assert len(found) > 4
    assert GIVEN_ALONE.keys() <= found
    return {
        template: rendering.render_html(template, **{**GIVEN, **GIVEN_ALONE.get(template, {})})
        for template in sorted(found)
    }


def test_every_mail_can_be_read_where_the_styles_of_the_body_are_dropped(
    chromium: Browser, app: Flask
) -> None:
    with app.test_request_context():
        mails = other_mails()
    assert {name: list(unreadable(chromium, html)) for name, html in mails.items()} == {
        name: [] for name in mails
    }


def test_the_digest_can_be_read_where_the_styles_of_the_body_are_dropped(
    chromium: Browser,
    cast: Cast,
    monday: datetime,  # noqa: F811
    send: Callable[[datetime], list[MailState]],  # noqa: F811
    sink: MailServer,
) -> None:
    publish_everything(cast)
    send(monday)
    [message] = sink.to(cast.chloe.email)
    html = message.get_body(("html",)).get_content()
    assert list(unreadable(chromium, html)) == []


def publish_everything(cast: Cast) -> None:
    """Have a mail show every kind, of more than it shows, and in another language."""
    soon = clock.now() + timedelta(days=9)
    times = {"starts_at": soon, "ends_at": soon + timedelta(hours=1)}
    for kind in Kind:
        own = times if kind is Kind.WEBINAR else {}
        make_comment(cast.bruno, make_post(cast.amina, cast.ess, kind, language="ar", **own))
    for number in range(12):
        make_post(cast.amina, cast.private, title=f"Nouvelle {number}")


def test_what_goes_from_right_to_left_stands_on_the_right(chromium: Browser, app: Flask) -> None:
    """B13: mails lay out what people wrote by its own first character."""
    about = {"about": "مرحبا بكم", "about_language": "ar"}
    with app.test_request_context():
        html = rendering.render_html("groups/invitation_mail.html", **(GIVEN | about))
    page = chromium.new_page()
    page.set_content(html)
    assert page.locator("p[lang=ar]").evaluate(
        """each => {
            const range = document.createRange();
            range.selectNodeContents(each);
            const [words, box] = [range.getBoundingClientRect(), each.getBoundingClientRect()];
            return [Math.round(box.right - words.right), words.width < box.width / 2];
        }"""
    ) == [0, True]
    page.close()
