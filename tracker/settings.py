"""Settings of every deployment in one file; what differs is read from the environment.

TRACKER_ENV says which deployment this is: `production` wants everything said to it, `local` is `make run`
in a clone, `test` is a test run. `tracker/checks.py` refuses a configuration which would be unsafe.
"""

import os
from pathlib import Path
from urllib.parse import quote

import django_stubs_ext
import environ
import structlog
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from tracker.addresses import redis_database, with_redis_database

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
django_stubs_ext.monkeypatch()  # `DetailView[Letter]` is for the type checker; Django knows no such thing

ENVIRONMENT = env.str("TRACKER_ENV", default="local")
PRODUCTION = ENVIRONMENT == "production"
LOCAL = ENVIRONMENT == "local"
VAR = Path(env.str("TRACKER_VAR", default=str(BASE_DIR / "var")))


def from_var(name: str, otherwise: str = "") -> str:
    """Read what `make run` wrote down in var/, so that commands in another shell meet the same servers."""
    path = VAR / name
    return path.read_text().strip() if LOCAL and path.is_file() else otherwise


# Safety ------------------------------

DEBUG = env.bool("TRACKER_DEBUG", default=False)
# A random key serves commands which sign nothing; the checks refuse it in production.
SECRET_KEY = env.str("SECRET_KEY", default="") or from_var("secret-key")
SECRET_KEY_IS_GIVEN = bool(SECRET_KEY)
# Former keys: what they signed, such as checkpoints of the history, stays readable.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SECRET_KEY = SECRET_KEY or get_random_secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

HTTPS = env.bool("TRACKER_HTTPS", default=PRODUCTION)
HSTS_SECONDS = env.int("TRACKER_HSTS_SECONDS", default=365 * 24 * 3600)
TRUSTED_PROXIES = env.int("TRACKER_TRUSTED_PROXIES", default=0)

# A `__Host-` cookie cannot be set by a neighbouring subdomain; browsers take it over HTTPS only.
_COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = f"{_COOKIE_PREFIX}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # probes come from inside, over plain HTTP
SECURE_HSTS_SECONDS = HSTS_SECONDS if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's stylesheet draws its marks as data: images
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
}

# Composition ------------------------------

INSTALLED_APPS = [
    "tracker",
    "benchmarks",
    "accounts",
    "tracker.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "pgtrigger",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "allauth",
    "allauth.account",
    "csp",
    "django_structlog",
]
PLAIN_STATIC = ENVIRONMENT == "test"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Hashed files answer 404 under the tests' live server, which serves plain ones by itself.
    *([] if PLAIN_STATIC else ["whitenoise.middleware.WhiteNoiseMiddleware"]),
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tracker.logs.RequestMiddleware",
]
ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "tables/table.html"

# Database ------------------------------

# Web and worker connect as a role which can neither rewrite history nor change the schema. manage.py asks
# for the owner in the few commands which need it.
AS_OWNER = env.str("TRACKER_DATABASE_ROLE", default="runtime") == "owner"
_NO_SERVER = f"postgresql:///tracker?host={quote(str(VAR))}"
DATABASE_URL = env.str("DATABASE_URL", default="") or from_var("database-url", _NO_SERVER)
if AS_OWNER:
    DATABASE_URL = env.str("DATABASE_OWNER_URL", default="") or (
        DATABASE_URL if "DATABASE_URL" in os.environ else from_var("database-owner-url", _NO_SERVER)
    )
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
# A socket's directory is named in the query; `dbshell` and others look for it where a host's name stands.
if socket_directory := DATABASES["default"].get("OPTIONS", {}).pop("host", None):
    DATABASES["default"]["HOST"] = socket_directory
# Threads of one web process share a pool; a worker's process has one thread and keeps its one connection.
DATABASE_POOL = env.int("TRACKER_DATABASE_POOL", default=0)
DATABASES["default"] |= {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 0 if DATABASE_POOL else 60}
if DATABASE_POOL:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL,
        "timeout": 10,
    }

# Redis. Broker and cache never share a database, for `cache.clear()` flushes its own ------------------------

REDIS_URL = env.str("REDIS_URL", default="") or from_var("redis-url", "redis://127.0.0.1:6379/0")
REDIS_CACHE_URL = env.str("REDIS_CACHE_URL", default="") or with_redis_database(
    REDIS_URL, redis_database(REDIS_URL) + 1
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_CACHE_URL,
        "KEY_PREFIX": "tracker",
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 5},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the hard time limit, or a task which still runs would be handed out a second time.
    "visibility_timeout": 3600,
    "socket_timeout": 30,
    "socket_connect_timeout": 10,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_TASK_TIME_LIMIT = 1200
CELERY_TASK_SOFT_TIME_LIMIT = 1140
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_MAX_LOOP_INTERVAL = 30
HEARTBEAT_SECONDS = env.int("TRACKER_HEARTBEAT_SECONDS", default=30)
CELERY_BEAT_SCHEDULE = {
    # A tick which waited longer than its period is dropped: a worker coming back meets no queue of them.
    "heartbeat": {
        "task": "tracker.heartbeat",
        "schedule": HEARTBEAT_SECONDS,
        "options": {"expires": HEARTBEAT_SECONDS},
    },
    "orphaned-files": {
        "task": "benchmarks.remove_orphaned_files",
        "schedule": 24 * 3600,
        "options": {"expires": 24 * 3600},
    },
    "purge-drafts": {
        "task": "benchmarks.purge_drafts",
        "schedule": 24 * 3600,
        "options": {"expires": 24 * 3600},
    },
}

# Signing in ------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if ENVIRONMENT == "test"
    else [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"  # nobody signs up; an administrator makes accounts
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to an address which has no account
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL

# Language and time ------------------------------

LANGUAGE_CODE = "en"
# A language joins when its catalogue is written: half a page of each serves nobody.
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "tracker.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files ------------------------------

_PACKAGES = Path(env.str("TRACKER_NODE_MODULES", default=str(BASE_DIR / "node_modules")))
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR / "static")))
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [
    BASE_DIR / "static",
    ("bootstrap/css", _PACKAGES / "bootstrap/dist/css"),
    ("bootstrap/js", _PACKAGES / "bootstrap/dist/js"),
    ("fonts/source-sans-3", _PACKAGES / "@fontsource-variable/source-sans-3"),
    ("fonts/source-serif-4", _PACKAGES / "@fontsource-variable/source-serif-4"),
]
_STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if PLAIN_STATIC
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR / "files")))
FILE_UPLOAD_PERMISSIONS = 0o600
# An update may hold a hundred pieces of evidence, each a row of a dozen fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_HANDLERS = [
    "benchmarks.uploads.LimitingUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Mail ------------------------------

vars().update(
    env.email_url_config(env.str("EMAIL_URL", default="") or from_var("email-url", "smtp://127.0.0.1:25"))
)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="tracker@example.org")
EMAIL_SUBJECT_PREFIX = ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# Logs ------------------------------

_SHARED_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
]
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# Addresses and names of people stay out of logs.
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer()
            if PRODUCTION
            # Plain, for the other kind of traceback prints what variables held, people's names among it.
            else structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
            "foreign_pre_chain": _SHARED_PROCESSORS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("TRACKER_LOG_LEVEL", default="INFO")},
    # Django's own handlers mail the administrators and print twice.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "pikepdf": {"level": "WARNING"},  # it announces itself wherever it is loaded
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED_PROCESSORS,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
