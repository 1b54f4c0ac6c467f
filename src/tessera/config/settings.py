"""Django settings, all of them read from the environment (``environment.py``)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from tessera.config.environment import Environment, postgresql
from tessera.config.languages import english_name, make_known
from tessera.config.logs import logging_settings

ENVIRONMENT = Environment()
PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent
DATA = ENVIRONMENT.data.resolve()
EMBEDDED = ENVIRONMENT.embedded

SECRET_KEY = ENVIRONMENT.secret()
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
if ENVIRONMENT.public_host:
    ALLOWED_HOSTS = [ENVIRONMENT.public_host]
SITE_ADDRESS = f"https://{ENVIRONMENT.public_host}" if ENVIRONMENT.public_host else ""

INSTALLED_APPS = [
    "tessera.portal",
    "tessera.api",
    "tessera.applications",
    "tessera.calls",
    "tessera.grants",
    "tessera.planning",
    "tessera.programmes",
    "tessera.organisations",
    "tessera.accounts",
    "tessera.places",
    "tessera.messaging",
    "tessera.publications",
    "tessera.activity",
    "tessera.web",
    "tessera.core",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_ox",
    "rules.apps.AutodiscoverRulesConfig",
]
# Addresses are unique whatever their case, by a constraint of the model (W004). Whether every subdomain is behind TLS,
# and for ever, only the operator knows (W005, W021).
SILENCED_SYSTEM_CHECKS = ["auth.W004", "security.W005", "security.W021"]

MIDDLEWARE = [
    "tessera.web.compression.PersonalPageMiddleware",
    "tessera.web.middleware.PublicPageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tessera.web.soundness.SoundnessMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tessera.web.kept_text.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tessera.accounts.middleware.AccountMiddleware",
]

ROOT_URLCONF = "tessera.config.urls"
WSGI_APPLICATION = "tessera.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tessera.web.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "tessera.web.templatetags.ui"],
        },
    },
]

if ENVIRONMENT.database_url is None:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "tessera.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;",
            },
        },
    }
    DATA.mkdir(parents=True, exist_ok=True)
else:
    DATABASES = {
        "default": {**postgresql(ENVIRONMENT.database_url), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True},
    }
    INSTALLED_APPS.append("django.contrib.postgres")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Languages: of the interface (a catalogue each) and of the content (a key of each translated field).
_NAMES = {"en": _("English"), "fr": _("French"), "es": _("Spanish"), "pt": _("Portuguese"), "ar": _("Arabic")}
INTERFACE_LANGUAGES = list(ENVIRONMENT.languages)
CONTENT_LANGUAGES = list(ENVIRONMENT.content_languages)
make_known([*INTERFACE_LANGUAGES, *CONTENT_LANGUAGES])
LANGUAGES = [(code, _NAMES[code] if code in _NAMES else _(english_name(code))) for code in INTERFACE_LANGUAGES]
LANGUAGE_CODE = MAIN_LANGUAGE = ENVIRONMENT.main_language
LOCALE_PATHS = [*([ENVIRONMENT.locale_dir.resolve()] if ENVIRONMENT.locale_dir else []), PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "tessera.accounts.backends.AccountBackend",
]
PASSWORD_HASHERS = [
    "tessera.accounts.hashers.LeanArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "accounts:home"
DESK_URL = "portal:desk"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "tessera.accounts.adapters.AccountAdapter"
# An address is confirmed by the links that are mailed to it, and changed by services of our own.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_FORMS = {"reauthenticate": "tessera.accounts.forms.PasswordAgainForm"}
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.trusted_proxies
MFA_ADAPTER = "tessera.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "tessera.accounts.forms.CodeForm",
    "reauthenticate": "tessera.accounts.forms.CodeAgainForm",
    "activate_totp": "tessera.accounts.forms.AuthenticatorAppForm",
    "add_webauthn": "tessera.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "tessera.accounts.forms.RenamePasskeyForm",
}
USERSESSIONS_TRACK_ACTIVITY = False  # AccountMiddleware does, every ten minutes and not with every request
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = bool(ENVIRONMENT.public_host)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.public_host else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "tessera.web.views.errors.csrf_failure"

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "files"
CLAMD_ADDRESS = ENVIRONMENT.clamd
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tessera.web.storage.StaticStorage"},
}

# Cache: shared by all processes, in the database unless a Valkey server is named.
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENVIRONMENT.cache_url}
        if ENVIRONMENT.cache_url
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache_entry",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    ),
}

# Mail: always through the outbox (tessera.messaging); these are the ways out of it.
MAILERS = {
    "default": (
        {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": ENVIRONMENT.smtp_host,
                "port": ENVIRONMENT.smtp_port,
                "username": ENVIRONMENT.smtp_user,
                "password": ENVIRONMENT.smtp_password,
                "use_tls": ENVIRONMENT.smtp_tls,
                "timeout": 20,
            },
        }
        if ENVIRONMENT.smtp_host
        else {
            "BACKEND": "tessera.messaging.backends.FolderBackend",
            "OPTIONS": {"folder": str(DATA / "mail")},
        }
    ),
    # Where mail to invented people goes, always.
    "folder": {
        "BACKEND": "tessera.messaging.backends.FolderBackend",
        "OPTIONS": {"folder": str(DATA / "mail")},
    },
}
MAIL_FOLDER = DATA / "mail"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from
MAIL_PAUSE_S = ENVIRONMENT.mail_pause_s
# A message "being sent" for longer was left by a dead worker; longer than any talk with a mail server.
MAIL_LEASE_S = ENVIRONMENT.mail_lease_s
MAIL_LINK_ADDRESS = SITE_ADDRESS or f"http://localhost:{ENVIRONMENT.port}"
PORT = ENVIRONMENT.port

# Background work
WORKER_HEARTBEAT = DATA / "worker" / "heartbeat"
TASKS = {
    "default": {
        "BACKEND": "django_ox.backend.OxBackend",
        "QUEUES": [],
        "OPTIONS": {
            "MAX_ATTEMPTS": 5,
            "BACKOFF_INITIAL": 5,
            "BACKOFF_MAX": 3600,
            "LOCK_TIMEOUT": ENVIRONMENT.task_lock_s,
            "SCHEDULES": {
                "outbox-sweep": {"task": "tessera.messaging.tasks.sweep", "every": 60},
                "old-tasks": {"task": "tessera.messaging.tasks.prune_tasks", "cron": "20 3 * * *"},
                "old-account-data": {"task": "tessera.accounts.services.privacy.tidy_accounts", "cron": "30 3 * * *"},
                "old-sessions": {"task": "tessera.messaging.tasks.clear_sessions", "cron": "40 3 * * *"},
                "calls": {"task": "tessera.calls.tasks.follow_clock", "every": 60},
                "requests": {"task": "tessera.applications.tasks.follow_requests", "every": 900},
                "offers": {"task": "tessera.applications.tasks.follow_offers", "every": 900},
                "forms-due": {"task": "tessera.applications.tasks.remind_of_forms", "every": 3600},
                "applications-reminders": {"task": "tessera.applications.tasks.remind_drafts", "every": 900},
                "likenesses": {"task": "tessera.applications.tasks.find_likenesses", "every": 3600},
                "old-applications": {"task": "tessera.applications.tasks.keep_retention", "cron": "10 4 * * *"},
                "drafts": {"task": "tessera.applications.tasks.close_drafts", "every": 60},
                "old-uploads": {"task": "tessera.applications.tasks.tidy", "cron": "35 3 * * *"},
                "alerts": {"task": "tessera.portal.tasks.send_alerts", "every": 60},
                "morning": {"task": "tessera.portal.tasks.send_digests", "cron": "0 5 * * 1-5"},
                "old-proposals": {"task": "tessera.planning.tasks.tidy_proposals", "cron": "55 3 * * *"},
                "old-alerts": {"task": "tessera.portal.tasks.tidy_alerts", "cron": "50 3 * * *"},
            },
        },
    },
}

FORM_RENDERER = "tessera.web.forms.FormRenderer"
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
LOGGING = logging_settings(as_json=bool(ENVIRONMENT.public_host))
TEST_RUNNER = "django.test.runner.DiscoverRunner"
PROGRAMME_NAME = ENVIRONMENT.programme_name
ACCENT = ENVIRONMENT.accent
ACCENT_DARK = ENVIRONMENT.accent_dark
