"""The pages of batches share their fixtures with the console's."""

from tests.console.fixtures import home_settings, living, living_web, lonely, migrated, shelf, web

__all__ = ["home_settings", "living", "living_web", "lonely", "migrated", "shelf", "web"]
