"""What partners said is told as it stands: where they disagree, who is not heard, words only with consent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.people.base_rates import no_rates
from data.people.partners import Choice, Effect, Grading, Interests, Move
from data.people.situations import read_situations
from data.store.partners import PartnersShelf
from data.store.store import Store
from models.pairing import Pairing
from models.rankers.graded import GradedLinear
from tests.training.small_world import TODAY, SharedWords, small_catalogue, small_experiment
from training.__main__ import app
from training.partners.effects import Trial, as_graded, effects
from training.partners.report import Said, order_figures, told_by

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
SITUATIONS = read_situations()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[PartnersShelf]:
    """A store in which two partners graded Kelly's and one also Sue's grants."""
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    kept = PartnersShelf(store)
    ana = Grading(
        state="sent",
        pool=("fund-01", "fund-02"),
        grades={"fund-01": 3, "fund-02": 0},
        why={"fund-01": "It came fast."},
        missing="A top-up at night.",
        quote=True,
    )
    ben = ana.model_copy(
        update={"grades": {"fund-01": 1, "fund-02": 0}, "missing": "Not to be told.", "quote": False}
    )
    kept.keep("ana", ana, situation="a03", at=AT)
    kept.keep("ben", ben, situation="a03", at=AT)
    kept.keep("ana", Grading(state="sent", grades={"fund-03": 2}), situation="a48", at=AT)
    kept.keep("ben", Grading(state="draft", missing="Only a draft.", quote=True), situation="a48", at=AT)
    kept.keep("ben", Interests(text="I work for fund 7."), at=AT)
    two = Choice(
        first="likeness", second="learned", model=None, chosen="second", why="Nearer to me.", quote=True
    )
    kept.keep("ana", two, situation="a03", at=AT)
    yield kept
    store.close()


def test_what_partners_said_is_told_as_it_stands(shelf: PartnersShelf) -> None:
    found = told_by(Said.of(shelf), SITUATIONS)
    assert (found["partners"], found["grades"], found["graded_twice"]) == (2, 5, 2)
    assert [(one["grant"], one["grades"]) for one in found["disagreements"]] == [("fund-01", [1, 3])]
    assert found["two_orders"] == {"learned": 1}
    assert found["interests"] == [{"partner": "ben", "told": "I work for fund 7."}]


def test_words_stand_under_their_theme_only_with_consent_and_without_names(shelf: PartnersShelf) -> None:
    found = told_by(Said.of(shelf), SITUATIONS)
    words = [line["words"] for lines in found["words"].values() for line in lines]
    assert set(found["words"]) == {"energy"}
    assert words == ["A top-up at night.", "It came fast.", "Nearer to me."]
    assert found["not_quoted"] == 2
    assert "ana" not in repr(found["words"]) and "draft" not in repr(found)


def test_a_situation_that_nobody_or_one_partner_graded_is_not_heard_yet(shelf: PartnersShelf) -> None:
    heard = {one["situation"]: one["partners"] for one in told_by(Said.of(shelf), SITUATIONS)["not_heard"]}
    assert "a03" not in heard
    assert heard["a48"] == 1 and heard["a09"] == 0


def trial(shelf: PartnersShelf, tmp_path: Path, weight: float = 5.0) -> Trial:
    """The small catalogue, with situations that were judged the other way round than partners judge them."""
    rows = ['{"graded": [' + ", ".join(f'"fund-{n:02d}"' for n in range(30)) + "]}"]
    for number, one in enumerate([*SITUATIONS.values()][:12]):
        facts = '{"facts": {"age": 50}}'
        need = SITUATIONS[one.id].need.model_dump_json()
        grades = f'{{"fund-{number + 3:02d}": 3, "fund-02": 2}}'
        rows.append(f'{{"id": "{one.id}", "applicant": {facts}, "need": {need}, "grades": {grades}}}')
    file = tmp_path / "judged.jsonl"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    order = {
        "learn": True,
        "judgements": file,
        "judged_on": TODAY,
        "partners": {"weight": weight, "share": 0.9},
        "rankers": [GradedLinear(ridge=1.0)],
    }
    pairing = Pairing.build(small_catalogue(), no_rates(TODAY), SharedWords())
    return Trial(small_experiment(order=order), pairing, tuple(shelf.store.judgements()))


def test_the_effect_of_each_partner_is_a_fit_with_held_against_one_without(
    shelf: PartnersShelf, tmp_path: Path
) -> None:
    found = list(effects(trial(shelf, tmp_path), SharedWords(), on=TODAY))
    assert [effect.grades for effect in found] == [3, 2]
    moves = [move for effect in found for move in effect.moves]
    assert moves
    assert all(move.before != move.after for move in moves)
    far = [abs(move.before - move.after) for move in found[0].moves]
    assert far == sorted(far, reverse=True)


def test_grades_that_say_what_is_known_already_change_no_place(shelf: PartnersShelf, tmp_path: Path) -> None:
    shelf.withdraw("ana")
    shelf.withdraw("ben")
    agreeing = Grading(state="sent", grades={"fund-03": 3, "fund-02": 2, "fund-09": 0})
    shelf.keep("cem", agreeing, situation="a03", at=AT)
    (effect,) = effects(trial(shelf, tmp_path, weight=1.0), SharedWords(), on=TODAY)
    assert (effect.grades, effect.moves) == (3, ())


def test_the_order_is_measured_on_partners_grades_and_on_shipped_ones_of_the_same_grants(
    shelf: PartnersShelf, tmp_path: Path
) -> None:
    made = trial(shelf, tmp_path)
    found = order_figures(Said.of(shelf), made.experiment, made.pairing, SharedWords())
    assert list(found) == [
        "graded_linear, shipped grades",
        "graded_linear, with partners' grades",
        "who qualifies, and likeness",
    ]
    assert all(0 <= row["partners"] <= 1 and row["lists"] == 3 for row in found.values())


def test_a_move_goes_as_graded_when_a_good_suggestion_rises_and_another_falls() -> None:
    def move(grade: int, before: int, after: int) -> Move:
        return Move(situation="s", grant_id="g", grade=grade, before=before, after=after)

    assert as_graded(move(3, 9, 2)) and as_graded(move(0, 2, 9))
    assert not as_graded(move(3, 2, 9)) and not as_graded(move(1, 9, 2))


def test_the_command_tells_it_in_tables_and_says_what_to_do_where_it_cannot(
    shelf: PartnersShelf, tmp_path: Path
) -> None:
    address = f"sqlite:///{tmp_path / 'store.db'}"
    told = CliRunner().invoke(app, ["partners", "--store", address, "--quick", "--bundle", str(tmp_path)])
    assert told.exit_code == 0, told.output
    for words in ("2 partners, 5 grades", "Voices not heard yet", "A top-up at night.", "I work for fund 7."):
        assert words in told.output
    experiment = tmp_path / "plain.toml"
    experiment.write_text("", "utf-8")
    refused = CliRunner().invoke(app, ["partners", "tell", str(experiment), "--store", address])
    assert refused.exit_code == 1
    assert "have no weight here" in " ".join(refused.output.split())


def test_an_effect_is_kept_for_its_partner_alone(shelf: PartnersShelf) -> None:
    effect = Effect(experiment="x", on=date(2026, 11, 29), grades=3, moves=())
    shelf.keep("ana", effect, at=AT)
    assert shelf.of("ana", Effect) == {"": effect}
    assert shelf.of("ben", Effect) == {}
