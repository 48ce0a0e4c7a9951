"""The directory's tests share their fixtures with the console's."""

from tests.console.fixtures import home_settings, lonely, migrated, shelf, web

__all__ = ["home_settings", "lonely", "migrated", "shelf", "web"]
