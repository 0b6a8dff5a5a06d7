"""The operator's settings: environment variables, read once and validated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any, Self
from urllib.parse import urlsplit

from grandequipe.config.validation import (
    LOCALES as LOCALES,
    REQUIRED as REQUIRED,
    is_unknown,
    list_problems,
    unknown_setting,
)

# Bytes of a request's body, where no route declares another limit: see `web.bodies`.
LARGEST_BODY = 32 * 1024


class ConfigurationError(Exception):
    """The message says in one line which settings are invalid and how to correct them."""


@dataclass(frozen=True)
class Settings:
    """All settings; `.env.example` explains each one to operators."""

    database_url: str
    redis_url: str
    secret_key: str = field(repr=False)
    mail_url: str = field(repr=False)
    mail_from: str
    site_url: str
    site_name: str = "Grande Équipe"
    uploads_url: str = "file:///var/lib/grandequipe/uploads"
    clamd_url: str = ""
    default_locale: str = "fr"
    default_time_zone: str = "Europe/Paris"
    log_level: str = "INFO"
    trusted_proxies: int = 0
    registration_seconds: int = 2
    mail_envelope_from: str = ""
    metrics_token: str = field(default="", repr=False)
    webhooks_allow_private: bool = False
    mail_catcher_url: str = ""
    legal_publisher: str = ""
    legal_host: str = ""
    legal_contact: str = ""
    limit_posts: str = "30 per hour"
    limit_comments: str = "60 per 5 minutes"
    limit_reactions: str = "300 per 5 minutes"
    limit_readings: str = "300 per 5 minutes"
    limit_suggestions: str = "300 per 5 minutes"
    limit_addresses: str = "60 per hour"
    limit_invitations: str = "50 per hour"
    limit_memberships: str = "30 per hour"
    limit_managing: str = "600 per hour"
    limit_messages: str = "20 per hour"
    limit_reports: str = "20 per hour"
    limit_seats: str = "60 per hour"
    limit_groups: str = "10 per day"
    limit_files: str = "200 per hour"
    limit_edits: str = "60 per hour"
    limit_drafts: str = "300 per 5 minutes"
    limit_profiles: str = "30 per hour"
    limit_group_settings: str = "30 per hour"
    limit_wrong_tries: str = "50 per 5 minutes"
    limit_account_tries: str = "20 per hour"
    limit_tokens: str = "20 per hour"
    limit_registrations: str = "60 per hour"
    limit_letters: str = "20 per hour"
    limit_mailbox: str = "6 per hour"
    limit_attempts: str = "120 per 5 minutes"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings; raise ConfigurationError naming every missing or invalid one."""
        values: dict[str, Any] = {
            name: environ[name.upper()]
            for name in cls.__dataclass_fields__
            if environ.get(name.upper())
        }
        if problems := list_problems(values):
            raise ConfigurationError(" ".join(problems))
        values["trusted_proxies"] = int(values.get("trusted_proxies", 0))
        values["webhooks_allow_private"] = values.get("webhooks_allow_private", "0") == "1"
        values["registration_seconds"] = int(values.get("registration_seconds", 2))
        return cls(**values)

    @classmethod
    def list_unknown(cls, environ: Mapping[str, str]) -> list[str]:
        """List a message for each variable that is named like a setting and is none."""
        known = [name.upper() for name in cls.__dataclass_fields__]
        return [unknown_setting(name, known) for name in sorted(environ) if is_unknown(name, known)]

    @property
    def sqlalchemy_url(self) -> str:
        """DATABASE_URL with the psycopg 3 driver, however the operator wrote its scheme."""
        return "postgresql+psycopg://" + self.database_url.split("://", 1)[1]

    def redis_database(self, number: int) -> str:
        """Return the URL of a Redis database, counted from that of REDIS_URL.

        0 holds tasks, 1 live messages, 2 rate limits.
        """
        parts = urlsplit(self.redis_url)
        base = int(parts.path.strip("/") or 0)
        return parts._replace(path=f"/{base + number}").geturl()

    @property
    def host(self) -> str:
        """The site's host name without port, in ASCII (IDNA), as mail and DNS need it."""
        name = urlsplit(self.site_url).hostname or "localhost"
        return name.encode("idna").decode("ascii")

    @property
    def root(self) -> str:
        """The path prefix of the site: empty, or like `/reseau`."""
        return urlsplit(self.site_url).path.rstrip("/")

    def sets(self, name: str) -> bool:
        """Return whether the operator gave this setting another value than its default."""
        return bool(getattr(self, name) != self.__dataclass_fields__[name].default)

    @property
    def contact(self) -> str:
        """The e-mail address of the site's operator."""
        return self.legal_contact or parseaddr(self.mail_from)[1]

    @property
    def is_https(self) -> bool:
        """Whether members reach the site over TLS."""
        return self.site_url.startswith("https://")

    def for_flask(self) -> dict[str, Any]:
        """Return the configuration of Flask and its extensions."""
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.sqlalchemy_url,
            # The connection used last has the most prepared statements.
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "pool_size": 10,
                # Errors are logged, and what people wrote is no part of them.
                "hide_parameters": True,
                "max_overflow": 10,
                "pool_use_lifo": True,
            },
            "MAX_CONTENT_LENGTH": LARGEST_BODY,
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
            # Seconds: an unreachable Redis must not keep members waiting.
            "RATELIMIT_STORAGE_OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
            "RATELIMIT_SWALLOW_ERRORS": True,
            "RATELIMIT_HEADERS_ENABLED": False,
        }
