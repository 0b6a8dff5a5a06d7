"""Validation of the settings: each problem is a sentence with the setting and the correction."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from email.utils import parseaddr
from urllib.parse import SplitResult, parse_qs, urlsplit

from babel.dates import get_timezone
from limits import parse_many

REQUIRED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MAIL_URL", "MAIL_FROM", "SITE_URL")
LOCALES = ("fr", "en")
SMALLEST_SECRET = 16
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SCHEMES = {
    "database_url": ("postgresql", "postgresql+psycopg", "postgres"),
    "redis_url": ("redis", "rediss"),
    "mail_url": ("smtp", "smtps"),
    "site_url": ("http", "https"),
    "uploads_url": ("file", "s3"),
    "clamd_url": ("tcp", "unix"),
}
# Prefixes that no other program's environment variables have.
PREFIXES = ("LEGAL_", "LIMIT_", "TRUSTED_", "UPLOADS_", "WEBHOOKS_")

Values = Mapping[str, str]


def list_problems(values: Values) -> list[str]:
    """List a sentence for each missing or invalid setting; `values` is by field name."""
    return [problem for check in CHECKS for problem in check(values)]


def is_unknown(name: str, known: Iterable[str]) -> bool:
    """Whether an environment variable is named like a setting but is not one of `known`."""
    return name.startswith(PREFIXES) and name not in known


def unknown_setting(name: str, known: Iterable[str]) -> str:
    """Return a sentence about an unknown setting, with the closest known name."""
    meant = get_close_matches(name, known, 1)
    advice = f"did you mean {meant[0]}?" if meant else ".env.example lists all."
    return f"There is no setting {name}: {advice}"


def _missing(values: Values) -> Iterator[str]:
    if missing := [name for name in REQUIRED if name.lower() not in values]:
        yield (
            f"Missing settings: {', '.join(missing)}. Set them in the environment "
            "(see .env.example), or use `grandequipe run`, which needs none."
        )


def _addresses(values: Values) -> Iterator[str]:
    """Validate the scheme, host and port of each URL."""
    for name, schemes in SCHEMES.items():
        if name not in values:
            continue
        parts = _split(values[name])
        if parts is None:
            yield (
                f"{name.upper()} is no address: write [ and ] in a user or a password as %5B and "
                "%5D, and a port in digits."
            )
        elif parts.scheme not in schemes:
            expected = " or ".join(f"{scheme}://" for scheme in schemes)
            yield f"{name.upper()} must start with {expected}."
    if "site_url" in values and (site := _split(values["site_url"])) and not site.hostname:
        yield "SITE_URL names no host: write https://reseau.example.org."
    redis = _split(values.get("redis_url", ""))
    if redis and not redis.path.strip("/").isdecimal() and redis.path.strip("/"):
        yield "REDIS_URL must end with the number of a database, or with the port."


def _split(address: str) -> SplitResult | None:
    """Split a URL; None if it is invalid, its port included."""
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return None
    return parts


def _numbers(values: Values) -> Iterator[str]:
    for name in ("trusted_proxies", "registration_seconds"):
        if not (number := values.get(name, "0")).strip().isdecimal():
            yield f"{name.upper()} must be a whole number, not {number!r}."


def _choices(values: Values) -> Iterator[str]:
    if (chosen := values.get("webhooks_allow_private", "0")) not in ("0", "1"):
        yield f"WEBHOOKS_ALLOW_PRIVATE must be 0 or 1, not {chosen!r}."


def _simple_values(values: Values) -> Iterator[str]:
    if len(values.get("secret_key", "x" * SMALLEST_SECRET)) < SMALLEST_SECRET:
        yield f"SECRET_KEY is too short: give at least {SMALLEST_SECRET} random characters."
    if values.get("default_locale", LOCALES[0]) not in LOCALES:
        yield f"DEFAULT_LOCALE must be one of {', '.join(LOCALES)}."
    if "@" not in values.get("legal_contact", "@"):
        yield "LEGAL_CONTACT must be an e-mail address."
    if "@" not in parseaddr(values.get("mail_from", "@"))[1]:
        yield 'MAIL_FROM must be an address, such as "Réseau Exemple <reseau@example.org>".'
    if values.get("log_level", LEVELS[0]).upper() not in LEVELS:
        yield f"LOG_LEVEL must be one of {', '.join(LEVELS)}."
    if not _is_zone(values.get("default_time_zone", "UTC")):
        yield "DEFAULT_TIME_ZONE must be a zone of the tz database, such as Europe/Paris."
    yield from _numbers(values)
    yield from _choices(values)


def _is_zone(name: str) -> bool:
    try:
        get_timezone(name)
    except LookupError:
        return False
    return True


def _envelope_sender(values: Values) -> Iterator[str]:
    sender = values.get("mail_envelope_from", "bounces+{token}@example.org")
    address = sender.replace("{token}", "0")
    if address.count("@") != 1 or parseaddr(address)[1] != address or "{" in address:
        yield "MAIL_ENVELOPE_FROM must be an address such as bounces+{token}@example.org."


def _mail_url(values: Values) -> Iterator[str]:
    """Refuse a URL that would send the password unencrypted, a misspelt option included."""
    parts = _split(values.get("mail_url", ""))
    if parts is None or parts.scheme not in SCHEMES["mail_url"]:
        return
    options = parse_qs(parts.query, keep_blank_values=True)
    if not parts.hostname:
        yield "MAIL_URL names no server: write smtp://user:password@host:port."
    elif options not in ({}, {"tls": ["starttls"]}):
        yield (
            "MAIL_URL may end with ?tls=starttls and nothing else; "
            "for TLS from the first byte, write smtps://."
        )
    elif not options and _sends_password_in_clear(parts):
        yield (
            "MAIL_URL would send its password in the clear: "
            "end it with ?tls=starttls, or write smtps://."
        )


def _sends_password_in_clear(parts: SplitResult) -> bool:
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.password) and parts.scheme == "smtp" and not is_here


def _limits(values: Values) -> Iterator[str]:
    for name, amount in values.items():
        if name.startswith("limit_") and not _is_amount(amount):
            yield (
                f"{name.upper()} must be like “30 per hour” or “60 per 5 minutes”, not {amount!r}."
            )


def _is_amount(amount: str) -> bool:
    try:
        amounts = parse_many(amount)
    except ValueError:
        return False
    return len(amounts) == 1 and amounts[0].amount > 0


CHECKS: tuple[Callable[[Values], Iterator[str]], ...] = (
    _missing,
    _simple_values,
    _addresses,
    _mail_url,
    _envelope_sender,
    _limits,
)
