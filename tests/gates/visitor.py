"""Somebody who asks the site itself."""

from __future__ import annotations

from typing import Any

from django.core.handlers.base import BaseHandler
from django.test import Client, RequestFactory


class Visitor(RequestFactory):
    """Asks as the test client does, without what that keeps of every page it renders, which costs half of the time."""

    def __init__(self, handler: BaseHandler, user: Any) -> None:
        super().__init__()
        self.handler, self.user = handler, user
        if user is not None:
            client = Client()
            client.force_login(user)
            self.cookies = client.cookies

    def request(self, **facts: Any) -> Any:
        request = super().request(**facts)
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        response = self.handler.get_response(request)
        if self.user is not None:
            self.cookies.update(response.cookies)
        return response
