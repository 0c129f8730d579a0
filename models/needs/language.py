"""Whether a need is written in English, as far as its letters and its commonest words tell."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["en", "other"]

MOSTLY: Final = 0.7
"""Share of a text's letters that are Latin, from which it is taken to be in the Latin alphabet."""
_FOREIGN_WORDS: Final = """
mae dwi rydw wedi eisiau angen fy ein gyda ddim ac yn ar gyfer gallu plant teulu arian dw dim
nie jest się mam dla na potrzebuję potrzebuje pomocy dzieci mieszkam pracy mojej moje jestem oraz do straciłem
nu am este pentru și si sunt nevoie ajutor copii copil mele meu mea cu din fără fara vreau
necesito ayuda mis hijos tengo estoy sin trabajo una el los las por mi hija hijo que
preciso ajuda meus filhos tenho uma sem não nao estou minha meu com trabalho
je suis mes enfants besoin une des pour avec dans aide ai mon pas nous avons les et ma
ich brauche habe meine kinder und für nicht keine ein eine wir mit hilfe der das
ho bisogno sono miei figli aiuto senza lavoro mia che il gli non
man reikia pagalbos mano vaikai neturiu ir darbo vaikams
yardım ihtiyacım var çocuklarım için yok bir ve benim
waxaan caruur caawimaad ma haysto baahanahay iyo
kam nevojë ndihmë fëmijët për një dhe nuk
"""
"""Common words of Welsh, Polish, Romanian, Spanish, Portuguese, French, German, Italian, Lithuanian, Turkish, Somali
and Albanian, a line each."""
_ENGLISH_WORDS: Final = """
the a an and or for of to in is are i im my me we our need want have has with on no not help can cant get got
please after from at it this that be was been do does dont he she his her but so who son am by out up
mum dad man bed food home house money rent work pay bill kids old new mam ma
"""
_ENGLISH: Final = frozenset(_ENGLISH_WORDS.split())
_FOREIGN: Final = frozenset(_FOREIGN_WORDS.split()) - _ENGLISH


def language_of(text: str) -> Language:
    """Tell "en" or "other"; a text in which nothing tells is taken to be English.

    >>> language_of("need a bed for my son"), language_of("potrzebuję pomocy na czynsz"), language_of("cooker")
    ('en', 'other', 'en')
    """
    if not in_latin_letters(text):
        return "other"
    words = re.findall(r"[^\W\d_]+", text.lower())
    foreign = sum(word in _FOREIGN for word in words)
    english = sum(word in _ENGLISH for word in words)
    return "other" if foreign > english else "en"


def in_latin_letters(text: str) -> bool:
    """Tell whether a text is mostly in the Latin alphabet; one without any letter is."""
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return latin >= MOSTLY * len(letters)
