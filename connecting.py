"""The one way to Temporal: for the worker, the pages, the command line and the embedded run alike."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.runtime import Runtime

from settings import Settings, SettingsError
from workflows.client import connect as connect_as
from workflows.encryption import Keys, UnusableKeys, converter, keys_in


async def connect(settings: Settings, runtime: Runtime | None = None) -> Client:
    """Temporal as its own configuration says, encrypted where the settings have keys. Raises RuntimeError where nobody
    answers, SettingsError where the keys cannot be used."""
    return await connect_as(settings.temporal_config_file, runtime, converter(keys_of(settings)))


def keys_of(settings: Settings) -> Keys | None:
    """The settings' keys; none: nothing is encrypted."""
    if settings.encryption_keys is None:
        return None
    try:
        return keys_in(settings.encryption_keys.get_secret_value())
    except UnusableKeys as error:
        raise SettingsError(f"The settings cannot be used. MOSTY_ENCRYPTION_KEYS: {error}") from None
