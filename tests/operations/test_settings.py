"""What is wrong in the environment is named before anything starts."""

import pytest

from grandequipe.config import ConfigurationError, Settings

GIVEN = {
    "DATABASE_URL": "postgresql://db/grandequipe",
    "REDIS_URL": "redis://redis",
    "SECRET_KEY": "a" * 32,
    "MAIL_URL": "smtp://user:pass@mail.example.org:587?tls=starttls",
    "MAIL_FROM": "bonjour@example.org",
    "SITE_URL": "https://example.org",
}


def test_what_is_right_is_taken() -> None:
    assert Settings.from_environment(GIVEN).host == "example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_URL", "smtp://mail.example.org?tls=oui"),
        ("MAIL_URL", "smtp://mail.example.org?tls=STARTTLS"),
        ("MAIL_URL", "smtp://mail.example.org?tls"),
        ("MAIL_URL", "smtp://mail.example.org?ssl=1"),
        ("MAIL_URL", "smtp://user:pass@mail.example.org:587"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "mail.example.org"),
        ("DATABASE_URL", "mysql://db/grandequipe"),
        ("SECRET_KEY", "court"),
        ("SITE_URL", "example.org"),
        ("TRUSTED_PROXIES", "un"),
        ("DEFAULT_LOCALE", "br"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment(GIVEN | {name: value})


@pytest.mark.parametrize("name", GIVEN)
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({key: value for key, value in GIVEN.items() if key != name})
