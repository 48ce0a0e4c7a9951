"""The mail room of tests/mail and the desk of tests/inbox, for cases that take one."""

from tests.inbox.conftest import desk
from tests.mail.conftest import engine, provider, room

__all__ = ["desk", "engine", "provider", "room"]
