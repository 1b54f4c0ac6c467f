"""How fast the catalogue searches 5,000 trainings and 20,000 people, in this process, on the database at hand.

The records are invented from syllables with a fixed seed and written in bulk; some are then published anew the way
real ones are, which must change nothing. Asked are whole words, beginnings of words, several words, names, mistyped
names, filters, filters with words, and every order.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench._figures import Figure, arguments, report  # noqa: E402

TRAININGS, PEOPLE, ORGANISATIONS = 5_000, 20_000, 1_000
MEDIAN_MS, P99_MS = 15, 60
AT = datetime(2026, 1, 1, tzinfo=UTC)
COUNTRIES = "AR BR CL CO MX PE NG GH SN KE ZA EG MA TN QA FR DE IT AM GE US CA IN ID VN PH JP FJ WS NZ".split()
REGIONS, TONGUES = ("AFR", "ARB", "APA", "ENA", "LAC"), ("en", "fr", "es", "ar", "pt")
STATUSES = ("planned", "announced", "delivered", "delivered", "delivered", "closed", "postponed", "cancelled")
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro sa té vi wo xa yé zo cha bri dré flo gra tle spi".split()


def main() -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the records, fewer searches: rough figures")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tessera-bench-") as folder:
        os.environ["TESSERA_DATA"] = folder
        os.environ.setdefault("TESSERA_SECRET_KEY", "of a bench, and of nothing else")
        os.environ["DJANGO_SETTINGS_MODULE"] = "tessera.config.settings"
        import django

        django.setup()
        from django.db import connection, transaction

        from tessera.commands.preparation import prepare_database

        prepare_database()
        chance = random.Random(2018)  # noqa: S311
        share = 10 if asked.quick else 1
        with transaction.atomic():
            asks = fill(chance, share)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        figures = measure(connection.vendor, asks, rounds=2 if asked.quick else 5)
        connection.close()
    return report(figures, as_json=asked.json)


def fill(chance: random.Random, share: int) -> list[tuple[str, dict[str, list[str]], str]]:
    """Publish the records; returns what will be asked: (text, facets, sort)."""
    from tessera.core.versions import bump_content_version
    from tessera.publications.services import Publication

    written: list[Publication] = []
    vocabulary = sorted({_word(chance) for _n in range(3_000)})
    people, organisations, topics = [], [], [f"topic-{n}" for n in range(25)]
    for n in range(PEOPLE // share):
        name = f"{_word(chance).title()} {_word(chance).title()}{_word(chance)}"
        people.append((f"person-{n}", name))
        card = {"name": name, "sort": name, "position": {"en": chance.choice(vocabulary)}, "country": None}
        written.append(Publication("person", f"person-{n}", card, card, [name], sort_name=name))
    for n in range(ORGANISATIONS // share):
        name = f"{chance.choice(vocabulary).title()} {chance.choice(vocabulary)} {_word(chance)}"
        organisations.append((f"organisation-{n}", name))
        card = {"name": {"en": name}, "type": "museum", "country": None, "city": None}
        written.append(Publication("organisation", f"organisation-{n}", card, card, [name], sort_name=name))
    for n, slug in enumerate(topics):
        card = {"name": {"en": chance.choice(vocabulary)}, "order": n}
        written.append(Publication("topic", slug, card, card, list(card["name"].values())))
    titles = []
    for n in range(TRAININGS // share):
        title = {code: " ".join(chance.choices(vocabulary, k=7)).capitalize() for code in ("en", "fr", "es")}
        titles.append(title)
        written.append(_training(chance, n, title, vocabulary, people, organisations, topics))
    _write(written)
    bump_content_version()
    return _asks(chance, titles, people, organisations, topics)


def _write(publications: list[Any]) -> None:
    """All of them in bulk, as `publish_record` would write them one by one; a sample proves it."""
    from collections import Counter

    from tessera.core.folding import words
    from tessera.publications.models import PublicFacet, PublicRecord, PublicWord
    from tessera.publications.services import REFERENCES, publish_record

    def folded(texts: Any) -> str:
        return " ".join(dict.fromkeys(word for text in texts for word in words(text)))

    names = {(p.kind, p.slug): folded(p.names) for p in publications}
    records = [
        PublicRecord(
            kind=p.kind, slug=p.slug, card=p.card, facts=p.facts, shelf=p.kind, stamp=n + 1, changed_at=AT,
            sort_on=p.sort_on, sort_name=p.sort_name, names_folded=names[p.kind, p.slug],
            text_folded=folded(p.texts),
            related_folded=folded(
                names[kind, slug] for kind in REFERENCES for slug in sorted(p.facets.get(kind, ()))
            ) if p.kind == "training" else "",
        )
        for n, p in enumerate(publications)
    ]  # fmt: skip
    PublicRecord.objects.bulk_create(records, batch_size=500)
    PublicFacet.objects.bulk_create(
        (
            PublicFacet(record=record, facet=facet, value=value)
            for record, p in zip(records, publications, strict=True)
            for facet, values in p.facets.items()
            for value in values
        ),
        batch_size=2_000,
    )
    counts = Counter(word for text in names.values() for word in set(text.split()))
    PublicWord.objects.bulk_create(
        (PublicWord(word=word, padded=f"  {word} ", records=count) for word, count in sorted(counts.items())),
        batch_size=2_000,
    )
    compared = ("names_folded", "text_folded", "related_folded", "shelf", "sort_on", "sort_name")
    for p in publications[:: len(publications) // 20]:
        before = PublicRecord.objects.filter(kind=p.kind, slug=p.slug).values(*compared).get()
        publish_record(p, at=AT)
        after = PublicRecord.objects.filter(kind=p.kind, slug=p.slug).values(*compared).get()
        if before != after:
            raise SystemExit(f"written in bulk, {p.kind} {p.slug} is not what publishing makes of it")


def _training(
    chance: random.Random, n: int, title: dict[str, str], vocabulary: list[str], people: list[tuple[str, str]],
    organisations: list[tuple[str, str]], topics: list[str],
) -> Any:  # fmt: skip
    from tessera.publications.services import Publication

    start = date(2000, 1, 1) + timedelta(days=chance.randrange(9_500))
    end = start + timedelta(days=4)
    who = [slug for slug, _name in chance.sample(people, 4)]
    houses = [slug for slug, _name in chance.sample(organisations, 3)]
    about = chance.sample(topics, 3)
    country, region, tongue = chance.choice(COUNTRIES), chance.choice(REGIONS), chance.choice(TONGUES)
    status, mode = chance.choice(STATUSES), chance.choice(("in_person", "online", "hybrid"))
    summary = {code: " ".join(chance.choices(vocabulary, k=40)) for code in ("en", "fr", "es")}
    card = {
        "title": title, "summary": summary, "status": status, "format": mode, "scope": "regional",
        "dates": {"edtf": f"{start}/{end}", "start": str(start), "end": str(end), "precision": "day",
                  "basis": "stated", "from": str(start), "to": str(end), "tentative": False},
        "places": [{"country": country, "city": None}], "regions": [region], "countries": [], "areas": [],
        "languages": [tongue], "topics": about, "participants": None, "participant_countries": None, "order": None,
        "organisations": [[houses[0], "organiser"], [houses[1], "partner"], [houses[2], "host_venue"]],
        "people": [[who[0], "trainer"], [who[1], "trainer"], [who[2], "trainer"], [who[3], "mentor"]],
    }  # fmt: skip
    return Publication(
        "training", f"training-{n}", card, {**card, "phases": [], "sessions": []}, list(title.values()), list(summary.values()),
        {"region": [region], "country": [country], "language": [tongue], "topic": about, "year": [str(start.year)],
         "format": [mode], "status": [status], "trainer": who[:3], "person": who, "organisation": houses},
        sort_on=start, sort_name=title["en"],
    )  # fmt: skip


def _asks(
    chance: random.Random, titles: list[dict[str, str]], people: list[tuple[str, str]],
    organisations: list[tuple[str, str]], topics: list[str],
) -> list[tuple[str, dict[str, list[str]], str]]:  # fmt: skip
    def some_word() -> str:
        return chance.choice(chance.choice(titles)[chance.choice(("en", "fr", "es"))].split())

    asks: list[tuple[str, dict[str, list[str]], str]] = []
    for _turn in range(25):
        name = chance.choice(people)[1]
        house = chance.choice(organisations)[1]
        asks += [
            ("", {}, "newest"),
            (some_word(), {}, "newest"),
            (some_word()[:3], {}, "newest"),
            (some_word()[:2], {}, "title"),
            (f"{some_word()} {some_word()[:3]}", {}, "oldest"),
            (chance.choice(titles)["fr"], {}, "newest"),
            (name, {}, "newest"),
            (_mistyped(chance, name), {}, "newest"),
            (_mistyped(chance, house), {}, "newest"),
            ("", {"region": [chance.choice(REGIONS)], "year": [str(chance.randint(2000, 2025))]}, "newest"),
            ("", {"topic": [chance.choice(topics)], "status": ["announced", "planned"]}, "oldest"),
            (some_word(), {"language": [chance.choice(TONGUES)], "country": chance.sample(COUNTRIES, 3)}, "newest"),
        ]
    return asks


def measure(vendor: str, asks: list[tuple[str, dict[str, list[str]], str]], rounds: int) -> list[Figure]:
    """Median and 99th percentile of the catalogue's first page, which is also what is fetched while somebody types.

    Each is asked once a round and its best round counts: what the search takes, not what else the machine did.
    """
    from tessera.publications import queries

    queries.catalogue(queries.Filters())  # the process has met the trainings
    best: dict[int, float] = {}
    found = set()
    for _round in range(rounds):
        for n, (text, facets, sort) in enumerate(asks):
            before = time.perf_counter()
            answer = queries.catalogue(queries.Filters(text=text, facets=facets, sort=sort))
            best[n] = min(best.get(n, 1e9), (time.perf_counter() - before) * 1000)
            if answer.records:
                found.add(n)
    searched = list(best.values())
    told = "PostgreSQL" if vendor == "postgresql" else "SQLite"
    return [
        Figure(f"{told}: searches that found something", 100 * len(found) / len(searched), "%"),
        Figure(f"{told}: catalogue search, median", statistics.median(searched), "ms", MEDIAN_MS),
        Figure(f"{told}: catalogue search, 99th percentile", _percentile(searched, 99), "ms", P99_MS),
    ]


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))


def _mistyped(chance: random.Random, text: str) -> str:
    place = chance.randrange(1, len(text) - 1)
    return text[:place] + chance.choice("aeiou") + text[place + 1 :]


if __name__ == "__main__":
    sys.exit(main())
