"""What ``tessera run`` says once the site answers."""

from __future__ import annotations

from pathlib import Path


def welcome(address: str) -> list[str]:
    """Where the site is, how to sign in, where the mail goes."""
    from django.conf import settings
    from django.urls import reverse
    from django.utils.translation import override

    with override(settings.MAIN_LANGUAGE):
        lines = ["", f"{settings.PROGRAMME_NAME} answers at {address}/{settings.MAIN_LANGUAGE}/", ""]
        if settings.EMBEDDED:
            lines += [
                f"  Sign in as any rehearsal person, in any role:  {address}{reverse('accounts:rehearsal')}",
                f"  Read the mail it writes:                       {address}{reverse('mail:folder')}",
            ]
        else:
            lines.append(f"  Sign in:                                       {address}{reverse('accounts:sign_in')}")
        lines += [
            f"  Files are kept in                              {_short(settings.DATA)}",
            "",
            "Ctrl-C ends web server and worker.",
        ]
    return lines


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
