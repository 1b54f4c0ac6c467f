"""What the terminal says of answers that are no success."""

import logging
import logging.config

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.log import log_response

from tessera.config.logs import logging_settings


@pytest.mark.parametrize(("status", "traces"), [(403, False), (500, True)])
def test_a_refusal_is_one_line_and_a_failure_keeps_its_traceback(status, traces):
    lines = []
    wanted = logging_settings(as_json=False)
    configurator = logging.config.DictConfigurator(wanted)
    filters = [
        configurator.configure_filter(wanted["filters"][name]) for name in wanted["handlers"]["console"]["filters"]
    ]

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(logging.Formatter().format(record))

    handler = Kept()
    for one in filters:
        handler.addFilter(one)
    logger = logging.getLogger("tests.refusals")
    logger.propagate = False
    logger.addHandler(handler)
    refused = PermissionDenied("not yours")
    log_response(
        "Refused: %s",
        "/en/desk/",
        exception=refused,
        request=RequestFactory().get("/en/desk/"),
        logger=logger,
        response=HttpResponse(status=status),
    )
    assert ("PermissionDenied" in lines[0]) is traces
