"""Settings, all with working defaults. The environment changes them; `docs/settings.md` names each variable."""

import os
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tenantry.content.address import storage_at

BASE = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("TENANTRY_DATA_DIR", "tenantry-data"))
DEBUG = False


def database(url: str) -> dict[str, Any]:
    """Django's description of the database at `url` (`sqlite:///path` or `postgresql://...`)."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(url.removeprefix("sqlite:///")),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": float(os.environ.get("TENANTRY_SQLITE_TIMEOUT", "10")),
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; "
                "PRAGMA temp_store=MEMORY;",
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        account, _, servers = parts.netloc.rpartition("@")
        user, _, password = account.partition(":")
        hosts, ports = zip(*(_server(one) for one in servers.split(",")), strict=True)
        return {
            "ENGINE": "tenantry.store.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(user),
            "PASSWORD": unquote(password),
            "HOST": ",".join(hosts),
            "PORT": ",".join(ports) if any(ports) else "",
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": 5} | dict(parse_qsl(parts.query)),
        }
    msg = f"TENANTRY_DATABASE_URL: {parts.scheme or url!r} is neither sqlite nor postgresql"
    raise ValueError(msg)


def _server(told: str) -> tuple[str, str]:
    """Name and port of a server, `host:port`; without a port it is the usual one. IPv6 addresses stand in brackets."""
    host, colon, port = told.rpartition(":")
    if not colon or port.endswith("]"):
        host, port = told, ""
    return unquote(host.strip("[]")), port


def secret_key() -> str:
    """The key that signs cookies and links: from the environment, else kept in the data folder, made at first use."""
    if "TENANTRY_SECRET_KEY" in os.environ:
        return os.environ["TENANTRY_SECRET_KEY"]
    file = DATA_DIR / "secret-key"
    if not file.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        draft = DATA_DIR / f"secret-key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, file)  # whoever comes first wins, and nobody reads half a key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text()


NOTIFY = os.environ.get("TENANTRY_NOTIFY", "on") != "off"
"""Whether PostgreSQL tells other processes at once that something has changed. Without, they look once a second."""

SECRET_KEY = secret_key()
DATABASE_URL = os.environ.get("TENANTRY_DATABASE_URL") or f"sqlite:///{DATA_DIR / 'tenantry.sqlite3'}"
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "tenantry.store.apps.StoreConfig",
    "tenantry.accounts.apps.AccountsConfig",
    "tenantry.roles.apps.RolesConfig",
    "tenantry.users.apps.UsersConfig",
    "tenantry.privileges.apps.PrivilegesConfig",
    "tenantry.objects.apps.ObjectsConfig",
    "tenantry.groups.apps.GroupsConfig",
    "tenantry.build.apps.BuildConfig",
    "tenantry.environments.apps.EnvironmentsConfig",
    "tenantry.runtimes.apps.RuntimesConfig",
    "tenantry.deploy.apps.DeployConfig",
    "tenantry.schedules.apps.SchedulesConfig",
    "tenantry.reporting.apps.ReportingConfig",
    "tenantry.alerts.apps.AlertsConfig",
    "tenantry.sharing.apps.SharingConfig",
    "tenantry.jobs.apps.JobsConfig",
    "tenantry.content.apps.ContentConfig",
    "tenantry.clouds.apps.CloudsConfig",
    "tenantry.connectors.apps.ConnectorsConfig",
    "tenantry.account_libraries.apps.AccountLibrariesConfig",
    "tenantry.platform_api.apps.PlatformApiConfig",
    "tenantry.library.apps.LibraryConfig",
    "tenantry.packs.apps.PacksConfig",
    "tenantry.datahub.apps.DataHubConfig",
    "tenantry.support.apps.SupportConfig",
    "tenantry.previews.apps.PreviewsConfig",
    "tenantry.audit.apps.AuditConfig",
    "tenantry.tokens.apps.TokensConfig",
    "tenantry.sessions.apps.SessionsConfig",
    "tenantry.agreements.apps.AgreementsConfig",
    "tenantry.sso.apps.SingleSignOnConfig",
    "tenantry.factors.apps.FactorsConfig",
    "tenantry.signin.apps.SignInConfig",
    "tenantry.mail.apps.MailConfig",
    "tenantry.own_api.apps.OwnApiConfig",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nobody's: what is kept goes through content
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "content": storage_at(os.environ.get("TENANTRY_CONTENT_URL", ""), DATA_DIR / "content"),
}
"""Uploaded content: files in the data folder, or where the setting says."""

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["tenantry.signin.identity.PasswordIdentity"]
PASSWORD_HASHERS = [
    "tenantry.signin.hashing.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"}]
"""The list of common passwords. Every other rule about passwords is in `rules.password_choice`."""

PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
"""How long the link of an invitation works, in seconds."""

MIDDLEWARE = [
    "tenantry.web.security.SecurityHeaders",
    "tenantry.web.revision.WrittenRevision",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenantry.sessions.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenantry.console.answers.RefusalAnswers",
    "tenantry.console.visit.CurrentVisit",
]
ROOT_URLCONF = "tenantry.web.urls"
WSGI_APPLICATION = "tenantry.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tenantry.web.shell.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
"""Bytes of a form: a component's text of 1 MiB, every byte of it written as three."""

FILE_UPLOAD_HANDLERS = [
    "tenantry.web.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

ALLOWED_HOSTS = os.environ.get("TENANTRY_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
BASE_URL = os.environ.get("TENANTRY_BASE_URL", "http://127.0.0.1:8080")
"""The address under which people reach the console; links in mails begin with it."""
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https://")
SESSION_ENGINE = "tenantry.sessions.store"
PREFIX = "__Host-" if HTTPS else ""
"""Cookies of this prefix come from this very host by HTTPS, or browsers do not take them."""
SESSION_COOKIE_NAME = f"{PREFIX}tenantry_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = f"{PREFIX}tenantry_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tenantry.console.answers.csrf_failed"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE / "web" / "static"]
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = os.environ.get("TENANTRY_RELOAD") == "1"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False

EMAIL_URL = os.environ.get("TENANTRY_SMTP_URL", "")
"""`smtp://user:password@host:port` or `smtps://...`; empty: mail goes into the mail folder."""
MAIL_FOLDER = Path(os.environ.get("TENANTRY_MAIL_FOLDER", DATA_DIR / "mail"))
DEFAULT_FROM_EMAIL = os.environ.get("TENANTRY_MAIL_FROM", "Tenantry <tenantry@localhost>")
EMAIL_TIMEOUT = 10
if EMAIL_URL:
    _smtp = urlsplit(EMAIL_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _smtp.hostname or "localhost"
    EMAIL_PORT = _smtp.port or (465 if _smtp.scheme == "smtps" else 25)
    EMAIL_HOST_USER = unquote(_smtp.username or "")
    EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
else:
    EMAIL_BACKEND = "tenantry.mail.folder.FolderBackend"

DEMO = os.environ.get("TENANTRY_DEMO") == "1"
"""A demo installation: shows its sign-ins and the Outbox."""

SIGN_ON_NETWORKS = [
    ip_network(told.strip()) for told in os.environ.get("TENANTRY_SIGN_ON_NETWORKS", "").split(",") if told
]
"""Networks in which identity providers and directories of accounts may be, besides public addresses."""
SIGN_ON_WITHOUT_TLS = os.environ.get("TENANTRY_SIGN_ON_WITHOUT_TLS") == "1"
"""Identity providers and directories on this machine may be asked without TLS; for tests and trials."""

API_RATE = float(os.environ.get("TENANTRY_API_RATE") or (0 if DEMO else 10))
"""Calls of the platform API in a second for one account; 0 is no limit (API-7)."""
API_DELETES_BY_GET = os.environ.get("TENANTRY_API_DELETES_BY_GET") == "1"
"""Whether `GET ...?method=DELETE` deletes, for programs that cannot send DELETE."""

EVALUATIONS_LIMIT = int(os.environ.get("TENANTRY_EVALUATIONS_LIMIT") or 10_000)
"""Questions that one call of the access interface may put."""

USER_LIMIT = int(os.environ["TENANTRY_USER_LIMIT"]) if os.environ.get("TENANTRY_USER_LIMIT") else None
"""Users that may be linked to one account; None is no limit (ACC-11)."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_links": {"()": "tenantry.web.logs.WithoutLinks"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_links"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
