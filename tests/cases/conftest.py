"""The mail room of tests/mail, for cases that take one."""

from tests.mail.conftest import engine, provider, room

__all__ = ["engine", "provider", "room"]
