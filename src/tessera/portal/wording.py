"""The words in which facts are told, written in each language (not translated word by word).

A fact's sentence has one key and one text a language; "one form|other form" where a number decides. A language
without a text of its own takes the English one through its catalogue. Words of DOMAIN.md and of the archive
are used as they stand there.
"""

from __future__ import annotations

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext

LANGUAGES = ("en", "fr", "es")

TEXTS: dict[str, tuple[str, str, str]] = {
    # When a training takes, took or was to take place. {said}: "from 16 to 20 October 2023"; {planned}: "for …".
    "when.held": ("Took place {said}.", "A eu lieu {said}.", "Tuvo lugar {said}."),
    "when.takes": ("Takes place {said}.", "A lieu {said}.", "Tiene lugar {said}."),
    "when.tentative": (
        "Is expected to take place {said}; the date is not final.",
        "Devrait avoir lieu {said}\u00a0; la date n’est pas définitive.",
        "Debería tener lugar {said}; la fecha no es definitiva.",
    ),
    "when.running": ("Is taking place {said}.", "Se déroule {said}.", "Se está celebrando {said}."),
    "when.planned": ("Is planned {planned}.", "Est prévue {planned}.", "Está prevista {planned}."),
    "when.was_planned": ("Was planned {planned}.", "Était prévue {planned}.", "Estaba prevista {planned}."),
    "when.unconfirmed": (
        "Was planned {planned}. Nobody has confirmed yet that it took place.",
        "Était prévue {planned}. Personne n’a encore confirmé qu’elle a eu lieu.",
        "Estaba prevista {planned}. Nadie ha confirmado todavía que se celebrara.",
    ),
    "when.unfinished": (
        "Was planned {planned}. It has begun; nobody has confirmed yet that it is over.",
        "Était prévue {planned}. Elle a commencé\u00a0; personne n’a encore confirmé qu’elle est terminée.",
        "Estaba prevista {planned}. Ha comenzado; nadie ha confirmado todavía que haya concluido.",
    ),
    "when.postponed": (
        "Postponed. Was planned {planned}; the new date is not decided yet.",
        "Reportée. Était prévue {planned}\u00a0; la nouvelle date n’est pas encore fixée.",
        "Aplazada. Estaba prevista {planned}; la nueva fecha aún no está decidida.",
    ),
    "when.postponed_undated": (
        "Postponed; the new date is not decided yet.",
        "Reportée\u00a0; la nouvelle date n’est pas encore fixée.",
        "Aplazada; la nueva fecha aún no está decidida.",
    ),
    "when.cancelled": (
        "Cancelled. Was planned {planned}.",
        "Annulée. Était prévue {planned}.",
        "Cancelada. Estaba prevista {planned}.",
    ),
    "when.cancelled_undated": ("Cancelled.", "Annulée.", "Cancelada."),
    "when.undecided": (
        "The date is not decided yet.",
        "La date n’est pas encore fixée.",
        "La fecha aún no está decidida.",
    ),
    "when.unrecorded": ("The date is not recorded.", "La date n’est pas renseignée.", "La fecha no está registrada."),
    "when.former": ("First planned {planned}.", "D’abord prévue {planned}.", "Prevista en un principio {planned}."),
    "when.former_next": ("Then planned {planned}.", "Puis prévue {planned}.", "Prevista después {planned}."),
    "date.undecided": ("not decided", "non fixée", "por decidir"),
    "date.unrecorded": ("not recorded", "non renseignée", "no registrada"),
    # Statuses, as a training's tile says them.
    "status.proposed": ("Proposed", "Proposée", "Propuesta"),
    "status.planned": ("Planned", "Prévue", "Prevista"),
    "status.announced": ("Announced", "Annoncée", "Anunciada"),
    "status.in_delivery": ("Under way", "En cours", "En curso"),
    "status.delivered": ("Delivered", "Réalisée", "Realizada"),
    "status.followed_up": ("Delivered, being followed up", "Réalisée, en cours de suivi", "Realizada, en seguimiento"),
    "status.closed": ("Delivered and closed", "Réalisée et clôturée", "Realizada y cerrada"),
    "status.postponed": ("Postponed", "Reportée", "Aplazada"),
    "status.cancelled": ("Cancelled", "Annulée", "Cancelada"),
    "status.unconfirmed": ("Not confirmed", "Non confirmée", "Sin confirmar"),
    # Formats and scopes.
    "format.in_person": ("In person", "En présentiel", "Presencial"),
    "format.online": ("Online", "En ligne", "En línea"),
    "format.hybrid": ("Hybrid", "Hybride", "Híbrido"),
    "scope.regional": ("Several countries of a region", "Plusieurs pays d’une région", "Varios países de una región"),
    "scope.national": ("One country", "Un seul pays", "Un solo país"),
    "scope.interregional": ("Several regions", "Plusieurs régions", "Varias regiones"),
    "scope.spoken": ("{where}, in {spoken}", "{where}, en {spoken}", "{where}, en {spoken}"),
    "scope.only": ("{country} only", "{country} seulement", "Solo {country}"),
    # How many. {n} is a number or a range.
    "people.n": ("{n} person|{n} people", "{n} personne|{n} personnes", "{n} persona|{n} personas"),
    "people.differ": (
        "{n} people, sources differ",
        "{n} personnes, les sources divergent",
        "{n} personas, las fuentes difieren",
    ),
    "people.unknown": ("number not recorded", "nombre non renseigné", "número no registrado"),
    "people.disagree": ("Sources disagree.", "Les sources divergent.", "Las fuentes difieren."),
    "people.kept": (
        "Both numbers are kept until one is confirmed.",
        "Les deux nombres sont conservés jusqu’à confirmation.",
        "Se conservan ambos números hasta que se confirme uno.",
    ),
    "word.rehearsal": ("Rehearsal, invented", "Répétition, inventé", "Ensayo, inventado"),
    "places.n": ("{n} place|{n} places", "{n} place|{n} places", "{n} plaza|{n} plazas"),
    "places.differ": (
        "{n} places, sources differ",
        "{n} places, les sources divergent",
        "{n} plazas, las fuentes difieren",
    ),
    "word.people": ("person|people", "personne|personnes", "persona|personas"),
    "word.places": ("place|places", "place|places", "plaza|plazas"),
    "count.countries": ("{n} country|{n} countries", "{n} pays|{n} pays", "{n} país|{n} países"),
    "count.territories": (
        "{n} country or territory|{n} countries and territories",
        "{n} pays ou territoire|{n} pays et territoires",
        "{n} país o territorio|{n} países y territorios",
    ),
    "count.days": ("{n} day|{n} days", "{n} jour|{n} jours", "{n} día|{n} días"),
    "count.sessions": ("{n} session|{n} sessions", "{n} séance|{n} séances", "{n} sesión|{n} sesiones"),
    "count.trainings": ("{n} training|{n} trainings", "{n} formation|{n} formations", "{n} formación|{n} formaciones"),
    "count.planned": ("Planned", "Prévues", "Previstas"),
    "count.reported": ("Reported", "Annoncées après coup", "Comunicadas"),
    "count.recorded": ("Recorded by the office", "Enregistrées par le bureau", "Registradas por la oficina"),
    # A training's facts at a glance, and its texts.
    "fact.dates": ("Dates", "Dates", "Fechas"),
    "fact.where": ("Where", "Lieu", "Lugar"),
    "fact.for": ("For", "Pour", "Para"),
    "fact.people": ("People", "Personnes", "Personas"),
    "fact.from": ("From", "Venues de", "De"),
    "fact.language": ("Language", "Langue", "Idioma"),
    "fact.interpretation": ("Interpretation", "Interprétation", "Interpretación"),
    "fact.length": ("Length", "Durée", "Duración"),
    "date.unrecorded_f": ("not recorded", "non renseignée", "no registrado"),
    "text.need": ("The need", "Le besoin", "La necesidad"),
    "text.objectives": ("Objectives", "Objectifs", "Objetivos"),
    "text.outcomes": ("Outcomes", "Résultats attendus", "Resultados esperados"),
    "text.approach": ("Approach", "Démarche", "Enfoque"),
    "people.trainers": ("Trainers", "Formatrices et formateurs", "Formadoras y formadores"),
    "people.mentors": ("Mentors", "Mentor·es", "Mentoras y mentores"),
    # What other sources say.
    "outside.dates": ("Dates", "Dates", "Fechas"),
    "outside.first_planned": ("First planned", "D’abord prévue", "Prevista en un principio"),
    "outside.call_published": ("Call published", "Appel publié", "Convocatoria publicada"),
    "outside.calls_launched": ("Calls launched", "Appels lancés", "Convocatorias lanzadas"),
    "outside.planned_participants": ("Places", "Places", "Plazas"),
    "outside.reported_participants": ("Participants", "Participantes et participants", "Participantes"),
    "outside.participant_countries": ("Participants from", "Venus de", "Procedentes de"),
    "outside.eligibility": ("Eligibility", "Admissibilité", "Requisitos de admisión"),
    "outside.strands": ("Strands", "Volets", "Modalidades"),
    "outside.commitment": ("Commitment", "Engagement", "Compromiso"),
    "outside.grants": ("Grants", "Bourses", "Becas"),
    "outside.additional_supporter": ("Also supported by", "Avec aussi le soutien de", "También con el apoyo de"),
    "outside.partner": ("Partner", "Partenaire", "Socio"),
    "outside.city": ("Town", "Ville", "Ciudad"),
    "outside.postponed": ("Postponed", "Reportée", "Aplazada"),
    "outside.yes": ("yes", "oui", "sí"),
    # How long ago.
    "ago.months": ("{n} month ago|{n} months ago", "il y a {n} mois|il y a {n} mois", "hace {n} mes|hace {n} meses"),
    "ago.less": ("less than a month ago", "il y a moins d’un mois", "hace menos de un mes"),
    "ago.none": ("no training on record", "aucune formation connue", "ninguna formación registrada"),
    # The coverage clock. {on}: "on 5 May 2023"; {by}: "5 May 2025"; {last}: "in June 2019".
    "state.on_time": ("On time", "Dans les délais", "En plazo"),
    "state.due_soon": ("Due soon", "Échéance proche", "Vence pronto"),
    "state.overdue": ("Overdue", "En retard", "Con retraso"),
    "clock.last": (
        "Last reached {last}.",
        "Atteinte pour la dernière fois {last}.",
        "Alcanzada por última vez {last}.",
    ),
    "clock.never": ("No training on record.", "Aucune formation connue.", "Ninguna formación registrada."),
    "clock.running": ("A training is under way.", "Une formation est en cours.", "Hay una formación en curso."),
    "clock.due": (
        "The next one is due by {by}.",
        "La prochaine est attendue au plus tard le {by}.",
        "La siguiente debe empezar a más tardar el {by}.",
    ),
    "clock.overdue": ("Overdue since {by}.", "En retard depuis le {by}.", "Con retraso desde el {by}."),
    "clock.unconfirmed": (
        "Nobody has confirmed yet that the last training took place.",
        "Personne n’a encore confirmé que la dernière formation a eu lieu.",
        "Nadie ha confirmado todavía que la última formación se celebrara.",
    ),
    "clock.uncertain": (
        "Some dates are rough: the other reading gives other days.",
        "Certaines dates sont approximatives\u00a0: l’autre lecture donne d’autres jours.",
        "Algunas fechas son aproximadas: la otra lectura da otros días.",
    ),
    "clock.next": ("Announced: {when}.", "Annoncée\u00a0: {when}.", "Anunciada: {when}."),
    "clock.next_planned": ("Planned: {when}.", "Prévue\u00a0: {when}.", "Prevista: {when}."),
    "clock.none_planned": ("None planned.", "Aucune n’est prévue.", "Ninguna prevista."),
    "clock.national": ("For one country only: {list}.", "Pour un seul pays\u00a0: {list}.", "Para un solo país: {list}."),
    "missed.none": ("none", "aucun", "ninguno"),
    "missed.days": ("{n} day|{n} days", "{n} jour|{n} jours", "{n} día|{n} días"),
    "missed.open": (
        "{n} day, open|{n} days, open",
        "{n} jour, en cours|{n} jours, en cours",
        "{n} día, sin cerrar|{n} días, sin cerrar",
    ),
    "missed.window": ("{start} to {end}", "du {start} au {end}", "del {start} al {end}"),
    "missed.window_open": ("since {start}", "depuis le {start}", "desde el {start}"),
    "map.reached": (
        "{n} of {t} region {inside}|{n} of {t} regions {inside}",
        "{n} région sur {t} atteinte {inside}|{n} régions sur {t} atteintes {inside}",
        "{n} de {t} regiones alcanzada {inside}|{n} de {t} regiones alcanzadas {inside}",
    ),
    "map.inside": (
        "reached in the last {months} months.",
        "au cours des {months} derniers mois.",
        "en los últimos {months} meses.",
    ),
    "map.none": (
        "No training on record: {list}.",
        "Aucune formation connue\u00a0: {list}.",
        "Ninguna formación registrada: {list}.",
    ),
    # The legends of the map and of the clock.
    "legend.a": ("{to} months or less", "{to} mois ou moins", "{to} meses o menos"),
    "legend.b": ("{first} to {to}", "de {first} à {to}", "de {first} a {to}"),
    "legend.c": ("{first} to {to}, overdue", "de {first} à {to}, en retard", "de {first} a {to}, con retraso"),
    "legend.d": ("more than {to}", "plus de {to}", "más de {to}"),
    "legend.n": ("no training on record", "aucune formation connue", "ninguna formación registrada"),
    "legend.next": ("a training is announced", "une formation est annoncée", "hay una formación anunciada"),
    "key.held": ("training", "formation", "formación"),
    "key.national": ("one country only", "un seul pays", "un solo país"),
    "key.announced": ("announced", "annoncée", "anunciada"),
    "key.unconfirmed": ("not confirmed", "non confirmée", "sin confirmar"),
    "key.derived": ("wider audience", "public plus large", "público más amplio"),
    "key.proposed": ("planned", "prévue", "prevista"),
    "key.covered": ("covered", "couvert", "cubierto"),
    "key.due": ("due date passes", "échéance dépassée", "vence el plazo"),
    "key.overdue": ("overdue", "en retard", "con retraso"),
    # Partners by what they did.
    "by.organiser": ("Organised by", "Organisée par", "Organizada por"),
    "by.partner": ("In partnership with", "En partenariat avec", "En colaboración con"),
    "by.supporter": ("Supported by", "Avec le soutien de", "Con el apoyo de"),
    "by.initiator": ("On the initiative of", "À l’initiative de", "Por iniciativa de"),
    "by.host_venue": ("Held at", "Lieux d’accueil", "Sedes"),
    "by.study_visit": ("Study visits", "Visites d’étude", "Visitas de estudio"),
    "by.rights_holder": ("Image rights", "Droits sur l’image", "Derechos de imagen"),
    # Roles, as the archive names them.
    "role.organiser": ("Organiser", "Organisateur", "Organizador"),
    "role.partner": ("Partner", "Partenaire", "Socio"),
    "role.supporter": (
        "Supporter or funder",
        "Soutien ou bailleur de fonds",
        "Patrocinador o entidad financiadora",
    ),
    "role.initiator": ("Initiator", "Initiateur", "Promotor de la iniciativa"),
    "role.host_venue": ("Venue", "Lieu d’accueil", "Sede"),
    "role.study_visit": ("Study visit", "Visite d’étude", "Visita de estudio"),
    "role.rights_holder": (
        "Image rights holder",
        "Titulaire des droits sur l’image",
        "Titular de los derechos de imagen",
    ),
    "role.trainer": ("Trainer", "Formatrice ou formateur", "Formadora o formador"),
    "role.mentor": ("Mentor", "Mentor·e", "Mentora o mentor"),
    "role.needs_originator": ("Raised the need", "À l’origine du besoin exprimé", "Planteó la necesidad"),
    "role.photographer": ("Photographer", "Photographe", "Fotografía"),
    "role.others": ("Also involved", "Ont aussi contribué", "También participaron"),
    "method.lecture": ("Lecture", "Conférence", "Conferencia"),
    "method.workshop": ("Workshop", "Atelier", "Taller"),
    "method.discussion": ("Discussion", "Discussion", "Debate"),
    "method.participatory_activity": ("Participatory activity", "Activité participative", "Actividad participativa"),
    "method.seminar": ("Seminar", "Séminaire", "Seminario"),
    "method.study_visit": ("Study visit", "Visite d’étude", "Visita de estudio"),
    "method.peer_exchange": ("Exchange of experience", "Échange d’expériences", "Intercambio de experiencias"),
    "session.workshop": ("Workshop", "Atelier", "Taller"),
    "session.topic": ("Topic", "Thème", "Tema"),
    "session.session_block": ("Block of sessions", "Série de séances", "Bloque de sesiones"),
    "level.mid_career": ("mid-career", "en milieu de carrière", "a mitad de carrera"),
    "format.because": ("{format}: {reason}.", "{format}\u00a0: {reason}.", "{format}: {reason}."),
    "place.venues": ("{place}: {venues}", "{place}\u00a0: {venues}", "{place}: {venues}"),
    "gap": (
        "Nothing is on record between {first} and {last}.",
        "Rien n’est connu entre {first} et {last}.",
        "No hay nada registrado entre {first} y {last}.",
    ),
    "strip.label": (
        "Timeline of {n} training from {first} to {last}|Timeline of {n} trainings from {first} to {last}",
        "Frise de {n} formation, de {first} à {last}|Frise de {n} formations, de {first} à {last}",
        "Línea de tiempo de {n} formación, de {first} a {last}|Línea de tiempo de {n} formaciones, de {first} a {last}",
    ),
    "list.and": ("{first} and {last}", "{first} et {last}", "{first} y {last}"),
}  # fmt: skip


def text(key: str, language: str | None = None) -> str:
    """The text of ``key``, with its placeholders; the reader's language by default."""
    code = (language or get_language() or "en").partition("-")[0]
    texts = TEXTS[key]
    return texts[LANGUAGES.index(code)] if code in LANGUAGES else gettext(texts[0])


def has(key: str) -> bool:
    """Whether there are words for ``key`` (a vocabulary of the desk may hold more)."""
    return key in TEXTS


def say(key: str, language: str | None = None, **values: object) -> str:
    """The sentence of ``key`` with its values filled in; numbers are written as the language writes them."""
    words = text(key, language)
    if "|" in words:
        one, other = words.split("|")
        count = values.get("n")
        words = one if isinstance(count, int) and _plural(count, language) == "one" else other
    return words.format(**{name: number(v, language) if isinstance(v, int) else v for name, v in values.items()})


def number(value: int, language: str | None = None) -> str:
    """ "1,043", "1 043", "1043": as the language groups digits (Spanish from five on, with a thin space)."""
    locale = _locale(language)
    if locale.language == "es":
        return str(value) if abs(value) < 10_000 else f"{value:,}".replace(",", "\u202f")
    return format_decimal(value, locale=locale)


def joined(items: list[str], language: str | None = None) -> str:
    """ "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return say("list.and", language, first=", ".join(items[:-1]), last=items[-1])


def _plural(count: int, language: str | None) -> str:
    return str(_locale(language).plural_form(count))


_LOCALES: dict[str, Locale] = {}


def _locale(language: str | None) -> Locale:
    code = language or get_language() or "en"
    if code not in _LOCALES:
        try:
            _LOCALES[code] = Locale.parse(code.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            _LOCALES[code] = Locale("en")
    return _LOCALES[code]
