"""What the operator may set, read from the environment once.

Every name here is set as `MOSTY_<NAME>`: `MOSTY_HOME`, `MOSTY_PORT` and so on. Temporal's connection is
not among them: it comes from Temporal's own environment configuration (`TEMPORAL_ADDRESS`,
`TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY` and the rest); only whether an address was given is read here.

What is secret may stand in a file instead, as orchestrators give it: `MOSTY_TOKEN_FILE=/run/secrets/token`.
"""

import os
import re
import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class SettingsError(Exception):
    """A setting that cannot be used; the text is a sentence for the operator."""


def _cache_folder() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "mosty"
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "mosty"


def _sqlite_in_home(values: dict[str, Any]) -> str:
    return f"sqlite+aiosqlite:///{values['home'] / 'mosty.db'}"


def _token_from_file(values: dict[str, Any]) -> SecretStr | None:
    return _from_file(values["home"] / "token")


def _secret_from_file(values: dict[str, Any]) -> SecretStr | None:
    return _from_file(values["home"] / "secret")


def _from_file(file: Path) -> SecretStr | None:
    try:
        return SecretStr(file.read_text(encoding="utf-8").strip()) if file.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} cannot be read ({error})") from error


SECRETS = (
    "token",
    "secret",
    "database_url",
    "smtp_password",
    "imap_password",
    "metrics_token",
    "encryption_keys",
)
"""What may be read from the file that `MOSTY_<NAME>_FILE` names."""


class SecretFiles(PydanticBaseSettingsSource):
    """Secrets from files. Raises SettingsError where one cannot be read, or is given both ways."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = f"MOSTY_{field_name.upper()}"
        file = os.environ.get(f"{name}_FILE", "").strip()
        if field_name not in SECRETS or not file:
            return None, field_name, False
        if os.environ.get(name, "").strip():
            raise SettingsError(f"The settings cannot be used. Both {name} and {name}_FILE are set: leave one of them.")
        try:
            return Path(file).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"The settings cannot be used. {name}_FILE: {file} cannot be read ({error}).") from None

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


class Settings(BaseSettings):
    """All settings of one installation. Reading them touches nothing but the files of secrets."""

    model_config = SettingsConfigDict(
        env_prefix="MOSTY_", frozen=True, populate_by_name=True, validate_default=True, extra="ignore"
    )

    home: Path = Field(Path("var"), description="The folder of all state.")
    cache: Path = Field(default_factory=_cache_folder, description="What may be deleted and is made again.")
    port: int = Field(8000, ge=1, le=65535, description="The web port.")
    web_host: str = Field("127.0.0.1", description="The address the web pages listen on.")
    database_url: str = Field(default_factory=_sqlite_in_home, description="The record's database.")
    task_queue: str = Field("mosty", min_length=1, description="Temporal's task queue.")
    policy: str = Field("default@1", pattern=r"^[a-z][a-z-]*@[0-9]+$", description="For new partnerships.")
    token: SecretStr | None = Field(
        default_factory=_token_from_file, description="The operator's token; else read from {home}/token."
    )
    secret: SecretStr | None = Field(
        default_factory=_secret_from_file,
        description="What links in mails are signed with; else read from {home}/secret.",
    )
    public_url: str | None = Field(
        None, description="Where readers of mails reach the pages: https://mosty.example.org"
    )
    holidays_are_worked: bool = Field(True, description="Ukraine's public holidays are working days (martial law).")
    contacts_kept_days: int = Field(
        365, ge=1, le=36_500, description="Contacts of ended partnerships are erased after so many days."
    )
    operator_email: str | None = Field(None, description="Who is told when nobody else can be.")
    mail_from: str = Field("mosty@example.org", description="The sender of the mails.")
    smtp_host: str = Field("127.0.0.1", min_length=1)
    smtp_port: int = Field(1025, ge=1, le=65535)
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    imap_host: str | None = Field(None, description="Where answers to MOSTY_MAIL_FROM are read; none: they are not.")
    imap_port: int = Field(993, ge=1, le=65535)
    imap_username: str | None = None
    imap_password: SecretStr | None = None
    imap_tls: Literal["none", "starttls", "tls"] = "tls"
    imap_folder: str = Field("INBOX", min_length=1)
    webhook_networks: str = Field("", description="Private networks that webhooks may go to: 10.0.0.0/8, fd00::/8.")
    metrics_port: int | None = Field(None, ge=1, le=65535, description="The worker's metrics; off if unset.")
    metrics_host: str = Field("127.0.0.1", description="The address that the worker's metrics listen on.")
    metrics_token: SecretStr | None = Field(None, description="With it the pages' metrics are read from elsewhere.")
    encryption_keys: SecretStr | None = Field(
        None, description="Lines of id:key (32 bytes, base64); the first encrypts what Temporal keeps, all decrypt."
    )
    time_zone: str = Field("Europe/Kyiv", description="The clock of people whose zone is not known.")
    temporal_address: str | None = Field(
        None, validation_alias=AliasChoices("TEMPORAL_ADDRESS"), description="Given: no server is started."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls)

    @field_validator("home", "cache")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator(
        "token",
        "secret",
        "operator_email",
        "smtp_username",
        "smtp_password",
        "imap_host",
        "imap_username",
        "imap_password",
        "metrics_token",
        "encryption_keys",
        "temporal_address",
    )
    @classmethod
    def _empty_is_unset(cls, value: SecretStr | str | None) -> SecretStr | str | None:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        return value if text and text.strip() else None

    @field_validator("webhook_networks")
    @classmethod
    def _known_networks(cls, said: str) -> str:
        for each in filter(None, (part.strip() for part in said.split(","))):
            ip_network(each)
        return said

    @field_validator("encryption_keys")
    @classmethod
    def _usable_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        lines = keys.get_secret_value().split() if keys else []
        if any(not re.fullmatch(r"[^:]+:[A-Za-z0-9+/]{43}=", line) for line in lines):
            raise ValueError("every line must be id:key, the key 32 bytes in base64, as “mosty new-key” makes them")
        return keys

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"no time zone is called {name!r}") from error
        return name

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, url: str | None) -> str | None:
        if not url or not url.strip():
            return None
        if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url.strip()):
            raise ValueError("must be an address such as https://mosty.example.org")
        return url.strip().rstrip("/")

    @property
    def pages_at(self) -> str:
        """The address that every link in a mail begins with; this machine's where none is set."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def temporal_config_file(self) -> Path | None:
        """Temporal's configuration as the embedded run wrote it, to be passed on when connecting.

        None where there was no embedded run, or an address of another server is given.
        """
        file = self.home / "temporal.toml"
        return file if self.temporal_address is None and file.is_file() else None


def read_settings(**given: Any) -> Settings:
    """The settings, from `given` before the environment. Raises SettingsError with a sentence."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    # Only name and reason: the value may be a secret.
    faults = [
        f"{_environment_name(str(fault['loc'][0]))}: {fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors(include_url=False, include_input=False)
        if fault["type"] != "default_factory_not_called"  # only follows from another fault
    ]
    return f"The settings cannot be used. {'; '.join(faults)}."


def _environment_name(field: str) -> str:
    return field.upper() if field.lower().startswith("temporal_") else f"MOSTY_{field.upper()}"
