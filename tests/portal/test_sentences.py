"""What is said of facts, exactly, in three languages."""

from datetime import date

import pytest
from django.utils.translation import override

from tessera.portal import sentences, wording

CODES = ("en", "fr", "es")
ON = date(2026, 11, 22)
MEXICO, RANGE, MONTH = "2023-10-16/2023-10-20", "2021-09/2022-04-29", "2019-10"

WHEN = [
    ("delivered", MEXICO, ON, {}, (
        "Took place from 16 to 20 October 2023.", "A eu lieu du 16 au 20 octobre 2023.",
        "Tuvo lugar del 16 al 20 de octubre de 2023.")),
    ("closed", MONTH, ON, {}, ("Took place in October 2019.", "A eu lieu en octobre 2019.",
     "Tuvo lugar en octubre de 2019.")),
    ("announced", MEXICO, date(2023, 10, 20), {}, (
        "Takes place from 16 to 20 October 2023.", "A lieu du 16 au 20 octobre 2023.",
        "Tiene lugar del 16 al 20 de octubre de 2023.")),
    ("announced", MEXICO, date(2023, 10, 21), {}, (
        "Was planned for 16 to 20 October 2023. Nobody has confirmed yet that it took place.",
        "Était prévue du 16 au 20 octobre 2023. Personne n’a encore confirmé qu’elle a eu lieu.",
        "Estaba prevista del 16 al 20 de octubre de 2023. Nadie ha confirmado todavía que se celebrara.")),
    ("announced", "2027-05", ON, {"tentative": True}, (
        "Is expected to take place in May 2027; the date is not final.",
        "Devrait avoir lieu en mai 2027\u00a0; la date n’est pas définitive.",
        "Debería tener lugar en mayo de 2027; la fecha no es definitiva.")),
    ("planned", "2027-05", ON, {}, ("Is planned for May 2027.", "Est prévue en mai 2027.",
     "Está prevista para mayo de 2027.")),
    ("planned", "2025-05", ON, {}, (
        "Was planned for May 2025.", "Était prévue en mai 2025.", "Estaba prevista para mayo de 2025.")),
    ("planned", None, ON, {}, (
        "The date is not decided yet.", "La date n’est pas encore fixée.", "La fecha aún no está decidida.")),
    ("delivered", None, ON, {}, (
        "The date is not recorded.", "La date n’est pas renseignée.", "La fecha no está registrada.")),
    ("in_delivery", RANGE, date(2021, 10, 1), {}, (
        "Is taking place from September 2021 to 29 April 2022.", "Se déroule de septembre 2021 au 29 avril 2022.",
        "Se está celebrando de septiembre de 2021 al 29 de abril de 2022.")),
    ("postponed", None, ON, {"former": ["2022-10-03/2022-10-07"]}, (
        "Postponed. Was planned for 3 to 7 October 2022; the new date is not decided yet.",
        "Reportée. Était prévue du 3 au 7 octobre 2022\u00a0; la nouvelle date n’est pas encore fixée.",
        "Aplazada. Estaba prevista del 3 al 7 de octubre de 2022; la nueva fecha aún no está decidida.")),
    ("postponed", None, ON, {}, (
        "Postponed; the new date is not decided yet.", "Reportée\u00a0; la nouvelle date n’est pas encore fixée.",
        "Aplazada; la nueva fecha aún no está decidida.")),
    ("postponed", "2027-02", ON, {"former": ["2022-10-03/2022-10-07", "2024-03"]}, (
        "Postponed. Was planned for March 2024; is now planned for February 2027.",
        "Reportée. Était prévue en mars 2024\u00a0; est maintenant prévue en février 2027.",
        "Aplazada. Estaba prevista para marzo de 2024; ahora está prevista para febrero de 2027.")),
    ("postponed", "2025-02", ON, {"former": ["2024-03"]}, (
        "Postponed. Was planned for March 2024, and then for February 2025; no newer date is decided.",
        "Reportée. Était prévue en mars 2024, puis en février 2025\u00a0; aucune nouvelle date n’est fixée.",
        "Aplazada. Estaba prevista para marzo de 2024 y después para febrero de 2025; no hay una fecha más nueva.")),
    ("postponed", "2027-02", ON, {}, (
        "Postponed. Is now planned for February 2027.", "Reportée. Est maintenant prévue en février 2027.",
        "Aplazada. Ahora está prevista para febrero de 2027.")),
    ("postponed", "2025-02", ON, {}, (
        "Postponed. Was planned for February 2025; the new date is not decided yet.",
        "Reportée. Était prévue en février 2025\u00a0; la nouvelle date n’est pas encore fixée.",
        "Aplazada. Estaba prevista para febrero de 2025; la nueva fecha aún no está decidida.")),
    ("postponed", "2025-02", ON, {"former": ["2025-02"]}, (
        "Postponed. Was planned for February 2025; the new date is not decided yet.",
        "Reportée. Était prévue en février 2025\u00a0; la nouvelle date n’est pas encore fixée.",
        "Aplazada. Estaba prevista para febrero de 2025; la nueva fecha aún no está decidida.")),
    ("postponed", "2027-02", ON, {"former": ["2027-02"]}, (
        "Postponed. Is now planned for February 2027.", "Reportée. Est maintenant prévue en février 2027.",
        "Aplazada. Ahora está prevista para febrero de 2027.")),
    ("postponed", "2027-02", ON, {"former": ["2024-03", "2027-02"]}, (
        "Postponed. Was planned for March 2024; is now planned for February 2027.",
        "Reportée. Était prévue en mars 2024\u00a0; est maintenant prévue en février 2027.",
        "Aplazada. Estaba prevista para marzo de 2024; ahora está prevista para febrero de 2027.")),
    ("cancelled", "2024-03", ON, {}, (
        "Cancelled. Was planned for March 2024.", "Annulée. Était prévue en mars 2024.",
        "Cancelada. Estaba prevista para marzo de 2024.")),
]  # fmt: skip


@pytest.mark.parametrize(("status", "edtf", "on", "more", "said"), WHEN)
def test_when_follows_the_status_and_the_day(status, edtf, on, more, said):
    assert tuple(sentences.when(status, edtf, on, code, **more) for code in CODES) == said


def test_former_dates_are_told_oldest_first():
    assert sentences.former_dates(["2020-05", "2022-10-03/2022-10-07"], "en") == [
        "First planned for May 2020.",
        "Then planned for 3 to 7 October 2022.",
    ]
    assert sentences.former_dates(["2020-05"], "fr") == ["D’abord prévue en mai 2020."]
    assert sentences.former_dates(["2020-05"], "es") == ["Prevista en un principio para mayo de 2020."]


@pytest.mark.parametrize(
    ("status", "edtf", "on", "labels", "kind"),
    [
        ("delivered", MEXICO, ON, ("Delivered", "Réalisée", "Realizada"), "done"),
        ("announced", MEXICO, date(2023, 7, 11), ("Announced", "Annoncée", "Anunciada"), "info"),
        ("announced", MEXICO, ON, ("Not confirmed", "Non confirmée", "Sin confirmar"), "due"),
        ("cancelled", MEXICO, ON, ("Cancelled", "Annulée", "Cancelada"), "late"),
        ("planned", None, ON, ("Planned", "Prévue", "Prevista"), ""),
    ],
)
def test_status_label_says_what_is_known_on_the_day(status, edtf, on, labels, kind):
    assert [sentences.status_label(status, edtf, on, code) for code in CODES] == [(words, kind) for words in labels]


@pytest.mark.parametrize(
    ("participants", "whole"),
    [
        (None, ("number not recorded", "nombre non renseigné", "número no registrado")),
        ({"kind": "planned", "min": 30, "max": 30, "differ": False}, ("30 places", "30 places", "30 plazas")),
        ({"kind": "planned", "min": 25, "max": 30, "differ": False}, ("25–30 places", "25–30 places", "25–30 plazas")),
        ({"kind": "planned", "min": 25, "max": None, "differ": False}, (
            "at least 25 places", "au moins 25 places", "al menos 25 plazas")),
        ({"kind": "planned", "min": None, "max": 1, "differ": False}, (
            "up to 1 place", "jusqu’à 1 place", "hasta 1 plaza")),
        ({"kind": "reported", "min": 25, "max": 25, "differ": False}, ("25 people", "25 personnes", "25 personas")),
        ({"kind": "recorded", "min": 1, "max": 1, "differ": False}, ("1 person", "1 personne", "1 persona")),
        ({"kind": "reported", "min": 27, "max": 30, "differ": True}, (
            "27–30 people, sources differ", "27–30 personnes, les sources divergent",
             "27–30 personas, las fuentes difieren")),
    ],
)  # fmt: skip
def test_counts_are_told_as_they_are_known(participants, whole):
    assert tuple(sentences.count(participants, code).whole for code in CODES) == whole


def test_count_keeps_figure_and_word_apart():
    known = sentences.count({"kind": "reported", "min": 27, "max": 30, "differ": True}, "en")
    assert (known.figure, known.word, known.differ) == ("27–30", "people", True)
    assert sentences.count(None, "en").figure == ""


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (None, ("no training on record", "aucune formation connue", "ninguna formación registrada")),
        (0, ("less than a month ago", "il y a moins d’un mois", "hace menos de un mes")),
        (1, ("1 month ago", "il y a 1 mois", "hace 1 mes")),
        (49, ("49 months ago", "il y a 49 mois", "hace 49 meses")),
    ],
)
def test_ago(months, said):
    assert tuple(sentences.ago(months, code) for code in CODES) == said


def test_region_state_on_time():
    known = {"state": "on_time", "last": "2023-05-05", "due": date(2025, 5, 5), "missed_from": None, "running": False,
             "confirmed": True}  # fmt: skip
    assert tuple(sentences.region_state(**known, language=code) for code in CODES) == (
        "Last reached on 5 May 2023. The next one is due by 5 May 2025.",
        "Atteinte pour la dernière fois le 5 mai 2023. La prochaine est attendue au plus tard le 5 mai 2025.",
        "Alcanzada por última vez el 5 de mayo de 2023. La siguiente debe empezar a más tardar el 5 de mayo de 2025.",
    )


def test_region_state_overdue_is_as_rough_as_its_source():
    known = {"state": "overdue", "last": "2019-06", "due": date(2021, 6, 30), "missed_from": date(2021, 7, 1),
             "running": False, "confirmed": True}  # fmt: skip
    assert tuple(sentences.region_state(**known, language=code) for code in CODES) == (
        "Last reached in June 2019. Overdue since 1 July 2021.",
        "Atteinte pour la dernière fois en juin 2019. En retard depuis le 1er juillet 2021.",
        "Alcanzada por última vez en junio de 2019. Con retraso desde el 1 de julio de 2021.",
    )


def test_region_state_without_a_record_and_without_confirmation():
    never = {"state": "overdue", "last": None, "due": date(2020, 9, 1), "missed_from": date(2020, 9, 2),
             "running": False, "confirmed": True}  # fmt: skip
    assert sentences.region_state(**never, language="en") == "No training on record. Overdue since 2 September 2020."
    mexico = {"state": "on_time", "last": "2023-10-20", "due": date(2025, 10, 20), "missed_from": None,
              "running": False, "confirmed": False}  # fmt: skip
    assert sentences.region_state(**mexico, language="fr") == (
        "Atteinte pour la dernière fois le 20 octobre 2023. La prochaine est attendue au plus tard le 20 octobre 2025. "
        "Personne n’a encore confirmé que la dernière formation a eu lieu."
    )


def test_missed_days_and_windows():
    assert [sentences.missed(1155, is_open=True, language=code) for code in CODES] == [
        "1,155 days, open",
        "1\u202f155 jours, en cours",
        "1155 días, sin cerrar",
    ]
    assert sentences.missed(516, is_open=False, language="en") == "516 days"
    assert sentences.missed(0, is_open=False, language="es") == "ninguno"
    assert sentences.window(date(2021, 12, 1), date(2023, 4, 30), is_open=False, language="fr") == (
        "du 1er décembre 2021 au 30 avril 2023"
    )
    assert sentences.window(date(2021, 7, 1), date(2023, 10, 31), is_open=True, language="en") == "since 1 July 2021"


def test_map_description_is_the_prototypes_sentence():
    assert [
        sentences.map_description(3, 5, 24, [name], code)
        for code, name in zip(CODES, ("Asia and the Pacific", "Asie et Pacifique", "Asia y el Pacífico"), strict=True)
    ] == [
        "3 of 5 regions reached in the last 24 months. No training on record: Asia and the Pacific.",
        "3 régions sur 5 atteintes au cours des 24 derniers mois. Aucune formation connue\u00a0: Asie et Pacifique.",
        "3 de 5 regiones alcanzadas en los últimos 24 meses. Ninguna formación registrada: Asia y el Pacífico.",
    ]


@pytest.mark.parametrize(
    ("language", "alike"),
    [
        ("fr", {"fact.dates", "outside.dates", "outside.planned_participants", "method.discussion", "places.n",
                "word.places", "fact.capacity", "fact.disciplines"}),
        ("es", {"format.because", "outside.no", "place.venues"}),
    ],
)  # fmt: skip
def test_every_wording_is_said_in_the_catalogue(language, alike):
    def told(key: str, code: str) -> list[str]:
        with override(code):
            return [wording.COUNTED[key](n) for n in (1, 2)] if key in wording.COUNTED else [wording.text(key)]

    keys = [*wording.TEXTS, *wording.COUNTED]
    assert len(keys) == len(set(keys)) == 170
    assert {key for key in keys if set(told(key, language)) & set(told(key, "en"))} == alike


def test_the_last_number_of_a_range_decides_about_the_form():
    assert [wording.say("people.n", "en", n=n) for n in (1, 2, "0–1", "1–2")] == [
        "1 person", "2 people", "0–1 person", "1–2 people",
    ]  # fmt: skip
    assert [wording.say("people.n", "fr", n=n) for n in (0, "0–1", "1–2")] == [
        "0 personne", "0–1 personne", "1–2 personnes",
    ]  # fmt: skip


def test_a_lone_word_agrees_with_what_it_speaks_of():
    assert [wording.text(key, "fr") for key in ("status.planned", "count.planned")] == ["Prévue", "Prévues"]
    assert [wording.text(key, "es") for key in ("date.unrecorded", "date.unrecorded_f")] == [
        "no registrada", "no registrado",
    ]  # fmt: skip
