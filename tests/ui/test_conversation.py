import datetime

from assistant.answering.answer import Done, Stage, Token
from assistant.errors import FaultError
from assistant.ui import conversation as conversations
from assistant.ui.conversation import Conversation, Conversations, Load, Near, Scope
from tests.support import answers


def test_a_turn_grows_with_its_events() -> None:
    turn = conversations.Turn(1, "q")
    for event in (Stage("searching"), Stage("writing"), Token("a"), Token("b")):
        turn = turn.after(event)
    assert (turn.phase, turn.draft, turn.open) == ("writing", "ab", True)
    turn = turn.after(Done(answers.GEMMA))
    assert not turn.open
    assert turn.citation(1) == answers.GEMMA.citations[0]
    assert turn.citation(99) is None


def test_one_answer_at_a_time() -> None:
    talk = Conversation()
    assert not talk.ask("   ")
    assert talk.ask(" one ")
    assert not talk.ask("two")
    assert [turn.question for turn in talk.turns] == ["one"]
    assert talk.last is not None
    talk.put(talk.last.failed(FaultError("x")))
    assert talk.ask("two")


def test_a_stop_stays_while_the_answer_ends_and_does_not_reach_the_next() -> None:
    talk = Conversation()
    talk.ask("one")
    first, turn = talk.stop, talk.last
    assert turn is not None
    talk.put(turn.after(Token("a")))
    talk.halt()
    assert first.is_set()
    assert talk.busy
    ended = talk.put(turn.after(Token("a")).after(Done(answers.GEMMA)))
    assert ended.stopped
    assert ended.answer is not None
    talk.ask("two")
    assert not talk.stop.is_set()
    assert talk.last is not None
    assert not talk.last.stopped


def test_without_a_word_written_a_stop_ends_the_turn_at_once() -> None:
    talk = Conversation()
    talk.ask("one")
    turn = talk.last
    assert turn is not None
    talk.put(turn.after(Stage("writing")))
    talk.halt()
    assert not talk.busy
    late = talk.put(turn.after(Done(answers.GEMMA)))
    assert late.answer is None
    assert late.stopped


def test_only_a_citation_that_exists_opens() -> None:
    talk = Conversation()
    talk.ask("one")
    assert talk.last is not None
    talk.put(talk.last.after(Done(answers.GEMMA)))
    talk.show(1, 2)
    opened = talk.shown()
    assert opened is not None
    assert opened[1].n == 2
    for turn, n in ((1, 99), (7, 1), (0, 1)):
        talk.show(turn, n)
        assert talk.shown() is None


def test_what_is_chosen_holds_for_the_next_question() -> None:
    talk = Conversation()
    talk.ask("one")
    talk.scope = Scope("value", 12)
    assert talk.turns[0].scope == Scope()
    talk.put(talk.turns[0].failed(FaultError("x")))
    talk.ask("two")
    assert talk.turns[1].scope.filters(datetime.date(2026, 3, 1)).since == "2025-03-01"
    assert talk.turns[0].scope.filters().since is None
    assert talk.turn(2) is talk.turns[1]
    assert talk.turn(0) is talk.turn(3) is None


def test_a_turn_keeps_what_a_model_took_and_what_lies_near() -> None:
    turn = conversations.Turn(1, "q").after(Load(10, 100, 5, 1.0)).after(Near(("n",)))
    assert (turn.load, turn.near) == (Load(10, 100, 5, 1.0), ("n",))


def test_tabs_do_not_see_each_other_and_the_oldest_goes() -> None:
    kept = Conversations()
    one = kept.of("a")
    one.ask("q")
    assert kept.of("b").turns == []
    assert kept.of("a") is one
    kept.forget("a")
    assert one.stop.is_set()
    assert kept.of("a") is not one
    oldest = kept.of("b")
    for n in range(conversations.MOST_CONVERSATIONS):
        kept.of(str(n))
    assert kept.of("b") is not oldest
