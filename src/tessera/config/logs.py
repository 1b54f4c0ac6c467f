"""Logs: one line an event, for people in a terminal, as JSON on a public site."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import structlog


def without_traceback_of_refusals(record: logging.LogRecord) -> bool:
    """A refusal (403) is an answer, not a failure: its line says all; everything else keeps its traceback."""
    if getattr(record, "status_code", None) == HTTPStatus.FORBIDDEN:
        record.exc_info = record.exc_text = None
    return True


def logging_settings(*, as_json: bool) -> dict[str, Any]:
    """The ``LOGGING`` setting, with structlog set up to go the same way as everybody else's lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    # Plain tracebacks: the prettier ones print local variables, which may hold personal data.
    last: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            },
        },
        "filters": {"refusals": {"()": lambda: without_traceback_of_refusals}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {"tessera": {"level": "INFO"}, "django.tasks": {"level": "WARNING"}},
    }
