"""Names of people: as shown, as sorted, as compared. Written in any script, with or without a family name."""

from __future__ import annotations

from tessera.core.folding import clean, fold, words

# Words that belong to a family name and are skipped when it is put in order: "de Wildt" stands under W,
# "Ribeiro da Silva" under R. Capital "De" or "Van" starts the name, as people who write it so expect.
PARTICLES = frozenset(
    """a af al am an auf aus av d da dal dalla de degli dei del della den der des di do dos du e el het i
    in la las le les lo los 't te ten ter till to tot und van vande vanden vander vom von y zu zum zur""".split()
)


def clean_name(text: str) -> str:
    """``text`` as kept: one line, one space between words, no invisible signs."""
    return clean(text, lines=False)


def display_name(given: str, family: str) -> str:
    """The name as shown where nothing else is said: given names first, unless the script puts the family first."""
    given, family = clean_name(given), clean_name(family)
    if given and family and _family_first(given + family):
        return f"{family}{'' if _unspaced(given + family) else ' '}{given}"
    return " ".join(part for part in (given, family) if part)


def split_name(display: str) -> tuple[str, str]:
    """(given names, family names) as a first guess for a form: a particle starts the family name.

    A single word and a name in a script without spaces are left whole, as family name.
    """
    parts = clean_name(display).split()
    if len(parts) < 2:
        return "", " ".join(parts)
    for n, part in enumerate(parts[1:], start=1):
        if part in PARTICLES and n < len(parts) - 1:
            return " ".join(parts[:n]), " ".join(parts[n:])
    return " ".join(parts[:-1]), parts[-1]


def sort_name(given: str, family: str, display: str = "") -> str:
    """The form that puts lists in order: "Wildt, Annemarie de", "Ribeiro da Silva Bevilacqua, Juliana", "Teresa".

    Leading lower-case particles move behind the given names. Without a family name: the given names, else ``display``.
    """
    given, family = clean_name(given), clean_name(family)
    if not family:
        return given or clean_name(display)
    parts = family.split()
    lead = 0
    while lead < len(parts) - 1 and parts[lead] in PARTICLES:
        lead += 1
    if lead == 0 and parts[0][:2] in ("d'", "d’", "l'", "l’") and len(parts[0]) > 2:
        head, tail = parts[0][2:] + "".join(f" {part}" for part in parts[1:]), parts[0][:2]
    else:
        head, tail = " ".join(parts[lead:]), " ".join(parts[:lead])
    return ", ".join(part for part in (head, " ".join(bit for bit in (given, tail) if bit)) if part)


def sort_key(name: str) -> str:
    """``name`` comparable across scripts and accents, for ordering in Python."""
    return fold(name)


def folded_names(*names: str) -> str:
    """Every word of ``names`` once, folded, each between spaces, for comparison in a query."""
    seen: dict[str, None] = {}
    for name in names:
        for word in words(name):
            seen.setdefault(word)
    return f" {' '.join(seen)} " if seen else ""


def _family_first(text: str) -> bool:
    """Whether the letters are Chinese, Japanese or Korean."""
    return any(
        "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" or "\uf900" <= c <= "\ufaff"
        for c in text
    )


def _unspaced(text: str) -> bool:
    return _family_first(text) and " " not in text
