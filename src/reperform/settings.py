"""Django's settings: one file, read from the environment and the bureau's folder, defaults fit a laptop.

`REPERFORM_HOME` names the folder, `REPERFORM_DATABASE_URL` a PostgreSQL server (else SQLite in the folder),
`REPERFORM_SECRET_KEY` or `REPERFORM_SECRET_KEY_FILE` the key (else the folder's `secret-key`),
`REPERFORM_HOSTS` the served names, `REPERFORM_DEMO=1` the one-click role cards of the demonstration,
`REPERFORM_TLS=1` that the site is reached by HTTPS only. For notifications: `REPERFORM_SITE` the site's own address,
`REPERFORM_SMTP_URL` the mail server and `REPERFORM_MAIL_FROM` the sender, `REPERFORM_WEBHOOK_URL` and
`REPERFORM_WEBHOOK_SECRET` the receiver; the URL of the server and the secret may stand in a file, named by `..._FILE`.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import bootstrap_wrapper
from csp.constants import NONE, SELF

from reperform.errors import N_, Usage
from reperform.home import find_home

PACKAGE = Path(__file__).parent
HOME = find_home(None, os.environ)
BUREAU = HOME.bureau()
DEMO = os.environ.get("REPERFORM_DEMO") == "1"
TLS = os.environ.get("REPERFORM_TLS") == "1"

DEBUG = False
ALLOWED_HOSTS = os.environ.get("REPERFORM_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
ROOT_URLCONF = "reperform.web.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _secret_key() -> str:
    named = os.environ.get("REPERFORM_SECRET_KEY")
    if named:
        return named
    file = Path(os.environ.get("REPERFORM_SECRET_KEY_FILE") or HOME.secret_key)
    # Without a folder there is nothing to protect: commands such as --help must still start.
    return file.read_text(encoding="ascii").strip() if file.is_file() else "no-folder-yet"


SECRET_KEY = _secret_key()


def sqlite_journal(version: tuple[int, ...]) -> str:
    """Return the safe journal mode: WAL loses commits in 3.7.0-3.51.2 but for two backports (the WAL-reset bug)."""
    minor = version[:2]
    backported = (minor == (3, 50) and version >= (3, 50, 7)) or (minor == (3, 44) and version >= (3, 44, 6))
    mended = version >= (3, 51, 3) or backported
    return "WAL" if mended else "DELETE"


def database(url: str | None, file: Path) -> dict[str, Any]:
    """Return Django's database settings for a PostgreSQL URL, or for the SQLite file."""
    if not url:
        journal = sqlite_journal(sqlite3.sqlite_version_info)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(file),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise Usage(N_("REPERFORM_DATABASE_URL must begin with postgresql://, not {scheme}."), scheme=parts.scheme)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        # An acknowledged step must survive a crash: never "off" (trust: durability).
        "OPTIONS": {"options": "-c synchronous_commit=on"},
    }


def secret(name: str) -> str:
    """Return a setting that must not be seen: the variable itself, or the content of the file that NAME_FILE names."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(name, "")


def mail_server(url: str) -> dict[str, Any]:
    """Return the parts of smtps:// (TLS at once), smtp+tls:// (STARTTLS) or smtp:// (no encryption)."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname:
        raise Usage(N_("REPERFORM_SMTP_URL must begin with smtps://, smtp+tls:// or smtp:// and name a server."))
    return {
        "host": parts.hostname,
        "port": parts.port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parts.scheme == "smtp+tls",
        "timeout": 20,
    }


DATABASES = {"default": database(os.environ.get("REPERFORM_DATABASE_URL"), HOME.database)}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "reperform.ledger",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

AUTH_USER_MODEL = "ledger.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "workbench"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "reperform.web.error_pages.locked_out"
CSRF_FAILURE_VIEW = "reperform.web.error_pages.csrf_failure"

LANGUAGE_CODE = BUREAU.language
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = BUREAU.time_zone
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [
    PACKAGE / "web" / "static",
    ("bootstrap", Path(bootstrap_wrapper.__file__).parent.parent / "bootstrap"),
]
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o640
EVIDENCE_MAX_BYTES = 100 * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

SITE = os.environ.get("REPERFORM_SITE", "").rstrip("/")
MAIL_SERVER = mail_server(url) if (url := secret("REPERFORM_SMTP_URL")) else {}
DEFAULT_FROM_EMAIL = os.environ.get("REPERFORM_MAIL_FROM", "reperform@localhost")
WEBHOOK_URL = os.environ.get("REPERFORM_WEBHOOK_URL", "")
WEBHOOK_SECRET = secret("REPERFORM_WEBHOOK_SECRET")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
