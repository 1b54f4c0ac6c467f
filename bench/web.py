#!/usr/bin/env python3
"""What public pages cost, against bare Django views in the same processes; and how fast the catalogue searches.

    python bench/web.py [--json] [--quick] [--server gunicorn|granian|both]

Costs are processor time of the server's processes for each request, over many requests on keep-alive connections;
the page and what it is compared with take turns, and the median of the rounds counts, so that a busy machine
disturbs both alike. The bare views run without any middleware, the pages with all of it.
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench._figures import Figure, arguments, read_figures, report  # noqa: E402
from bench._server import Connection, Server, running  # noqa: E402

# Goals as ratios to the bare views. CHANGED is for the first page after a change, which also makes anew what a process
# keeps for all pages, see docs/decisions/0010.
KEPT, FRESH, CHANGED = 1.7, 1.5, 3.0
DEARER = 1.1  # tolerance: the server that is used may seem so much dearer for rendered pages; two runs of one differ so
STRING, TEMPLATE = "/bare/string", "/bare/template"


def main() -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer requests: rough figures")
    parser.add_argument("--server", choices=("gunicorn", "granian", "both"), default="both")
    parser.add_argument("--no-search", action="store_true", help="leave the search out")
    asked = parser.parse_args()
    rounds = 3 if asked.quick else 7
    names = ("gunicorn", "granian") if asked.server == "both" else (asked.server,)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="tessera-bench-") as folder:
        data = Path(folder)
        prepare(data)
        from tessera.commands.servers import CHOSEN

        costs = {}
        for name in names:
            with running(name, data) as server:
                judged = name == CHOSEN or len(names) == 1
                found = pages(server, name, rounds, judged=judged)
                costs[name] = sum(one.measured for one in found if one.what.endswith(", rendered"))
                figures += found
                if judged:
                    figures += freshness(server)
        if len(costs) == 2:
            other = next(name for name in costs if name != CHOSEN)
            ratio = costs[CHOSEN] / costs[other]
            figures.append(Figure(f"all rendered pages: {CHOSEN} (chosen) / {other}", ratio, "x", DEARER))
    if not asked.no_search:
        figures += search(quick=asked.quick)
    return report(figures, as_json=asked.json)


def prepare(data: Path) -> None:
    """A site with the archive, in this process too."""
    os.environ["TESSERA_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench._settings"
    os.environ.pop("TESSERA_DATABASE_URL", None)
    os.environ.pop("TESSERA_PUBLIC_HOST", None)
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from tessera.commands.preparation import prepare_database, prepare_static_files
    from tessera.programmes import archive

    prepare_database()
    prepare_static_files()
    told = json.loads((settings.PACKAGE / "programmes" / "data" / "archive.json").read_text("utf-8"))
    archive.load(told, by=None, at=timezone.now())


def pages(server: Server, name: str, rounds: int, *, judged: bool) -> list[Figure]:
    """Every kind of page: kept against the string, rendered anew against the template."""
    from tessera.publications.models import PublicRecord

    def first(kind: str) -> str:
        return (
            PublicRecord.objects.filter(kind=kind, rehearsal=False).order_by("slug").values_list("slug", flat=True)[0]
        )

    kinds = {
        "home": "/en/",
        "catalogue (10 rows)": "/en/trainings/",
        "training": "/en/trainings/mexico-2023/",
        "person": f"/fr/people/{first('person')}/",
        "organisation": f"/es/organisations/{first('organisation')}/",
        "region": "/en/regions/afr/",
        "coverage": "/en/coverage/",
    }
    many, few = 1200 // len(kinds) * 4, 120
    for path in (STRING, TEMPLATE, *kinds.values()):
        server.cost([path] * 40)  # every process and thread has seen it
    figures = []
    kept_bare, kept = _turns(server, rounds, {"": [STRING] * many, **{k: [p] * many for k, p in kinds.items()}})
    fresh_bare, fresh = _turns(
        server, rounds, {"": [TEMPLATE] * few, **{k: [f"{p}?bench=-1"] * few for k, p in kinds.items()}},
        unlike=True,
    )  # fmt: skip
    cold_bare, cold = _turns(
        server, rounds, {"": [TEMPLATE] * few, **{k: [f"{p}?forget=-1"] * few for k, p in kinds.items()}},
        unlike=True,
    )  # fmt: skip
    figures.append(Figure(f"{name}: bare view, string of 20 kB", kept_bare, "ms"))
    figures.append(Figure(f"{name}: bare view, template of 20 kB with ten rows", fresh_bare, "ms"))
    for kind, (cost, ratio) in kept.items():
        figures.append(Figure(f"{name}: {kind}, kept", cost, "ms"))
        figures.append(Figure(f"{name}: {kind}, kept / bare string", ratio, "x", KEPT if judged else None))
    for kind, (cost, ratio) in fresh.items():
        figures.append(Figure(f"{name}: {kind}, rendered", cost, "ms"))
        figures.append(Figure(f"{name}: {kind}, rendered / bare template", ratio, "x", FRESH if judged else None))
    for kind, (cost, ratio) in cold.items():
        figures.append(Figure(f"{name}: {kind}, first after a change", cost, "ms"))
        told = f"{name}: {kind}, first after a change / bare template"
        figures.append(Figure(told, ratio, "x", CHANGED if judged else None))
    return figures


def _turns(
    server: Server, rounds: int, work: dict[str, Sequence[str]], *, unlike: bool = False
) -> tuple[float, dict[str, tuple[float, float]]]:
    """(cost of the bare view "", {what: (cost, ratio to it)}), medians over the rounds."""
    seen: dict[str, list[float]] = {what: [] for what in work}
    for turn in range(rounds):
        for what, paths in work.items():
            if unlike and what:  # an address never asked before is never kept
                paths = [path.replace("-1", f"{turn}-{n}") for n, path in enumerate(paths)]
            seen[what].append(server.cost(paths))
    bare = seen.pop("")
    ratios = {what: statistics.median(c / b for c, b in zip(costs, bare, strict=True)) for what, costs in seen.items()}
    return statistics.median(bare), {what: (statistics.median(seen[what]), ratios[what]) for what in seen}


def freshness(server: Server) -> list[Figure]:
    """Conditional requests, and whether a changed fact shows on the very next request of every process."""
    from django.utils import timezone

    from tessera.programmes import documents, services
    from tessera.programmes.models import Training

    path = "/en/trainings/mexico-2023/"
    lines = [Connection(server.port) for _n in range(8)]
    tags = [_tag(line.get(path)[1]) for line in lines]
    changed = sum(line.get(path, f"If-None-Match: {tag}")[0] != 304 for line, tag in zip(lines, tags, strict=True))
    stale = 0
    for turn in range(10):
        training = Training.objects.get(slug="mexico-2023")
        document = documents.training_document(training)
        document["title"]["en"] = f"Changed for the {turn}th time"
        services.save_training(document, by=None, at=timezone.now())
        for n, line in enumerate(lines):
            status, head, body = line.get(path, f"If-None-Match: {tags[n]}")
            stale += status != 200 or document["title"]["en"].encode() not in _plain(head, body)
            tags[n] = _tag(head)
    for line in lines:
        line.close()
    return [
        Figure("of 8 conditional requests, not answered 304", changed, "", 0),
        Figure("of 80 requests right after a change, without it", stale, "", 0),
    ]


def _tag(head: bytes) -> str:
    return next(
        line.partition(":")[2].strip() for line in head.decode().split("\r\n") if line.lower().startswith("etag:")
    )


def _plain(head: bytes, body: bytes) -> bytes:
    if b"content-encoding: br" in head.lower():
        import brotli

        return bytes(brotli.decompress(body))
    return gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body


def search(*, quick: bool) -> list[Figure]:
    """The catalogue's search in a process of its own, on each database that can be had here."""
    command = [sys.executable, str(ROOT / "bench" / "_search.py"), "--json", *(["--quick"] if quick else [])]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TESSERA_", "DJANGO_"))}
    figures = read_figures(subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=False))
    wrapped = [str(ROOT / "tools" / "with_postgres.sh"), *command]
    figures += read_figures(subprocess.run(wrapped, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=False))
    return figures


if __name__ == "__main__":
    sys.exit(main())
