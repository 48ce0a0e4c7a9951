"""Settings: defaults, the environment, and sentences where they cannot be used."""

import subprocess
import sys
from pathlib import Path

import pytest

from settings import SECRETS, Settings, SettingsError, read_settings

OURS = {"activities", "cli", "console", "embedded", "imports", "models", "worker", "workflows"}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOSTY_{name.upper()}", raising=False)
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default_below_the_home_folder(tmp_path: Path) -> None:
    settings = read_settings()
    assert settings.home == tmp_path / "var"
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path / 'var' / 'mosty.db'}"
    assert (settings.port, settings.web_host) == (8000, "127.0.0.1")
    assert settings.token is None


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOSTY_HOME", "elsewhere")
    monkeypatch.setenv("MOSTY_PORT", "9000")
    assert read_settings().home == tmp_path / "elsewhere"
    assert read_settings().port == 9000


def test_the_token_is_read_from_the_home_folder_unless_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    found = read_settings(home=tmp_path).token
    assert found is not None
    assert found.get_secret_value() == "from-file"
    monkeypatch.setenv("MOSTY_TOKEN", "from-environment")
    given = read_settings(home=tmp_path).token
    assert given is not None
    assert given.get_secret_value() == "from-environment"


def test_secrets_are_not_shown() -> None:
    shown = repr(read_settings(token="hidden-1", smtp_password="hidden-2"))
    assert "hidden" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MOSTY_PORT", "eighty"),
        ("MOSTY_PORT", "70000"),
        ("MOSTY_TIME_ZONE", "Europe/Nowhere"),
        ("MOSTY_POLICY", "default"),
        ("MOSTY_SMTP_TLS", "perhaps"),
    ],
)
def test_an_unusable_value_is_refused_by_the_name_it_was_given(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert name in str(refused.value)
    assert "MOSTY_DATABASE_URL" not in str(refused.value)


def test_the_embedded_server_is_found_by_its_file(tmp_path: Path) -> None:
    assert read_settings(home=tmp_path).temporal_config_file is None
    (tmp_path / "temporal.toml").write_text("")
    assert read_settings(home=tmp_path).temporal_config_file == tmp_path / "temporal.toml"


def test_a_given_address_goes_before_the_embedded_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "temporal.toml").write_text("")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example.org:7233")
    assert read_settings(home=tmp_path).temporal_config_file is None


def test_settings_import_nothing_of_ours() -> None:
    asked = "import settings, sys; print(*{name.split('.')[0] for name in sys.modules})"
    root = Path(__file__).parent.parent
    loaded = subprocess.run([sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=True)
    assert OURS.isdisjoint(loaded.stdout.split())


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_may_stand_in_files(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret-of-an-orchestrator"
    said = f"2026:{'A' * 43}=" if name == "encryption_keys" else "from-a-file"
    file.write_text(f"{said}\n")
    monkeypatch.setenv(f"MOSTY_{name.upper()}_FILE", str(file))
    found = getattr(read_settings(), name)
    assert (found if isinstance(found, str) else found.get_secret_value()) == said


@pytest.mark.parametrize("keys", ["no-key", "id:c2hvcnQ=", f":{'A' * 43}=", f"a:{'A' * 43}=\nb"])
def test_keys_that_cannot_be_used_are_refused_without_being_shown(keys: str) -> None:
    with pytest.raises(SettingsError, match="id:key") as told:
        read_settings(encryption_keys=keys)
    assert "AAA" not in str(told.value)


def test_every_secret_may_stand_in_a_file() -> None:
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert secret <= set(SECRETS)


def test_a_secret_given_both_ways_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("one")
    monkeypatch.setenv("MOSTY_TOKEN", "another")
    monkeypatch.setenv("MOSTY_TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(SettingsError, match="leave one of them") as told:
        read_settings()
    assert "another" not in str(told.value)


def test_a_secret_whose_file_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOSTY_SECRET_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="MOSTY_SECRET_FILE"):
        read_settings()
