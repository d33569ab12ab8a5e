"""Settings (网站设置): Django's own settings of the portals and of the migrations; nothing here is a secret.

Reads   CUNGUAN_WEB_URL: PostgreSQL by the role `web`; CUNGUAN_PORTAL_ADDRESS: how browsers reach the portals (the passkeys'
        site is its host); CUNGUAN_WEB_SECRET: Django's key, which `cunguan web` takes from the home; CUNGUAN_STATIC: where
        the collected static files lie; CUNGUAN_SANDBOX: 1 in a sandbox
        CUNGUAN_COMPLAIN_PHONE, _EMAIL, _ADDRESS, _HOURS: how the custodian is reached
        CUNGUAN_VERIFIER_URL … : the ports of identity (config/wiring.py)
Source  Django 5.2; design/house.md "The stack"; transparency.md part 6
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from cunguan.config.wiring import identity_ports

ADDRESS = os.environ.get("CUNGUAN_PORTAL_ADDRESS", "http://localhost:8423")
IS_SANDBOX = os.environ.get("CUNGUAN_SANDBOX", "") == "1"
_HOST = urlsplit(ADDRESS).hostname or "localhost"

# who says who somebody is (desks/parties/ports); what is not named is the sandbox's, and a production refuses that
IDENTITY = identity_ports(os.environ)

SECRET_KEY = os.environ.get("CUNGUAN_WEB_SECRET", "migrations need none")
DEBUG = False
ALLOWED_HOSTS = [_HOST]
CSRF_TRUSTED_ORIGINS = [ADDRESS]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "procrastinate.contrib.django",
    "cunguan.desks.ledger.apps.LedgerConfig",
    "cunguan.desks.people.apps.PeopleConfig",
    "cunguan.desks.parties.apps.PartiesConfig",
    "cunguan.desks.signing.apps.SigningConfig",
    "cunguan.desks.approvals.apps.ApprovalsConfig",
    "cunguan.desks.notices.apps.NoticesConfig",
    "cunguan.doors.portals.shell.apps.ShellConfig",
    "cunguan.doors.portals.people.apps.PeopleConfig",
    "cunguan.doors.portals.signing.apps.SigningConfig",
    "cunguan.doors.portals.client.apps.ClientConfig",
    "cunguan.doors.portals.custodian.apps.CustodianConfig",
    "cunguan.doors.portals.platform.apps.PlatformConfig",
    "cunguan.doors.portals.public.apps.PublicConfig",
    # after ours: of two translations of a word the first app's is taken
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cunguan.doors.portals.shell.headers.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cunguan.doors.portals.shell.reader.Reader",
    "cunguan.doors.portals.shell.wall.Wall",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "cunguan.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "cunguan.doors.portals.shell.frame.frame",
            ],
            "builtins": ["cunguan.doors.portals.shell.templatetags.shell", "django.templatetags.i18n"],
            "string_if_invalid": "",
        },
    }
]

# ── the database ─────────────────────────────────────────────────────────────
_URL = os.environ.get("CUNGUAN_WEB_URL", "")
_KNOWN = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def database(url: str) -> dict[str, object]:
    """Return what Django is told of a database; each thread keeps its connection."""
    parts = conninfo_to_dict(url)
    told = {django_name: parts.get(name) or "" for name, django_name in _KNOWN.items()}
    options = {name: value for name, value in parts.items() if name not in _KNOWN}
    return {
        "ENGINE": "django.db.backends.postgresql", **told, "OPTIONS": options, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True,
    }  # fmt: skip


DATABASES = {"default": database(_URL)} if _URL else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"

# ── people ───────────────────────────────────────────────────────────────────
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["cunguan.desks.people.hashing.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "cunguan.doors.portals.people.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 120
ACCOUNT_RATE_LIMITS = False  # ours stand in the database: desks/people/attempts.py
LOGIN_URL = "/signin/"
LOGIN_REDIRECT_URL = "/"
MFA_ADAPTER = "cunguan.doors.portals.people.adapters.Factors"
MFA_SUPPORTED_TYPES = ["webauthn", "totp"]  # recovery codes are made when they are asked for, never on the quiet
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False  # http://localhost is a secure context of its own
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 12
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = False

SESSION_ENGINE = "cunguan.desks.people.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"  # who comes by another site's link: doors/portals/shell/gate.py
CSRF_COOKIE_SAMESITE = "Lax"  # it opens nothing; made anew by a link it would void the forms of other tabs
SESSION_COOKIE_AGE = 8 * 3600

# ── makers and checkers ──────────────────────────────────────────────────────
#: the package whose modules are the acts that are no instruction
APPROVAL_ACTS = "cunguan.doors.portals.custodian.acts"

# ── what browsers may do ─────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ADDRESS.startswith("https:") else None
SECURE_HSTS_SECONDS = 31_536_000 if ADDRESS.startswith("https:") else 0

# ── languages, times ─────────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 86400
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ── static files ─────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ["CUNGUAN_STATIC"]) if os.environ.get("CUNGUAN_STATIC") else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# ── whom to complain to ──────────────────────────────────────────────────────
COMPLAIN = {
    name: said
    for name in ("phone", "email", "address", "hours")
    if (said := os.environ.get(f"CUNGUAN_COMPLAIN_{name.upper()}", ""))
}
CSRF_FAILURE_VIEW = "cunguan.doors.portals.shell.errors.csrf"
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 2**20
# a client's document is encrypted where it is kept: it lies on no disk in clear while it arrives
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 2**20
LOGGING_CONFIG = None  # doors/telemetry/logs.py sets the logs up
