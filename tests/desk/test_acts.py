from django.http import QueryDict
from django.utils import translation

from departments.selectors import OfferLine
from desk.acts import Typed, acts_of, fields_to_send, read_typed


def _offer(name: str, *, allowed: bool = True, organisation: str = "") -> OfferLine:
    return OfferLine(
        name=name,
        label=name.title(),
        allowed=allowed,
        reason="" if allowed else "Not yet.",
        needs_note=False,
        organisation=organisation,
        organisation_name=organisation,
        fields=(),
    )


def test_the_first_step_forward_stands_out_and_refused_ones_come_last() -> None:
    offers = [_offer("assign"), _offer("merge_feedback", allowed=False), _offer("start")]
    acts = acts_of(offers)
    assert [(one.name, one.first, one.allowed) for one in acts] == [
        ("start", True, True),
        ("assign", False, True),
        ("merge_feedback", False, False),
    ]


def test_what_was_typed_comes_back_with_its_step_alone() -> None:
    typed = Typed("return", "A", "not ours")
    offers = [_offer("return", organisation="A"), _offer("return", organisation="B")]
    acts = acts_of(offers, typed)
    assert [(one.note, one.open) for one in acts] == [("not ours", True), ("", False)]


def test_a_step_that_is_no_longer_allowed_is_not_opened() -> None:
    acts = acts_of([_offer("start", allowed=False)], Typed("start", "", "typed"))
    assert not acts[0].open


def test_several_departments_are_sent_as_a_list_and_the_rest_as_text() -> None:
    post = QueryDict("name=dispatch&version=3&note=n&lead=A&supporting=B&supporting=C&part=")
    typed = read_typed(post)
    assert (typed.name, typed.note) == ("dispatch", "n")
    assert fields_to_send(typed) == {"lead": "A", "supporting": ["B", "C"]}


def test_notes_are_asked_for_in_the_words_of_the_step() -> None:
    with translation.override("en"):
        labels = [one.note_label for one in acts_of([_offer("submit_feedback"), _offer("return")])]
    assert labels == ["What was done and found", "Reason"]
