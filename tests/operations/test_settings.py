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
        ("REGISTRATION_SECONDS", "deux"),
        ("DEFAULT_LOCALE", "br"),
        ("DATABASE_URL", "postgresql://u:p[w@h/d"),
        ("MAIL_URL", "smtp://u:p]w@h:25"),
        ("MAIL_URL", "smtp://h:abc"),
        ("REDIS_URL", "redis://h/site"),
        ("SITE_URL", "https://[x"),
        ("SITE_URL", "https://"),
        ("MAIL_FROM", "nobody"),
        ("DEFAULT_TIME_ZONE", "Paris"),
        ("LOG_LEVEL", "verbose"),
        ("LIMIT_POSTS", "5 per hour; 3 per day"),
        ("LIMIT_POSTS", "0 per hour"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment(GIVEN | {name: value})


@pytest.mark.parametrize("name", GIVEN)
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({key: value for key, value in GIVEN.items() if key != name})


def test_all_that_is_wrong_is_named_at_once() -> None:
    wrong = {
        "REDIS_URL": "",
        "SECRET_KEY": "court",
        "DEFAULT_LOCALE": "br",
        "SITE_URL": "example.org",
        "MAIL_URL": "smtp://user:pass@mail.example.org:587",
        "TRUSTED_PROXIES": "un",
        "LIMIT_POSTS": "beaucoup",
        "LEGAL_CONTACT": "nowhere",
    }
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment(GIVEN | wrong)
    said = str(refused.value)
    assert [name for name in wrong if name not in said] == []
    assert "MAIL_FROM" not in said


def test_a_name_that_is_nearly_ours_is_none() -> None:
    named = {"LIMIT_COMENTS": "5 per hour", "LIMIT_XYZZY": "1", "PATH": "/bin", "LIMITS": "1"}
    said = Settings.list_unknown(GIVEN | named)
    assert [name for name in named if name in " ".join(said)] == ["LIMIT_COMENTS", "LIMIT_XYZZY"]
    assert "did you mean LIMIT_COMMENTS?" in said[0]
