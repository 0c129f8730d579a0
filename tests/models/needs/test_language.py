"""English is told from other languages by letters and common words; what tells nothing is English."""

from __future__ import annotations

import pytest

from models.needs.language import in_latin_letters, language_of


@pytest.mark.parametrize(
    "text",
    [
        "cooker", "", "on UC £20", "need a bed for my son", "fridge freezer broke", "dwi needs sorting for the kids",
        "rent arrears, eviction",
        "bin bags", "portable air con", "para swimmer coach fees", "M.E. 11 years",
        "wee bairn needs a cot", "ta", "im a chef de partie, oven broke",
    ],
)  # fmt: skip
def test_english_and_texts_of_a_word_or_two_are_english(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "dwi angen gwely i fy mab", "potrzebuję pomocy na czynsz, straciłem pracę", "am nevoie de ajutor pentru copii",
        "necesito ayuda para mis hijos", "je suis à l'hôtel avec mes enfants", "ich brauche ein Bett für meine Kinder",
        "أحتاج إلى غسالة", "потрібен ноутбук для навчання", "我需要交房租的帮助",
    ],
)  # fmt: skip
def test_other_languages_are_told_by_their_commonest_words_or_letters(text: str) -> None:
    assert language_of(text) == "other"


def test_letters_with_marks_are_latin_and_a_few_foreign_letters_do_not_count() -> None:
    assert in_latin_letters("potrzebuję łóżko")
    assert in_latin_letters("bed for my son Артём please, he is 6 and sleeps on the floor")
    assert not in_latin_letters("нужна кровать, UC")
