"""What the environment decides: every ``TESSERA_`` variable, its type and its default."""

from __future__ import annotations

import gettext
import secrets
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import unquote

import django
from django.utils.translation import to_locale
from pydantic import Field, PostgresDsn, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def has_catalogue(code: str, folder: Path | None) -> bool:
    """Whether there is any catalogue of a language: the operator's, Tessera's or Django's. Without one it has no pages."""
    folders = [Path(django.__file__).parent / "conf" / "locale", Path(__file__).parent.parent / "locale"]
    found = (gettext.find("django", str(path), [to_locale(code)]) for path in [*([folder] if folder else []), *folders])
    return any(found)


# What the address of a database says before its question mark, by the names that libpq has for it.
IN_ADDRESS = frozenset({"host", "port", "user", "password", "dbname"})


def postgresql(url: PostgresDsn) -> dict[str, Any]:
    """What ``url`` names, as Django wants it: escapes (%40) in names and password read, its query as options."""
    host = url.hosts()[0]
    address = unquote(host.get("host") or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path or "").lstrip("/") or "tessera",
        "USER": unquote(host.get("username") or ""),
        "PASSWORD": unquote(host.get("password") or ""),
        "HOST": address.removeprefix("[").removesuffix("]"),  # of IPv6
        "PORT": str(host.get("port") or ""),
        "OPTIONS": dict(url.query_params()),
    }


class Environment(BaseSettings):
    """The deployment, as its environment variables tell it.

    Lists are separated by commas. Without ``database_url`` and ``public_host`` the deployment
    is *embedded*: SQLite in ``data``, mail written to files, sign-in of rehearsal people on loopback.
    """

    model_config = SettingsConfigDict(
        env_prefix="TESSERA_", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    data: Path = Path("data")
    database_url: PostgresDsn | None = None
    public_host: str = ""
    secret_key: str = ""
    debug: bool = False

    programme_name: str = "Tessera"
    # Languages by their tags ("fr", "pt-br"): those that the interface speaks, each with a catalogue and its own
    # addresses ("/fr/…"), and those in which content is written, the same where none are named. The main language is
    # one of both: what has no text in a reader's language is shown in it.
    languages: Annotated[list[str], NoDecode] = Field(default_factory=lambda: ["en", "fr", "es"])
    content_languages: Annotated[list[str], NoDecode] = Field(default_factory=list)
    main_language: str = "en"
    # A folder of further catalogues, "pt/LC_MESSAGES/django.mo"; its words go before those of the package.
    locale_dir: Path | None = None
    accent: str = ""
    accent_dark: str = ""

    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = True
    mail_from: str = "Tessera <office@localhost.localdomain>"
    mail_pause_s: float = 0.5
    mail_lease_s: float = 300.0
    task_lock_s: float = 300.0
    port: int = Field(default=8000, validation_alias="PORT")

    # A virus scanner for files of applications: clamd's "/path/of/socket" or "host:port".
    clamd: str = ""

    cache_url: str = ""
    trusted_proxies: int = 0

    _split_languages = field_validator("languages", "content_languages", mode="before")(_split)

    @field_validator("database_url")
    @classmethod
    def _one_database(cls, url: PostgresDsn | None) -> PostgresDsn | None:
        if url is None:
            return url
        if len(url.hosts()) > 1:
            msg = "TESSERA_DATABASE_URL names several hosts: name one."
            raise ValueError(msg)
        options = [key for key, _value in url.query_params()]
        told = sorted({*options} & IN_ADDRESS)
        if told:
            msg = (
                f"TESSERA_DATABASE_URL names {', '.join(told)} after the question mark: write it in the address itself."
            )
            raise ValueError(msg)
        twice = sorted({key for key in options if options.count(key) > 1})
        if twice:
            msg = f"TESSERA_DATABASE_URL names {', '.join(twice)} more than once: name it once."
            raise ValueError(msg)
        return url

    @model_validator(mode="after")
    def _settle_languages(self) -> Self:
        self.main_language = self.main_language.lower()
        self.languages = [code.lower() for code in self.languages]
        self.content_languages = [code.lower() for code in self.content_languages] or list(self.languages)
        for name, codes in (("LANGUAGES", self.languages), ("CONTENT_LANGUAGES", self.content_languages)):
            if self.main_language not in codes:
                msg = f"TESSERA_MAIN_LANGUAGE is {self.main_language}, which TESSERA_{name} does not hold."
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _find_catalogues(self) -> Self:
        if self.locale_dir is not None and not self.locale_dir.is_dir():
            msg = f"TESSERA_LOCALE_DIR names {self.locale_dir}, which is not a folder."
            raise ValueError(msg)
        for code in self.languages:
            if code != "en" and not has_catalogue(code, self.locale_dir):
                msg = (
                    f"TESSERA_LANGUAGES names {code}, of which no catalogue was found: put one at "
                    f"{to_locale(code)}/LC_MESSAGES/django.mo in a folder that TESSERA_LOCALE_DIR names."
                )
                raise ValueError(msg)
        return self

    @property
    def embedded(self) -> bool:
        """True where nothing but this machine is meant to reach the site."""
        return self.database_url is None and not self.public_host

    def secret(self) -> str:
        """The signing key: from the environment; in an embedded deployment kept in a file of the data folder.

        Raises RuntimeError where a public deployment names none.
        """
        if self.secret_key:
            return self.secret_key
        if not self.embedded:
            msg = "TESSERA_SECRET_KEY is not set: name a long random value before starting a public site."
            raise RuntimeError(msg)
        path = self.data / "secret-key"
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48))
            try:
                path.hardlink_to(fresh)
            except FileExistsError:
                pass
            fresh.unlink()
        return path.read_text().strip()
