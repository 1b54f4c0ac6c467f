"""What the environment decides: every ``TESSERA_`` variable, its type and its default."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

from pydantic import Field, PostgresDsn, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


class Environment(BaseSettings):
    """The deployment, as its environment variables tell it.

    Lists are separated by commas. Without ``database_url`` and ``public_host`` the deployment
    is *embedded*: SQLite in ``data``, mail written to files, sign-in of rehearsal people on loopback.
    """

    model_config = SettingsConfigDict(env_prefix="TESSERA_", env_ignore_empty=True, extra="ignore")

    data: Path = Path("data")
    database_url: PostgresDsn | None = None
    public_host: str = ""
    secret_key: str = ""
    debug: bool = False

    programme_name: str = "Tessera"
    languages: Annotated[list[str], NoDecode] = Field(default_factory=lambda: ["en", "fr", "es"])
    main_language: str = "en"
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

    _split_languages = field_validator("languages", mode="before")(_split)

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
