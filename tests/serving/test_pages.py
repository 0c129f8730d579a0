"""What the pages say beside the list: suggestions, silence, danger, looking up, letters, leaving."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data.catalogue.reading import Catalogue, sample_catalogue
from data.people.urgent_help import own_help
from experiments.reading import grade, official_names
from models.eligibility.verdict import Status
from serving.answers import (
    Contribution,
    NearMiss,
    NextQuestion,
    PageOut,
    Qualifies,
    Ranked,
    Recommendation,
    Standing,
    Suggested,
    Understood,
    UrgentHelp,
    Versions,
)
from serving.pages import words
from serving.pages.cards import Card
from serving.pages.following import confirming, following
from serving.pages.forms import read_form
from serving.pages.help_now import fled, helpline, panels_of
from serving.pages.leaving import ELSEWHERE, Left, new_visit, visit_of
from serving.pages.letter import first_person, letter, papers
from serving.pages.looking_up import named, stands
from serving.pages.render import SORRY, templates
from serving.pages.render import page as rendered
from serving.pages.search import Search
from serving.pages.views import NOT_UNDERSTOOD, NOTHING_PAYS, every_sentence, results_page
from serving.site import applicant_of, query_of

CATALOGUE: Catalogue = sample_catalogue()
OURS = {
    "base.html", "fields.html", "help.html", "look_up.html", "ready.html", "results.html", "safety.html", "search.html",
    "sorry.html", "take.html", "unreviewed.html",
}  # fmt: skip
"""The templates that people who seek help read."""
OLDEST = 11
"""Reading age, in years, up to which the page's own sentences are written."""


def result(grant_id: str = "crf-birmingham", **more: Any) -> Recommendation:
    plain: dict[str, Any] = {
        "grant_id": grant_id, "rank": 1, "status": Status.NEEDS_INFO, "group": "possible", "score": 0.5,
        "route": "self",
        "qualifies": Qualifies(estimate=0.5, text="You may qualify."),
    }  # fmt: skip
    return Recommendation(**{**plain, **more})


def ranked(*results: Recommendation, asks: str | None = None, **understood: Any) -> Ranked:
    groups = {group: sum(one.group == group for one in results) for group in words.GROUP}
    about: dict[str, Any] = {"purposes": (), "reasons": (), "language": "en", "suggestions": ()}
    return Ranked(
        response_id="r",
        versions=Versions(model=None, rules="r", catalogue="c", service="s"),
        results=results or (result(),),
        near_misses=(),
        next_question=None if asks is None else NextQuestion(fact=asks, text="", why="", could_decide=1),
        understood=Understood(**{**about, **understood}),
        counts={},
        page=PageOut(offset=0, size=10, total=max(1, len(results)), groups=groups),
    )


def shown(answer: Ranked, *sent: tuple[str, str]) -> dict[str, Any]:
    return results_page(
        read_form(sent, CATALOGUE), answer, CATALOGUE, simulated=False, help_book=own_help(), nation=None
    )


def shown_cards(answer: Ranked, *sent: tuple[str, str]) -> list[Card]:
    return [card for section in shown(answer, *sent)["sections"] for card in section.cards]


CHILDREN = Suggested(
    fact="number_of_children", value=2, question="Do two children live with you?", sensitive=False
)
FLED = Suggested(fact="fleeing_abuse", value=True, question="Have you had to leave home?", sensitive=True)


def test_what_the_words_suggest_is_asked_before_anything_else() -> None:
    page = shown(ranked(asks="employment", suggestions=(CHILDREN,)), ("need", "two children"))
    assert (page["confirm"].id, page["confirm"].yes, page["next"]) == (
        "number_of_children", (("fact-number_of_children", "2"),), None,
    )  # fmt: skip


@pytest.mark.parametrize(
    "sent",
    [
        ("unlike-number_of_children", "1"),
        ("fact-number_of_children", "3"),
        ("silence-number_of_children", "unknown"),
    ],
)
def test_what_was_answered_or_denied_is_not_suggested_again(sent: tuple[str, str]) -> None:
    assert confirming(ranked(suggestions=(CHILDREN,)), read_form([sent], CATALOGUE)) is None


def test_no_to_a_suggested_yes_is_an_answer() -> None:
    found = confirming(ranked(suggestions=(FLED,)), read_form([], CATALOGUE))
    assert found is not None
    assert (found.yes, found.no) == ((("fact-fleeing_abuse", "yes"),), ("fact-fleeing_abuse", "no"))


def test_a_topic_of_which_somebody_would_rather_not_speak_falls_silent() -> None:
    answer = ranked(asks="bereaved_of")
    assert following(answer, read_form([], CATALOGUE), CATALOGUE) is not None
    declined = read_form([("silence-bereaved", "declined")], CATALOGUE)
    assert following(answer, declined, CATALOGUE) is None


def test_a_private_question_says_first_that_it_may_be_skipped() -> None:
    search = Search(CATALOGUE)
    for fact, private in (("ethnicity", True), ("health_conditions", True), ("number_of_children", False)):
        asked = read_form([(f"silence-{fact}", "unknown")], CATALOGUE)
        shown = bytes(rendered("search.html", **search.page(asked, answers=True)).body).decode()
        question = shown[shown.index(f'id="fact-{fact}"') :].partition("</fieldset>")[0]
        before = question.partition("<details")[0]
        assert ("This is private. You can skip it." in before) is private
        assert question.count("This is private") == int(private)


@pytest.mark.parametrize(
    "fact", ["lives_with_partner", "weekly_income", "yearly_income", "monthly_earnings", "savings"]
)
def test_nobody_who_fled_is_asked_about_a_partner(fact: str) -> None:
    answer, nobody = ranked(asks=fact), read_form([], CATALOGUE)
    assert "partner" in CATALOGUE.facts.facts[fact].asks
    assert following(answer, nobody, CATALOGUE, danger=False) is not None
    assert following(answer, nobody, CATALOGUE, danger=True) is None


def test_benefits_are_asked_of_those_who_fled_without_naming_a_partner() -> None:
    field = following(ranked(asks="benefits"), read_form([], CATALOGUE), CATALOGUE, danger=True)
    assert field is not None
    assert (field.id, "partner" in field.text) == ("benefits", False)


def test_when_no_question_is_left_the_page_says_so() -> None:
    assert shown(ranked())["ended"]
    assert not shown(ranked(asks="employment"))["ended"]


def urgent(kind: str, *, sure: bool) -> tuple[UrgentHelp, ...]:
    return tuple(
        UrgentHelp(kind=kind, sure=sure, name=line.name, text=line.says, phone=line.phone, url=line.url)
        for line in own_help().for_kind(kind, None)
    )


def test_help_stands_above_with_danger_before_want_and_the_surest_first() -> None:
    panels = panels_of(
        (*urgent("no_food", sure=True), *urgent("life", sure=False), *urgent("abuse", sure=True)),
        own_help().headings,
    )
    assert [panel.kind for panel in panels] == ["abuse", "no_food", "life"]
    assert len(panels[0].first) > len(panels[2].first)
    assert panels[0].first[0].phone == "999"


def test_abuse_in_words_or_in_an_answer_brings_the_way_out_and_no_page_is_kept() -> None:
    for answer, sent in (
        (ranked(urgent=urgent("abuse", sure=False)), ("need", "x")),
        (ranked(), ("fact-fleeing_abuse", "yes")),
    ):
        page = shown(answer, sent)
        assert (page["danger"], page["hidden"]) == (True, True)
        assert "abuse" in {panel.kind for panel in page["panels"]}
    page = shown(ranked(), ("fact-fleeing_abuse", "no"))
    assert (page["danger"], page["hidden"], page["panels"]) == (False, False, ())


def test_once_abuse_was_in_view_it_stays_so_on_every_page_of_the_visit() -> None:
    first = shown(ranked(urgent=urgent("abuse", sure=True)), ("need", "x"))
    assert ("danger", "1") in first["sent"]
    later = read_form([*first["sent"], ("step", "look-up")], CATALOGUE)
    assert fled(later, CATALOGUE.facts)
    assert shown(ranked(), *later.sent)["danger"]


def test_no_card_and_no_suggestion_names_a_partner_to_somebody_who_fled() -> None:
    partner = Suggested(
        fact="lives_with_partner", value=True, question="Do you live with a partner?", sensitive=False
    )
    answer = ranked(result(missing=(("monthly_earnings",),)), suggestions=(partner,))
    calm, fled_page = shown(answer), shown(answer, ("danger", "1"))
    assert calm["confirm"] is not None
    assert "partner" in calm["sections"][0].cards[0].needed[0]
    assert fled_page["confirm"] is None
    assert fled_page["sections"][0].cards[0].needed == ()


def test_the_helpline_of_the_nation_stays_in_sight() -> None:
    shown_there = helpline(own_help(), "W92000004")
    assert shown_there is not None
    assert shown_there.dial == "08088010800"
    assert helpline(own_help(), None) is None


def test_hunger_needs_no_hiding() -> None:
    page = shown(ranked(urgent=urgent("no_food", sure=True)))
    assert (page["danger"], page["hidden"]) == (False, False)
    assert not fled(read_form([], CATALOGUE), CATALOGUE.facts)


def test_the_list_has_headings_and_the_group_stands_on_the_card() -> None:
    page = shown(
        ranked(
            result(rank=1, group="possible"), result("healthy-start", rank=2, group="likely"),
            result("budgeting-loan", rank=3, group="unreviewed"), result("mnd-cost-of-living", rank=4, group="few"),
        )
    )  # fmt: skip
    assert [(part.heading, part.first, len(part.cards)) for part in page["sections"]] == [
        ("Best for you first", 1, 2), ("Not reviewed by us, in your area", 3, 1), ("Only for few people", 4, 1),
    ]  # fmt: skip
    assert [card.group for card in page["sections"][0].cards] == [
        "You may qualify",
        "You very likely qualify",
    ]


def test_another_language_and_a_need_that_nothing_pays_for_are_said_kindly() -> None:
    def close(meaning: float) -> tuple[Contribution, ...]:
        return (
            Contribution(
                feature="meaning_text", value=meaning, points=0.1, text="What it pays for is close."
            ),
        )

    vet = [{"code": "GTIP170", "text": "", "likely": 0.96}]
    need = ("need", "vet bill for my dog")
    assert shown(ranked(language="other"), ("need", "potrzebuję"))["said"] == NOT_UNDERSTOOD
    assert shown(ranked(result(contributions=close(0.2)), purposes=vet), need)["said"] == NOTHING_PAYS
    assert shown(ranked(result(contributions=close(0.5)), purposes=vet), need)["said"] == ""
    bed = [{"code": "GTIP020", "text": "", "likely": 0.96}]
    assert shown(ranked(result(contributions=close(0.2)), purposes=bed), ("need", "a bed"))["said"] == ""
    assert shown(ranked(result(contributions=close(0.2))))["said"] == ""


def test_only_what_comes_soon_is_told_under_not_now_but_soon() -> None:
    paused = NearMiss(grant_id="healthy-start", text="It has paused.")
    opens = NearMiss(grant_id="budgeting-loan", text="It opens soon.", from_day=date(2027, 1, 4))
    page = shown(ranked().model_copy(update={"near_misses": (paused, opens)}))
    assert [line.text for line in page["near"]] == ["It opens soon."]


def test_a_vague_need_is_asked_what_it_means_and_a_clear_one_is_not() -> None:
    about = [{"code": "GTIP060", "text": "", "likely": 0.5}, {"code": "GTIP050", "text": "", "likely": 0.4}]
    assert [code for code, _ in shown(ranked(purposes=about), ("need", "bills and rent"))["meant"]] == [
        "GTIP060",
        "GTIP050",
    ]
    assert len(shown(ranked(), ("need", "help"))["meant"]) == 3
    clear = [{"code": "GTIP020", "text": "", "likely": 0.95}]
    assert shown(ranked(purposes=clear), ("need", "cooker"))["meant"] == ()
    assert shown(ranked(purposes=about), ("need", "bills and rent"), ("purpose", "GTIP060"))["meant"] == ()


def test_a_purpose_of_a_deployments_own_stands_in_its_own_words() -> None:
    assert words.purpose("GTIP090", "Debt") == "Debts"
    assert words.purpose("GTIP090", "Money that is owed") == "Money that is owed"
    assert words.purpose("heat", "Heating") == "Heating"


@pytest.mark.parametrize("name", ["winter fuel", "Winter Fuel Payment", "winter fuel paymnt"])
def test_a_fund_is_found_by_its_name_or_nearly(name: str) -> None:
    assert "Winter Fuel Payment" in named(name, CATALOGUE)[0].title


def test_a_name_that_no_fund_has_finds_none() -> None:
    assert named("zzzz", CATALOGUE) == named("", CATALOGUE) == ()


def test_what_stands_against_a_fund_is_told() -> None:
    told = stands(
        Standing(
            grant_id="budgeting-loan", status=Status.NOT_ELIGIBLE, cause="What stands in the way: you get no benefit.",
            from_day=date(2027, 6, 3),
        ),
        CATALOGUE,
    )  # fmt: skip
    assert told.lines == (
        "What stands in the way: you get no benefit.",
        "It may open to you from 3 June 2027.",
    )
    assert not told.open


@pytest.mark.parametrize(
    ("whom", "judged", "said"),
    [
        ("", None, ""),
        ("child", ("child",), "Answer for yourself."),
        ("another", ("self",), "“You” means the adult who needs help."),
        ("stranger", None, ""),
    ],
)
def test_help_for_somebody_else_is_judged_for_them_alone_and_the_page_says_of_whom_it_asks(
    whom: str, judged: tuple[str, ...] | None, said: str
) -> None:
    asked = read_form([("whom", whom), ("fact-age", "78")], CATALOGUE)
    assert query_of(asked, 10).need.whom == judged
    assert applicant_of(asked).get("for") == (None if judged is None else list(judged))
    answer = ranked(result(), asks="benefits")
    told = results_page(asked, answer, CATALOGUE, simulated=False, help_book=own_help(), nation=None)
    assert said in told["of_whom"]
    assert bool(told["of_whom"]) is bool(said)


def test_help_may_be_sought_for_a_child_or_another_adult_and_it_is_told_again() -> None:
    search = Search(CATALOGUE)
    assert [code for code, _ in search.for_whom] == ["", "child", "another"]
    asked = read_form([("whom", "another"), ("fact-age", "78")], CATALOGUE)
    assert ("whom", "Who is it for?", search.for_whom[2][1]) in search.told(asked)
    assert "“You” means" in bytes(rendered("search.html", **search.page(asked, answers=True)).body).decode()


def test_whether_a_worker_helps_is_asked_first_carried_on_and_changes_no_judgement() -> None:
    search = Search(CATALOGUE)
    for answer, told in (("yes", ["Yes"]), ("no", ["No"]), ("", []), ("maybe", [])):
        asked = read_form([("worker", answer)], CATALOGUE)
        assert applicant_of(asked) == {"facts": {}}
        assert query_of(asked, 10) == query_of(read_form([], CATALOGUE), 10)
        assert [said for name, _, said in search.told(asked) if name == "worker"] == told
        assert [pair for pair in asked.sent if pair[0] == "worker"] == (
            [("worker", answer)] if answer else []
        )
        shown = bytes(rendered("search.html", **search.page(asked)).body).decode()
        assert shown.count('name="worker"') == 2
        assert shown.count("checked") == 1 + bool(told)
    adviser = next(grant.id for grant in CATALOGUE.grants if grant.route == "adviser")
    sent, answered = [("worker", "yes")], ranked(result(adviser, route="adviser"))
    assert shown_cards(answered, *sent)[0].route == "Ask your worker to apply for you."
    assert (
        search.ready(CATALOGUE.by_id[adviser], read_form(sent, CATALOGUE))["route"]
        == words.WITH_WORKER["adviser"]
    )


def test_the_letter_says_what_was_told_in_the_persons_own_voice_and_nothing_else() -> None:
    sent = [
        ("need", "broken cooker, two children"), ("area", "E08000025"), ("fact-benefits", "universal_credit"),
        ("fact-lives_with_partner", "no"), ("silence-savings", "declined"),
    ]  # fmt: skip
    written = letter(CATALOGUE.by_id["budgeting-loan"], read_form(sent, CATALOGUE), CATALOGUE)
    assert "broken cooker, two children" in written
    assert "I live in Birmingham." in written
    assert "I get Universal Credit." in written
    assert "savings" not in written
    assert "partner" not in written, "the fund does not ask for it"
    bare = letter(CATALOGUE.by_id["budgeting-loan"], read_form([], CATALOGUE), CATALOGUE)
    assert not {"About me:", "What I need"} & set(bare.splitlines())


@pytest.mark.parametrize(
    ("statement", "mine"),
    [
        ("you do not live with a partner", "I do not live with a partner."),
        ("your rent is £80 a week", "My rent is £80 a week."),
        ("two children live with you", "Two children live with me."),
        ("", ""),
    ],
)
def test_a_statement_becomes_ones_own(statement: str, mine: str) -> None:
    assert first_person(statement) == mine


def test_money_stands_in_the_letter_with_the_time_it_was_told_for() -> None:
    grant = CATALOGUE.by_id["pension-credit"]
    for per, told in (
        ("month", "£1,250 a month comes in, for me"),
        ("week", "£1,250 comes in each week, for me"),
    ):
        sent = [("fact-weekly_income", "1250"), ("fact-weekly_income-per", per)]
        assert told in letter(grant, read_form(sent, CATALOGUE), CATALOGUE)
    bill = [("fact-water_bill_yearly", "40"), ("fact-water_bill_yearly-per", "month")]
    asks = next(one for one in CATALOGUE.grants if "water_bill_yearly" in str(one.rules))
    assert "My water bill is £40 a month." in letter(asks, read_form(bill, CATALOGUE), CATALOGUE)


def test_papers_are_the_funds_own_where_it_says_so() -> None:
    assert papers(CATALOGUE.by_id["budgeting-loan"])[1] is False
    stated = next(grant for grant in CATALOGUE.grants if grant.apply and grant.apply.needs)
    assert stated.apply is not None
    assert papers(stated) == (stated.apply.needs, True)


def test_a_visit_that_was_left_is_refused_from_then_on() -> None:
    left, name = Left(), new_visit()
    assert name not in left
    answer = left.leave(name)
    assert (answer.status_code, answer.headers["location"]) == (303, ELSEWHERE)
    assert answer.headers["clear-site-data"] == '"cache"'
    assert name in left
    assert left.leave("../../etc").status_code == 303
    assert "../../etc" not in left


def test_a_visit_keeps_its_name_unless_it_is_none_of_ours() -> None:
    name = new_visit()
    assert visit_of(name) == name
    assert visit_of("<script>") != "<script>"


def own_sentences() -> list[str]:
    """Every sentence that the pages and the help say by themselves, from the templates' own text too."""
    import re

    found = [*every_sentence(), *(text for pair in SORRY.values() for text in pair)]
    found += [line.says for line in own_help().lines] + list(own_help().headings.values())
    for name in templates().list_templates():
        if name in OURS:
            loader = templates().loader
            assert loader is not None
            source = loader.get_source(templates(), name)[0]
            plain = re.sub(r"<(summary|label|li|p|h1|h2|h3|legend|button|a)\b[^>]*>", "\n", source)
            plain = re.sub(
                r"<[^>]+>|\{#.*?#\}", "", re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "\n", plain, flags=re.DOTALL)
            )
            found += [line.strip() for line in plain.splitlines()]
    return [one for one in found if len(one.split()) >= 5]


def test_every_sentence_of_the_page_is_read_at_eleven() -> None:
    names = official_names(CATALOGUE.facts)
    sentences = own_sentences()
    assert len(sentences) > 100
    hard = {text: round(age, 1) for text in sentences if (age := grade(text, names) + 5) > OLDEST}
    assert hard == {}
