"""Egret's settings: one file, values from the environment (see environment.py)."""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config import environment as env

# Lets `ModelForm[Officer]` stand in a class statement, as the type checker wants it.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parents[2]
STATE_DIR = Path(env.text("EGRET_STATE_DIR", str(BASE_DIR / ".data")))
DEBUG = env.flag("EGRET_DEBUG")
DEMO = env.flag("EGRET_DEMO")
SECRET_KEY = env.text("EGRET_SECRET_KEY", "no-secret-for-commands-without-a-database")
KEYRING = env.text("EGRET_KEYRING", str(STATE_DIR / "keyring.json"))
ALLOWED_HOSTS = env.words("EGRET_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("EGRET_ORIGINS")

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_q",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "restapi",
    "work",
    "audit",
    "privacy",
    "city",
    "accounts",
    "web",
    "integration",
    "risk",
    "departments",
    "desk",
    "reports",
    "pipeline",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "restapi.media.CharsetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ViewerMiddleware",
    "web.middleware.CityTimeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "web.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "web.context.shell",
            ],
        },
    }
]

# Without an address (commands that need no database) Django is left without one.
_address = env.text("DATABASE_URL", "")
DATABASES = {"default": env.database(_address)} if _address else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Officer"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.OfficerBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "sign_in"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Closed networks often run without TLS at first; a city with TLS sets EGRET_TLS=1.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("EGRET_TLS")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.ui.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, "'unsafe-inline'"],  # Leaflet and htmx place elements by style
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "egret_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # pages show the city's own zone, set per request

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [("vendor", BASE_DIR / "build" / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if (STATE_DIR / "static" / "staticfiles.json").exists()
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not (STATE_DIR / "static" / "staticfiles.json").exists()

# A delivery's own limit is its feed's; this one bounds forms.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.OfficerTokenAuthentication",
        "accounts.api.authentication.PartnerKeyAuthentication",
        "accounts.api.authentication.OfficerSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["restapi.permissions.IsOfficer"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["restapi.parsers.StrictJSONParser"],
    "EXCEPTION_HANDLER": "restapi.errors.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # `format` is a report's own parameter
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Egret",
    "DESCRIPTION": "City public-safety risk management: receive, judge, collaborate.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["restapi.permissions.Anyone"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["restapi.openapi.keys_in_parentheses"],
}

# Pulling: the directory below which folders of sources lie ("": no folders), and the certificates
# of authorities of our own network ("": those that the machine trusts).
PULL_ROOT = env.text("EGRET_PULL_ROOT", "")
PULL_CA_FILE = env.text("EGRET_PULL_CA_FILE", "")

# retry far above timeout, so that a slow task is never run twice by the broker.
Q_CLUSTER = {
    "name": "egret",
    "orm": "default",
    "workers": 2,  # one may be waiting for a source that it pulls; the clocks go on
    "timeout": 600,
    "retry": 3600,
    "queue_limit": 10,
    "max_attempts": 3,
    "ack_failures": False,
    "catch_up": False,
    "poll": 2,
    "save_limit": 500,
    "label": "Schedules",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"egret": {"level": env.text("EGRET_LOG_LEVEL", "INFO")}},
}

# The accent of the pages (web/egret.css) in the steps that the administration's look wants.
ADMIN_TONES = {
    "50": "#f2f9f9",
    "100": "#e4f1f2",
    "200": "#bfdde0",
    "300": "#8fc3c9",
    "400": "#4f9fa8",
    "500": "#1f818b",
    "600": "#0b6b75",
    "700": "#0a5a63",
    "800": "#0a4f58",
    "900": "#0a4048",
    "950": "#072c32",
}
UNFOLD = {
    "SITE_TITLE": _("Egret administration"),
    "SITE_HEADER": _("Egret administration"),
    "SHOW_BACK_BUTTON": True,
    "SHOW_LANGUAGES": True,
    "SITE_ICON": lambda request: static("web/egret.svg"),
    "COLORS": {"primary": ADMIN_TONES},
    "ACCOUNT": {
        "navigation": [
            {"title": _("Back to the pages"), "link": reverse_lazy("inbox")},
            {"title": _("REST interface"), "link": reverse_lazy("api_docs")},
        ]
    },
}
