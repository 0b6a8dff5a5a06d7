"""What the operator decides: the environment, read once, checked, and named when it is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from limits import parse

REQUIRED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MAIL_URL", "MAIL_FROM", "SITE_URL")
LOCALES = ("fr", "en")
SMALLEST_SECRET = 16
SMALLEST_UPLOAD_LIMIT = 8 * 1024 * 1024


class ConfigurationError(Exception):
    """Say in one line which setting is wrong and how to mend it."""


@dataclass(frozen=True)
class Settings:
    """Everything that an operator may set; `.env.example` explains each to them."""

    database_url: str
    redis_url: str
    secret_key: str = field(repr=False)
    mail_url: str = field(repr=False)
    mail_from: str
    site_url: str
    site_name: str = "Grande Équipe"
    uploads_url: str = "file:///var/lib/grandequipe/uploads"
    default_locale: str = "fr"
    default_time_zone: str = "Europe/Paris"
    log_level: str = "INFO"
    trusted_proxies: int = 0
    mail_catcher_url: str = ""
    legal_publisher: str = ""
    legal_host: str = ""
    legal_contact: str = ""
    limit_posts: str = "30 per hour"
    limit_comments: str = "60 per 5 minutes"
    limit_reactions: str = "300 per 5 minutes"
    limit_readings: str = "300 per 5 minutes"
    limit_invitations: str = "50 per hour"
    limit_memberships: str = "30 per hour"
    limit_managing: str = "600 per hour"
    limit_groups: str = "10 per day"
    limit_edits: str = "60 per hour"
    limit_profiles: str = "30 per hour"
    limit_group_settings: str = "30 per hour"
    limit_wrong_tries: str = "50 per 5 minutes"
    limit_tokens: str = "20 per hour"
    limit_letters: str = "20 per hour"
    limit_mailbox: str = "6 per hour"
    limit_attempts: str = "120 per 5 minutes"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings; raise ConfigurationError that names what lacks or is wrong."""
        missing = [name for name in REQUIRED if not environ.get(name)]
        if missing:
            raise ConfigurationError(
                f"Missing settings: {', '.join(missing)}. Set them in the environment "
                "(see .env.example), or use `grandequipe run`, which needs none."
            )
        known = {name.upper(): name for name in cls.__dataclass_fields__}
        given: dict[str, Any] = {
            known[name]: value for name, value in environ.items() if name in known and value != ""
        }
        given["trusted_proxies"] = _whole_number("TRUSTED_PROXIES", given.get("trusted_proxies", 0))
        settings = cls(**given)
        settings._check()
        return settings

    def _check(self) -> None:
        if len(self.secret_key) < SMALLEST_SECRET:
            raise ConfigurationError(
                f"SECRET_KEY is too short: give at least {SMALLEST_SECRET} random characters."
            )
        if self.default_locale not in LOCALES:
            raise ConfigurationError(f"DEFAULT_LOCALE must be one of {', '.join(LOCALES)}.")
        for name, schemes in (
            ("database_url", ("postgresql", "postgresql+psycopg", "postgres")),
            ("redis_url", ("redis", "rediss")),
            ("mail_url", ("smtp", "smtps")),
            ("site_url", ("http", "https")),
            ("uploads_url", ("file", "s3", "memory")),
        ):
            if urlsplit(getattr(self, name)).scheme not in schemes:
                expected = " or ".join(f"{scheme}://" for scheme in schemes)
                raise ConfigurationError(f"{name.upper()} must start with {expected}.")
        self._check_mail()
        if self.legal_contact and "@" not in self.legal_contact:
            raise ConfigurationError("LEGAL_CONTACT must be an e-mail address.")
        for name in self.__dataclass_fields__:
            if name.startswith("limit_"):
                _check_limit(name.upper(), getattr(self, name))

    def _check_mail(self) -> None:
        """Refuse what would send a password in the clear, also by a slip of the pen."""
        parts = urlsplit(self.mail_url)
        if not parts.hostname:
            raise ConfigurationError(
                "MAIL_URL names no server: write smtp://user:password@host:port."
            )
        options = parse_qs(parts.query, keep_blank_values=True)
        if options not in ({}, {"tls": ["starttls"]}):
            raise ConfigurationError(
                "MAIL_URL may end with ?tls=starttls and nothing else; "
                "for TLS from the first byte, write smtps://."
            )
        is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.password and parts.scheme == "smtp" and not options and not is_here:
            raise ConfigurationError(
                "MAIL_URL would send its password in the clear: "
                "end it with ?tls=starttls, or write smtps://."
            )

    @property
    def sqlalchemy_url(self) -> str:
        """Name the psycopg 3 driver whatever way the operator wrote the address."""
        return "postgresql+psycopg://" + self.database_url.split("://", 1)[1]

    def redis_database(self, number: int) -> str:
        """Give the Redis address of another database number: tasks, live and limits do not mix."""
        parts = urlsplit(self.redis_url)
        base = int(parts.path.strip("/") or 0)
        return parts._replace(path=f"/{base + number}").geturl()

    @property
    def host(self) -> str:
        """Give the host name that members type, without a port, as mail and DNS write it."""
        name = urlsplit(self.site_url).hostname or "localhost"
        return name.encode("idna").decode("ascii")

    @property
    def contact(self) -> str:
        """Give the address where people write to those who run the site."""
        return self.legal_contact or parseaddr(self.mail_from)[1]

    @property
    def is_https(self) -> bool:
        """Tell whether members reach the site over TLS."""
        return self.site_url.startswith("https://")

    def for_flask(self) -> dict[str, Any]:
        """Translate to the names that Flask and its extensions read."""
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.sqlalchemy_url,
            # The connection that was given back last knows its statements and plans by heart.
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "pool_size": 10,
                "max_overflow": 10,
                "pool_use_lifo": True,
            },
            "MAX_CONTENT_LENGTH": SMALLEST_UPLOAD_LIMIT,
            "SESSION_COOKIE_NAME": "session",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.is_https,
            "REMEMBER_COOKIE_HTTPONLY": True,
            "REMEMBER_COOKIE_SAMESITE": "Lax",
            "REMEMBER_COOKIE_SECURE": self.is_https,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": True,
            "BABEL_DEFAULT_LOCALE": self.default_locale,
            "BABEL_DEFAULT_TIMEZONE": self.default_time_zone,
            "RATELIMIT_STORAGE_URI": self.redis_database(2),
            "RATELIMIT_STRATEGY": "sliding-window-counter",
            "RATELIMIT_KEY_PREFIX": "grandequipe",
            # A Redis that does not answer must not keep members waiting.
            "RATELIMIT_STORAGE_OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
            "RATELIMIT_HEADERS_ENABLED": False,
        }


def _check_limit(name: str, amount: str) -> None:
    try:
        parse(amount)
    except ValueError:
        raise ConfigurationError(
            f"{name} must be like “30 per hour” or “60 per 5 minutes”, not {amount!r}."
        ) from None


def _whole_number(name: str, value: Any) -> int:
    try:
        return int(value)
    except ValueError:
        raise ConfigurationError(f"{name} must be a whole number, not {value!r}.") from None
