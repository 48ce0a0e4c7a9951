"""The record: what people read. Alone here knows SQLAlchemy; the same tables on SQLite and PostgreSQL.

A partnership's own rows (partnerships, timeline, notices) are written by the recorder only. Names, addresses and
free text live in people, places and texts, where they can be corrected and erased.
"""

from models.tables.access import (
    ApiTokenRow,
    GrantRow,
    LookRow,
    ProgrammePartnershipRow,
    ProgrammeRow,
    SessionRow,
    SignInRow,
)
from models.tables.audit import AuditFindingRow, AuditRunRow
from models.tables.base import Table, UtcInstant, open_engine
from models.tables.batches import BatchItemRow, BatchRow
from models.tables.files import FileRow
from models.tables.mail import (
    CalendarDayRow,
    CalendarEntryRow,
    CalendarKeptRow,
    DeliveryRow,
    HoldRow,
    IncomingRow,
    MailboxRow,
    MailRow,
)
from models.tables.people import AbsenceRow, CorrespondentRow, HandoverRow, PersonRow, SavedViewRow
from models.tables.profiles import ProfileRow, ProfileShareRow
from models.tables.public import PublicationRow
from models.tables.record import NoticeRow, PartnershipRow, TimelineRow
from models.tables.reference import AuditRow, ImportRow, PlaceRow, TextRow
from models.tables.webhooks import WebhookDeliveryRow, WebhookKeptRow, WebhookRow

__all__ = [
    "AbsenceRow",
    "ApiTokenRow",
    "AuditFindingRow",
    "AuditRow",
    "AuditRunRow",
    "BatchItemRow",
    "BatchRow",
    "CalendarDayRow",
    "CalendarEntryRow",
    "CalendarKeptRow",
    "CorrespondentRow",
    "DeliveryRow",
    "FileRow",
    "GrantRow",
    "HandoverRow",
    "HoldRow",
    "ImportRow",
    "IncomingRow",
    "LookRow",
    "MailRow",
    "MailboxRow",
    "NoticeRow",
    "PartnershipRow",
    "PersonRow",
    "PlaceRow",
    "ProfileRow",
    "ProfileShareRow",
    "ProgrammePartnershipRow",
    "ProgrammeRow",
    "PublicationRow",
    "SavedViewRow",
    "SessionRow",
    "SignInRow",
    "Table",
    "TextRow",
    "TimelineRow",
    "UtcInstant",
    "WebhookDeliveryRow",
    "WebhookKeptRow",
    "WebhookRow",
    "open_engine",
]
