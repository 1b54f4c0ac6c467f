"""An applicant with a browser, as a server meets one: pages opened, forms read and sent, cookies kept."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench._server import Connection

_HIDDEN = re.compile(
    r'<input type="hidden" name="(csrfmiddlewaretoken|revision|device|step|was-[a-z0-9_]+)" value="([^"]*)"'
)
_COOKIE = re.compile(rb"\r\nset-cookie: ([^=;\r]+)=([^;\r]*)", re.IGNORECASE)

PIECE = 16 * 1024
ANSWERS: dict[str, dict[str, dict[str, str]]] = {
    "person": {
        "full_name": {"": "Awa Grès"}, "birth_date": {"": "1985-07-30"}, "nationality": {"": "SN"},
        "city": {"": "Dakar"},
    },
    "work": {
        "country_of_work": {"": "SN"},
        "institution": {"": "Musée de la pierre"}, "post": {"": "Conservatrice"}, "years_of_experience": {"": "9"},
        "languages": {"-0-language": "fr", "-0-spoken": "C1", "-0-written": "C1"},
    },
    "motivation": {
        "problem_now": {"": "Des réserves pleines, et personne qui sache où commencer. " * 12},
        "motivation": {"": "Apprendre avec des collègues de la région, et transmettre. " * 20},
        "next_step": {"": "Ranger une réserve, salle par salle. " * 5},
        "dissemination_plan": {"": "Une séance pour l’équipe, un guide pour les petits musées. " * 5},
    },
    "documents": {"referee": {"-name": "Moussa Silex", "-email": "moussa@example.org"}},
    "commitments": {
        "attend_all": {"": "1"}, "pass_on": {"": "1"}, "signature": {"-name": "Awa Grès", "-on": "2026-03-02"},
    },
}  # fmt: skip


@dataclass
class Told:
    """What the server acknowledged: answers by question with the last text, the SHA-256 of files by question, and whether
    it was handed in."""

    saved: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    submitted: bool = False


class Refused(Exception):
    """An answer that no applicant should get."""


class Applicant:
    """One signed-in applicant; ``patient`` sends a request again until there is an answer, as the page's script does.

    ``paper`` are the bytes of a file that is sent in pieces, for the question ``cv``.
    """

    def __init__(
        self,
        port: int,
        code: str,
        session: str,
        *,
        choices: Mapping[str, Mapping[str, str]],
        patient: float = 0,
        paper: bytes = b"",
    ) -> None:
        self.paper = paper
        self.line, self.code, self.choices, self.patient = Connection(port), code, choices, patient
        self.cookies = {"sessionid": session}
        self.told, self.waits = Told(), list[float]()
        self.again = 0

    def apply(self, *, autosave: bool) -> None:
        """The whole application: every step opened and sent, in between each answer saved by itself (``autosave``)."""
        for step, written in ANSWERS.items():
            self.step(step, {**self.choices.get(step, {}), **written}, autosave=autosave)
        self.review()

    def step(self, step: str, written: Mapping[str, Mapping[str, str]], *, autosave: bool) -> None:
        path = f"/fr/apply/{self.code}/step/{step}/"
        page = self.form(path)
        hidden = {name: page[name] for name in ("csrfmiddlewaretoken", "revision", "device", "step")}
        if autosave:
            for key, parts in written.items():
                body = hidden | {f"was-{key}": page[f"was-{key}"]} | _named(key, parts)
                self.send(f"/fr/apply/{self.code}/save/", body, (200,), scripted=True)
                self.told.saved.update(_texts(key, parts))
        if self.paper and step == "documents":
            self.upload("cv", self.paper, page)
        body = dict(page) | {"do": "next"}
        for key, parts in written.items():
            body |= _named(key, parts)
        self.send(path, body, (302,))
        for key, parts in written.items():
            self.told.saved.update(_texts(key, parts))

    def upload(self, question: str, data: bytes, page: Mapping[str, str]) -> None:
        """A file in pieces, from where the server says that it stands, as the page's script sends it."""
        token = f"X-CSRFToken: {page['csrfmiddlewaretoken']}"
        head = {"question": question, "name": "cv.pdf", "size": str(len(data))}
        path = f"/fr/apply/{self.code}/upload/"
        begun = json.loads(self.ask("POST", path, urlencode(head).encode(), (201,), "Accept: application/json", token))
        url, at = begun["url"], begun["received"]
        while at < len(data):
            kind = ("Content-Type: application/octet-stream", f"Upload-Offset: {at}", token)
            piece = data[at : at + PIECE]
            at = json.loads(self.ask("PUT", url, piece, (200, 409), *kind))["received"]
        self.ask("POST", url, urlencode({"device": page["device"]}).encode(), (200,), "Accept: application/json", token)
        self.told.files[question] = hashlib.sha256(data).hexdigest()

    def review(self) -> None:
        path = f"/fr/apply/{self.code}/review/"
        page = self.form(path)
        self.send(path, {"csrfmiddlewaretoken": page["csrfmiddlewaretoken"]}, (302,))
        self.told.submitted = True
        self.ask("GET", f"/fr/apply/{self.code}/status/", b"", (200,))

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the page's form."""
        body = self.ask("GET", path, b"", (200,))
        found = {name: html.unescape(value) for name, value in _HIDDEN.findall(body.decode())}
        if "csrfmiddlewaretoken" not in found:
            raise Refused(f"{path}: a page without a form")
        return found

    def send(self, path: str, fields: Mapping[str, str], wanted: tuple[int, ...], *, scripted: bool = False) -> bytes:
        headers = ["Accept: application/json"] if scripted else []
        return self.ask("POST", path, urlencode(fields).encode(), wanted, *headers)

    def ask(self, method: str, path: str, body: bytes, wanted: tuple[int, ...], *headers: str) -> bytes:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"Cookie: {cookies}", "Accept-Encoding: gzip", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
            if not any(line.startswith("Content-Type:") for line in headers):
                lines.append("Content-Type: application/x-www-form-urlencoded")
        begun, until = time.monotonic(), time.monotonic() + self.patient
        for wait in _waits():
            try:
                status, head, answer = self.line.send(method, path, body, *lines)
                if status < 500 or time.monotonic() > until:
                    break
            except (OSError, EOFError, ValueError):
                self.line.close()
                if time.monotonic() > until:
                    raise
            self.again += 1
            time.sleep(wait)
        if b"\r\ncontent-encoding: gzip" in head.lower():
            answer = gzip.decompress(answer)
        self.waits.append(time.monotonic() - begun)
        self.cookies |= {name.decode(): value.decode() for name, value in _COOKIE.findall(b"\r\n" + head)}
        if status not in wanted:
            missing = re.findall(r"check=1#q-(\w+)", answer.decode("utf-8", "replace"))
            raise Refused(f"{method} {path}: {status} {missing or answer[:300]!r}")
        return answer


def _named(key: str, parts: Mapping[str, str]) -> dict[str, str]:
    return {f"q-{key}{part}": text for part, text in parts.items()}


def _texts(key: str, parts: Mapping[str, str]) -> dict[str, str]:
    return {key: parts[""]} if "" in parts else {}


def _waits() -> Iterator[float]:
    yield from (0.1, 0.2, 0.4)
    while True:
        yield 0.8
