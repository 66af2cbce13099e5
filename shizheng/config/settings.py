"""Django's settings. What an installation may change comes from `environment.py`; the rest is decided here."""

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from shizheng.config.embedded import APPLICATION, OWNER, EmbeddedServer
from shizheng.config.environment import PROJECT, environment, kept_secrets

ENVIRONMENT = environment()

SECRET_KEY = ENVIRONMENT.secret_key
DATA_DIR = ENVIRONMENT.data_dir  # files that the database names by their hash
BASE_URL = ENVIRONMENT.address  # for links in files and mails, which leave the house
DEBUG = ENVIRONMENT.debug
HTTPS = ENVIRONMENT.address.startswith("https://")
ALLOWED_HOSTS = [
    ENVIRONMENT.address.split("//")[1].split("/")[0].rsplit(":", 1)[0],
    "127.0.0.1",
    "localhost",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.address]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "ninja",
    "procrastinate.contrib.django",
    # ours, lowest first
    "shizheng.web",
    "django.forms",  # after ours, which has its `select.html`
    "shizheng.kernel.history",
    "shizheng.kernel.jobs",
    "shizheng.kernel.calendar",
    "shizheng.kernel.organisations",
    "shizheng.kernel.people",
    "shizheng.kernel.files",
    "shizheng.kernel.rulebook",
    "shizheng.kernel.notifications",
    "shizheng.kernel.measures",
    "shizheng.kernel.routing",
    "shizheng.kernel.publication",
    "shizheng.kernel.filing",
    "shizheng.kernel.cases",
    "shizheng.kernel.intake",
    "shizheng.kernel.meetings",
    "shizheng.domains.planning",
    "shizheng.domains.projects",
    "shizheng.domains.commitments",
    "shizheng.domains.procurement",
    "shizheng.domains.petitions",
    "shizheng.journeys",
    "shizheng.citizens",
    "shizheng.portal",
]

MIDDLEWARE = [
    "shizheng.config.observing.middleware.ObservingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "shizheng.config.middleware.OriginMiddleware",
    "shizheng.config.middleware.AsOfMiddleware",
    "shizheng.config.middleware.PermissionMiddleware",
    "shizheng.kernel.people.middleware.DutiesMiddleware",
    "shizheng.config.middleware.FailureMiddleware",
]
ROOT_URLCONF = "shizheng.config.urls"
WSGI_APPLICATION = "shizheng.config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            PROJECT / "shizheng" / "kernel" / "people" / "templates"
        ],  # before those of the sign-in library
        "OPTIONS": {
            "loaders": [
                (
                    "shizheng.web.loaders.ByLanguage",
                    ["shizheng.web.loaders.Folders", "shizheng.web.loaders.Apps"],
                )
            ],
            "builtins": ["shizheng.web.templatetags.speech"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": {**parts},
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }


if ENVIRONMENT.embedded:
    _server = EmbeddedServer(ENVIRONMENT.data_dir / "database", kept_secrets(ENVIRONMENT.data_dir))
    _urls = _server.url(APPLICATION), _server.url(OWNER)
else:
    assert ENVIRONMENT.database_url and ENVIRONMENT.owner_database_url
    _urls = ENVIRONMENT.database_url, ENVIRONMENT.owner_database_url
# The application's role cannot alter tables nor touch history; the owner migrates and does nothing else (ADR 0004).
DATABASES = {"default": _database(_urls[0]), "owner": _database(_urls[1])}
DATABASES["default"]["CONN_MAX_AGE"] = 300
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
DATABASE_ROUTERS = ["shizheng.config.databases.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by all processes where it matters (used one-time passwords, limits at the door); in memory where it is only quick.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shizheng_cache"},
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", _("繁體中文")), ("en", "English")]
LOCALE_PATHS = [PROJECT / "shizheng" / "locale"]
TIME_ZONE = "Asia/Taipei"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9A-Za-z_-]{8,}\.[a-z0-9]+$"

# --- signing in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
API_AUTHENTICATORS = ["shizheng.config.authentication.Token", "shizheng.config.authentication.Session"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = ENVIRONMENT.reauthentication_minutes * 60
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "施政 Shizheng"
MFA_TOTP_TOLERANCE = 1  # a code typed as it changes still counts (RFC 6238, 5.2)
USERSESSIONS_TRACK_ACTIVITY = False  # people.middleware notes it once a minute, not at every request
ACCOUNT_ADAPTER = "shizheng.kernel.people.adapters.AccountAdapter"
MFA_ADAPTER = "shizheng.kernel.people.adapters.MFAAdapter"
ACCOUNT_FORMS = {
    "login": "shizheng.kernel.people.forms_door.LoginForm",
    "change_password": "shizheng.kernel.people.forms_door.ChangePasswordForm",
    "reauthenticate": "shizheng.kernel.people.forms_door.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "shizheng.kernel.people.forms_door.CodeForm",
    "reauthenticate": "shizheng.kernel.people.forms_door.CodeAgainForm",
    "activate_totp": "shizheng.kernel.people.forms_door.ActivateForm",
}
# The library counts failures in each process's memory; ours are counted in the database (people.actions.door).
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
LOCKOUT_FAILURES, LOCKOUT_MINUTES = ENVIRONMENT.lockout_failures, ENVIRONMENT.lockout_minutes
FIELD_KEY = ENVIRONMENT.field_key
# Receipts of citizens are signed with this one.
SIGNING_KEY = ENVIRONMENT.signing_key

# --- transport --------------------------------------------------------------------------------------------------
SESSION_COOKIE_AGE = int(timedelta(hours=ENVIRONMENT.session_hours).total_seconds())
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "shizheng_session", "shizheng_csrf"
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "shizheng.config.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
# A return is one form: 400 tenders have some 26 fields each, with the version beside every one that is typed.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

# --- mail -------------------------------------------------------------------------------------------------------
# Mails go out through kernel.notifications alone; whatever a library would like to send goes nowhere.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MAIL_MODE, MAIL_URL, MAIL_FROM = ENVIRONMENT.email_mode, ENVIRONMENT.email_url, ENVIRONMENT.mail_from
# Mails of citizens come in through citizens alone.
MAILBOX_URL, MAILBOX_AFTER = ENVIRONMENT.mailbox_url, ENVIRONMENT.mailbox_after
MAILBOX_ADDRESS = ENVIRONMENT.mailbox_address

# --- jobs, forms, log -------------------------------------------------------------------------------------------
DJANGO_TABLES2_TEMPLATE = "django_tables2/bootstrap5.html"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "shizheng.config.observing.logs.Line"},
        "json": {"()": "shizheng.config.observing.logs.Json"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": ENVIRONMENT.log_format},
        # a logger without any handler falls back on the error stream, traceback and all
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        # a stranger's Host header is answered with 400; one line of a log each would let anyone fill it
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # answered with 413 and one line of ours; the traceback would say nothing more
        "django.security.RequestDataTooBig": {"handlers": ["nowhere"], "propagate": False},
        "shizheng": {"level": "INFO"},
        "shizheng.request": {"level": "INFO" if ENVIRONMENT.log_requests else "WARNING"},
    },
}
MESSAGE_TAGS = {40: "danger"}
