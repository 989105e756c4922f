"""All settings, from the environment. Every secret may also come from a file: ``NAME_FILE=/run/secrets/name``.

With ``DEMO=1`` or under the test command, secrets are made up; a real installation must name its own
(``postpurchase/checks.py`` says which one is missing or wrong).
"""

import base64
import hashlib
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """Return the variable ``name``, or the content of the file that ``name_FILE`` points at, or ``default``."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def env_bool(name: str, default: bool = False) -> bool:
    value = env(name).lower()
    return default if value == "" else value in ("1", "true", "yes", "on")


def env_int(name: str, default: int) -> int:
    return int(env(name) or default)


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


# Behind a pool that works by transaction nothing can be kept for, or asked of, a connection.
DATABASE_POOLED = env_bool("DATABASE_POOLED")


def _for_small_queries() -> dict[str, str]:
    """Our queries are small and many: compiling one (PostgreSQL's JIT) takes far longer than running it, and so does
    planning one anew for the values of each call.

    A pool in transaction mode refuses options at connecting; there, set ``jit = off`` for the role.
    """
    return {} if DATABASE_POOLED else {"options": "-c jit=off -c plan_cache_mode=force_generic_plan"}


def database_from_url(url: str) -> dict[str, object]:
    """Turn ``postgresql://user:password@host:port/name`` into Django's dictionary."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "CONN_MAX_AGE": env_int("DATABASE_CONNECTION_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
        "OPTIONS": {"application_name": "postpurchase", **_for_small_queries()},
    }


# --- the installation ------------------------------------------------------------------------------------------
DEBUG = False
DEMO = env_bool("DEMO")
TESTING = env_bool("POSTPURCHASE_TESTING")
BASE_URL = env("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
# Health checks of the machine itself come by its own address.
ALLOWED_HOSTS = [*env_list("ALLOWED_HOSTS", urlsplit(BASE_URL).hostname or "127.0.0.1"), "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https://")
SILENCED_SYSTEM_CHECKS = env_list("SILENCED_SYSTEM_CHECKS")

# --- secrets ---------------------------------------------------------------------------------------------------
_MADE_UP = "made-up-for-demo-and-tests-only"


def _secret(name: str) -> str:
    return env(name) or (f"{_MADE_UP}:{name}" if DEMO or TESTING else "")


SECRET_KEY = _secret("SECRET_KEY") or "missing"
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
API_KEY_HASH_KEY = _secret("API_KEY_HASH_KEY")
SUPPRESSION_HASH_KEY = _secret("SUPPRESSION_HASH_KEY")
# Fernet keys, newest first. Anything that is not already a key is stretched to one.
FIELD_KEYS = [
    key if len(key) == 44 else base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()).decode()
    for key in env_list("FIELD_KEYS", _secret("FIELD_KEYS"))
]
METRICS_TOKEN = env("METRICS_TOKEN")

# --- the house -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "postpurchase.accounts",
    "postpurchase.events",
    "orders",
    "tracking",
    "loyalty",
    "messaging",
    "postpurchase.connectors",
    "postpurchase.webhooks",
    "postpurchase.api",
    "postpurchase.exports",
    "postpurchase.privacy",
    "postpurchase.imports",
    "postpurchase.dashboard",
    "postpurchase.documentation",
    "postpurchase.operations",
    "postpurchase.demo",
]

MIDDLEWARE = [
    "postpurchase.accounts.path_middleware.PathMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "postpurchase.accounts.middleware.ScopeMiddleware",
    "postpurchase.operations.middleware.RequestMiddleware",
    "postpurchase.accounts.middleware.SecurityHeadersMiddleware",
    "postpurchase.accounts.host_middleware.HostMiddleware",
    "tracking.views.kept_pages.KeptPagesMiddleware",
    "postpurchase.api.middleware.ApiMiddleware",
    "postpurchase.api.middleware.CleanAddressMiddleware",
    # Operations of the API go no further than here.
    "postpurchase.api.short_way.ShortWayMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "postpurchase.urls"
WSGI_APPLICATION = "postpurchase.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EVENT_HANDLERS = "postpurchase.pipeline.HANDLERS"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {
                "here": "postpurchase.lib.templatetags.here",
                "texts": "postpurchase.lib.templatetags.texts",
            },
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# --- database: the product's role works, the owner's role migrates -----------------------------------------------
DATABASES = {"default": database_from_url(env("DATABASE_URL", "postgresql://postpurchase@127.0.0.1:5432/postpurchase"))}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
if DATABASE_OWNER_URL := env("DATABASE_OWNER_URL"):
    DATABASES["owner"] = database_from_url(DATABASE_OWNER_URL)
    DATABASES["owner"]["CONN_MAX_AGE"] = 0

# --- broker: a doorbell, never a store -----------------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
    },
    # Finished tracking pages and parts of them, in each web process. Nothing in here is needed: without it every page
    # is made anew.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 600,
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}
CELERY_BROKER_URL = REDIS_URL
# Early acknowledgement: with late acknowledgement Celery 5.7 ends its worker when the broker goes away. Work is kept
# in tables, so a lost message costs seconds, not data.
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 3,
    "interval_start": 0.1,
    "interval_step": 0.2,
    "interval_max": 0.5,
}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "events.sweep": {"task": "events.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "messaging.wake_runs": {"task": "messaging.wake_runs", "schedule": 5.0, "options": {"expires": 5}},
    "messaging.plan_codes": {"task": "messaging.plan_codes", "schedule": 5.0, "options": {"expires": 5}},
    "messaging.deliver_due": {"task": "messaging.deliver_due", "schedule": 5.0, "options": {"expires": 5}},
    "messaging.give_new_journeys": {
        "task": "messaging.give_new_journeys",
        "schedule": 120.0,
        "options": {"expires": 120},
    },
    "messaging.sweep_stuck": {"task": "messaging.sweep_stuck", "schedule": 30.0, "options": {"expires": 30}},
    "orders.learn": {"task": "orders.learn", "schedule": 120.0, "options": {"expires": 120}},
    "orders.attach_behaviours": {"task": "orders.attach_behaviours", "schedule": 60.0, "options": {"expires": 60}},
    "connectors.sweep": {"task": "connectors.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "connectors.ask_shops": {"task": "connectors.ask_shops", "schedule": 30.0, "options": {"expires": 30}},
    "tracking.reread_codes": {"task": "tracking.reread_codes", "schedule": 15.0, "options": {"expires": 15}},
    "tracking.watch": {"task": "tracking.watch", "schedule": 60.0, "options": {"expires": 60}},
    "tracking.ask_carriers": {"task": "tracking.ask_carriers", "schedule": 10.0, "options": {"expires": 10}},
    "tracking.judge": {"task": "tracking.judge", "schedule": 300.0, "options": {"expires": 300}},
    "tracking.learn_transit": {"task": "tracking.learn_transit", "schedule": 120.0, "options": {"expires": 120}},
    "loyalty.review_badges": {"task": "loyalty.review_badges", "schedule": 30.0, "options": {"expires": 30}},
    "api.forget_old_answers": {"task": "api.forget_old_answers", "schedule": 3600.0, "options": {"expires": 3600}},
    "privacy.sweep_erasures": {"task": "privacy.sweep_erasures", "schedule": 60.0, "options": {"expires": 60}},
    # Once a day for each merchant; asked more often, so that what was cut off goes on.
    "privacy.tidy": {"task": "privacy.tidy", "schedule": 900.0, "options": {"expires": 900}},
    "webhooks.plan": {"task": "webhooks.plan", "schedule": 3.0, "options": {"expires": 3}},
    "webhooks.sweep_stuck": {"task": "webhooks.sweep_stuck", "schedule": 30.0, "options": {"expires": 30}},
    "webhooks.forget_old_deliveries": {
        "task": "webhooks.forget_old_deliveries",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "imports.sweep": {"task": "imports.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "imports.forget_old": {"task": "imports.forget_old", "schedule": 3600.0, "options": {"expires": 3600}},
    # Once a day for each place; asked more often, so that what was cut off goes on.
    "accounts.check_places": {"task": "accounts.check_places", "schedule": 900.0, "options": {"expires": 900}},
    "operations.heartbeat": {"task": "operations.heartbeat", "schedule": 10.0, "options": {"expires": 10}},
}

# --- what leaves the product ------------------------------------------------------------------------------------
SMTP_HOST = env("SMTP_HOST", "127.0.0.1")
SMTP_PORT = env_int("SMTP_PORT", 25)
SMTP_USER = env("SMTP_USER")
SMTP_PASSWORD = env("SMTP_PASSWORD")
SMTP_TLS = env("SMTP_TLS", "none")  # none, starttls, tls
# Who takes our mail, if they report back: a name from messaging/providers/registry.py. Empty for a plain server.
MAIL_PROVIDER = env("MAIL_PROVIDER")
SMTP_TIMEOUT_SECONDS = env_int("SMTP_TIMEOUT_SECONDS", 30)
# So long news of a parcel waits for the same news of the order's other parcels, to be told in one message.
PARCEL_NEWS_WAITS_SECONDS = env_int("PARCEL_NEWS_WAITS_SECONDS", 600)
TWILIO_ACCOUNT_SID = env("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKEN = env("TWILIO_AUTH_TOKEN")
TWILIO_FROM = env("TWILIO_FROM")
TWILIO_BASE_URL = env("TWILIO_BASE_URL", "https://api.twilio.com")
# Exact "address:port" targets on private networks that the operator opens, for stand-ins. Never a merchant's choice.
EGRESS_ALLOW = env_list("EGRESS_ALLOW")
# Public addresses or networks that are not called all the same, such as the installation's own.
EGRESS_REFUSE = env_list("EGRESS_REFUSE")
# Where carriers' interfaces are instead of at their own addresses: "dhl=http://127.0.0.1:9000,ups=…", for stand-ins.
CARRIER_URLS = dict(item.split("=", 1) for item in env_list("CARRIER_URLS"))
SENDING_PAUSED = env_bool("SENDING_PAUSED")
# Account mail (invitations, password reset) goes the same way as everything else.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = SMTP_HOST, SMTP_PORT
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SMTP_USER, SMTP_PASSWORD
EMAIL_USE_TLS, EMAIL_USE_SSL = SMTP_TLS == "starttls", SMTP_TLS == "tls"
EMAIL_TIMEOUT = SMTP_TIMEOUT_SECONDS
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "postpurchase <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- API -----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["postpurchase.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["postpurchase.api.permissions.HasScope"],
    "DEFAULT_PARSER_CLASSES": ["postpurchase.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["postpurchase.api.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "postpurchase.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
FILE_UPLOAD_HANDLERS = [
    "postpurchase.imports.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# What may be asked without a key, by one network address: estimates and recommendations for shop pages.
KEYLESS_REQUESTS_PER_MINUTE = env_int("KEYLESS_REQUESTS_PER_MINUTE", 120)
DATA_UPLOAD_MAX_MEMORY_SIZE = 9_000_000  # above the largest batch, so that our own, clearer answer comes first

# --- log-in (allauth) ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/dashboard/"
LOGIN_URL = "/accounts/login/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "postpurchase.accounts.adapter.ClosedSignupAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "postpurchase"
# Nobody signs up: who logs in set their password by a link that came to this address.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# --- cookies and headers ----------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_SSL_REDIRECT = False  # the proxy's job
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
BEHIND_PROXY = env_bool("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- languages and time -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "postpurchase" / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "postpurchase.formats"
USE_TZ = True
TIME_ZONE = "UTC"

# --- static files -----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
# Demo and tests serve the files from where they lie; a real installation collects them first.
STATIC_ROOT = None if DEMO or TESTING else Path(env("STATIC_ROOT", str(BASE_DIR / ".cache" / "static")))
STATICFILES_DIRS = [BASE_DIR / "postpurchase" / "static"]
WHITENOISE_USE_FINDERS = DEMO or TESTING
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "postpurchase.lib.static_files.PlainFilesHere"
        if DEMO or TESTING
        else "postpurchase.lib.static_files.PackedFilesHere"
    },
}

# --- logs ---------------------------------------------------------------------------------------------------------
LOG_FORMAT = env("LOG_FORMAT", "json")  # json, console
LOG_LEVEL = env("LOG_LEVEL", "INFO")
LOGGING_CONFIG = "postpurchase.operations.logs.configure"
LOGGING = {"format": LOG_FORMAT, "level": LOG_LEVEL}
