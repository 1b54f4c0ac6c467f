"""Ways out of the outbox that are not a mail server."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def file_name(message_id: str) -> str:
    """The name of the file of a mail, made from its Message-ID, so that a repeat overwrites itself."""
    return re.sub(r"[^\w.@+-]", "_", message_id.strip("<> ")) + ".eml"


class FolderBackend(BaseEmailBackend):
    """Writes each mail as one ``.eml`` file into ``folder``: whole or not at all, and each Message-ID once."""

    def __init__(self, *args: Any, folder: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            path = self.folder / file_name(str(message["Message-ID"]))
            part = path.with_suffix(f".{secrets.token_hex(4)}.part")
            with part.open("wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        return len(email_messages)
