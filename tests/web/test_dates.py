"""Dates in words, exactly, in three languages."""

from datetime import UTC, date, datetime

import pytest

from tessera.core.edtf import EdtfError
from tessera.web import dates

WORDS = [
    # EDTF, alone (en, fr, es), said after a verb (en, fr, es)
    ("2023-10-16/2023-10-20",
     ("16 to 20 October 2023", "du 16 au 20 octobre 2023", "del 16 al 20 de octubre de 2023"),
     ("from 16 to 20 October 2023", "du 16 au 20 octobre 2023", "del 16 al 20 de octubre de 2023")),
    ("2022-10-01/2022-10-05",
     ("1 to 5 October 2022", "du 1er au 5 octobre 2022", "del 1 al 5 de octubre de 2022"),
     ("from 1 to 5 October 2022", "du 1er au 5 octobre 2022", "del 1 al 5 de octubre de 2022")),
    ("2022-10-28/2022-11-01",
     ("28 October to 1 November 2022", "du 28 octobre au 1er novembre 2022",
      "del 28 de octubre al 1 de noviembre de 2022"),
     ("from 28 October to 1 November 2022", "du 28 octobre au 1er novembre 2022",
      "del 28 de octubre al 1 de noviembre de 2022")),
    ("2022-12-30/2023-01-02",
     ("30 December 2022 to 2 January 2023", "du 30 décembre 2022 au 2 janvier 2023",
      "del 30 de diciembre de 2022 al 2 de enero de 2023"),
     ("from 30 December 2022 to 2 January 2023", "du 30 décembre 2022 au 2 janvier 2023",
      "del 30 de diciembre de 2022 al 2 de enero de 2023")),
    ("2022-05-03",
     ("3 May 2022", "3 mai 2022", "3 de mayo de 2022"),
     ("on 3 May 2022", "le 3 mai 2022", "el 3 de mayo de 2022")),
    ("2019-10",
     ("October 2019", "octobre 2019", "octubre de 2019"),
     ("in October 2019", "en octobre 2019", "en octubre de 2019")),
    ("2021-09/2021-12",
     ("September to December 2021", "de septembre à décembre 2021", "de septiembre a diciembre de 2021"),
     ("from September to December 2021", "de septembre à décembre 2021", "de septiembre a diciembre de 2021")),
    ("2021-10/2022-04",
     ("October 2021 to April 2022", "d’octobre 2021 à avril 2022", "de octubre de 2021 a abril de 2022"),
     ("from October 2021 to April 2022", "d’octobre 2021 à avril 2022", "de octubre de 2021 a abril de 2022")),
    ("2021-09/2022-04-29",
     ("September 2021 to 29 April 2022", "de septembre 2021 au 29 avril 2022",
      "de septiembre de 2021 al 29 de abril de 2022"),
     ("from September 2021 to 29 April 2022", "de septembre 2021 au 29 avril 2022",
      "de septiembre de 2021 al 29 de abril de 2022")),
    ("2019", ("2019", "2019", "2019"), ("in 2019", "en 2019", "en 2019")),
    ("2019/2021", ("2019 to 2021", "de 2019 à 2021", "de 2019 a 2021"),
     ("from 2019 to 2021", "de 2019 à 2021", "de 2019 a 2021")),
    ("2020-21", ("spring 2020", "printemps 2020", "primavera de 2020"),
     ("in spring 2020", "au printemps 2020", "en la primavera de 2020")),
    ("2020-23", ("autumn 2020", "automne 2020", "otoño de 2020"),
     ("in autumn 2020", "en automne 2020", "en el otoño de 2020")),
    ("2019-10~", ("about October 2019", "vers octobre 2019", "hacia octubre de 2019"),
     ("about October 2019", "vers octobre 2019", "hacia octubre de 2019")),
    ("2019-10?", ("October 2019 (date uncertain)", "octobre 2019 (date incertaine)",
     "octubre de 2019 (fecha incierta)"),
     ("in October 2019 (date uncertain)", "en octobre 2019 (date incertaine)", "en octubre de 2019 (fecha incierta)")),
    ("2010/..", ("since 2010", "depuis 2010", "desde 2010"), ("since 2010", "depuis 2010", "desde 2010")),
    ("../1993", ("until 1993", "jusqu’en 1993", "hasta 1993"), ("until 1993", "jusqu’en 1993", "hasta 1993")),
]  # fmt: skip


@pytest.mark.parametrize(("edtf", "alone", "said"), WORDS, ids=[row[0] for row in WORDS])
def test_dates_are_written_in_three_languages(edtf, alone, said):
    assert tuple(dates.in_words(edtf, code) for code in ("en", "fr", "es")) == alone
    assert tuple(dates.said(edtf, code) for code in ("en", "fr", "es")) == said


@pytest.mark.parametrize(
    ("edtf", "planned"),
    [
        ("2023-10-16/2023-10-20",
         ("for 16 to 20 October 2023", "du 16 au 20 octobre 2023", "del 16 al 20 de octubre de 2023")),
        ("2027-10", ("for October 2027", "en octobre 2027", "para octubre de 2027")),
        ("2027-10-01", ("for 1 October 2027", "le 1er octobre 2027", "para el 1 de octubre de 2027")),
    ],
)  # fmt: skip
def test_dates_after_planned(edtf, planned):
    assert tuple(dates.planned_for(edtf, code) for code in ("en", "fr", "es")) == planned


@pytest.mark.parametrize(
    ("edtf", "margins"),
    [
        ("2023-10-16/2023-10-20", (("16–20", "October 2023"), ("16–20", "octobre 2023"), ("16–20",
         "octubre de 2023"))),
        ("2022-05-01", (("1", "May 2022"), ("1er", "mai 2022"), ("1", "mayo de 2022"))),
        ("2019-11", (("Nov.", "2019"), ("nov.", "2019"), ("nov.", "2019"))),
        ("2021-09/2021-12", (("Sept.–Dec.", "2021"), ("sept.–déc.", "2021"), ("sept.–dic.", "2021"))),
        ("2022-10-28/2022-11-01", (("28 Oct. – 1 Nov.", "2022"), ("28 oct. – 1er nov.", "2022"),
                                   ("28 oct. – 1 nov.", "2022"))),
        ("2021-09/2022-04-29", (("2021–2022", "Sept. – 29 April"), ("2021–2022", "sept. – 29 avril"),
                                ("2021–2022", "sept. – 29 abr."))),
        ("2019", (("2019", ""), ("2019", ""), ("2019", ""))),
        ("2019-10~", (("~Oct.", "2019"), ("~oct.", "2019"), ("~oct.", "2019"))),
    ],
)  # fmt: skip
def test_margins_hold_the_date_large_and_small(edtf, margins):
    assert tuple(dates.margin(edtf, code) for code in ("en", "fr", "es")) == margins


def test_time_elements_carry_the_machine_date():
    assert dates.time_words("2023-10-16/2023-10-20", "en") == (
        '<time datetime="2023-10-16">16</time> to <time datetime="2023-10-20">20 October 2023</time>'
    )
    assert dates.time_words("2019-10", "fr", "said") == 'en <time datetime="2019-10">octobre 2019</time>'
    assert dates.time_words("2019-10~", "es") == 'hacia <time datetime="2019-10">octubre de 2019</time>'
    assert dates.time_words("2020-21", "en") == "spring 2020"


def test_a_date_object_and_a_month_are_written_too():
    assert dates.in_words(date(2023, 7, 1), "fr") == "1er juillet 2023"
    assert dates.month_year(date(2023, 5, 5), "es") == "mayo de 2023"


@pytest.mark.parametrize(
    ("edtf", "portuguese", "unknown"),
    [
        ("2022-05-03", "3 de maio de 2022", "2022-05-03"),
        ("2023-10-16/2023-10-20", "16 de outubro de 2023 – 20 de outubro de 2023", "2023-10-16 – 2023-10-20"),
        ("2019-10", "outubro de 2019", "2019-10"),
        ("2019", "2019", "2019"),
        ("2020-24", "dezembro de 2020 – fevereiro de 2021", "2020-12 – 2021-02"),
        ("2019-10~", "~outubro de 2019", "~2019-10"),
        ("2019-10?", "outubro de 2019 (?)", "2019-10 (?)"),
        ("2010/..", "2010 –", "2010 –"),
        ("../1993", "– 1993", "– 1993"),
    ],
)
def test_a_language_without_a_grammar_takes_the_patterns_of_cldr(edtf, portuguese, unknown):
    for write in (dates.in_words, dates.said, dates.planned_for):
        assert (write(edtf, "pt"), write(edtf, "pt-br"), write(edtf, "qaa")) == (portuguese, portuguese, unknown)


def test_margins_charts_and_marks_of_a_language_without_a_grammar_hold_no_english():
    assert dates.margin("2023-10-16/2023-10-20", "pt") == ("16–20", "outubro de 2023")
    assert dates.margin("2022-10-28/2022-11-01", "pt") == ("28 de out. – 1 de nov.", "2022")
    assert dates.margin("2020-21", "pt") == ("mar.–mai.", "2020")
    assert dates.margin("2022-10-28/2022-11-01", "qaa") == ("10-28 – 11-01", "2022")
    assert (dates.short_month(9, "pt"), dates.short_month(9, "qaa")) == ("set.", "09")
    assert dates.month_year(date(2023, 5, 5), "pt") == "maio de 2023"
    assert dates.time_words("2019-10~", "pt", "said") == '~<time datetime="2019-10">outubro de 2019</time>'


def test_what_is_no_date_is_refused():
    with pytest.raises(EdtfError):
        dates.in_words("2022-02-30", "en")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "9 March 2026, 11:59"), ("fr", "9 mars 2026, 11:59"), ("es", "9 de marzo de 2026, 11:59")],
)
def test_a_moment_is_a_day_and_an_hour(language, expected):
    assert dates.moment_in_words(datetime(2026, 3, 9, 11, 59, 59, tzinfo=UTC), language) == expected
