"""The moment at which factories do things."""

from datetime import UTC, date, datetime

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
