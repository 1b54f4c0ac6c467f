"""The mails in the folder, read back for the local mail page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class FolderMail:
    """One ``.eml`` file."""

    name: str
    sent_at: datetime | None
    to: str
    subject: str
    language: str
    text: str = ""
    html: str = ""


def mail_files() -> list[Path]:
    """The files of the folder, newest first."""
    folder = Path(settings.MAIL_FOLDER)
    if not folder.is_dir():
        return []
    return sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def read_mail(path: Path) -> FolderMail:
    """The mail in ``path``."""
    mail: EmailMessage = message_from_bytes(path.read_bytes(), policy=policy.default)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return FolderMail(
        name=path.stem,
        sent_at=parsedate_to_datetime(str(mail["Date"])) if mail["Date"] else None,
        to=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        language=str(mail["Content-Language"] or ""),
        text=plain.get_content() if plain else "",
        html=html.get_content() if html else "",
    )


def mail_called(name: str) -> FolderMail | None:
    """The mail whose file is called ``name``, if the folder has it."""
    path = Path(settings.MAIL_FOLDER) / f"{name}.eml"
    if path.name != f"{name}.eml" or path.parent != Path(settings.MAIL_FOLDER) or not path.is_file():
        return None
    return read_mail(path)
