"""The two steps of barge-in, and the bars: yield time and false full stops."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mapokezi.conversation.barge_in import BargeIn, Judgement, Manner, Saying, Verdict, Why

OURS = Saying("On Saturdays we are open from nine until one.")


@dataclass(frozen=True)
class Sound:
    """What a caller utters over us, and what is recognised of it, if anything."""

    length_s: float
    text: str = ""
    is_echo: bool = False


def run(
    sound: Sound,
    *,
    start_lag_s: float = 0.1,
    stop_lag_s: float = 0.15,
    words_s: float = 0.35,
    saying: Saying = OURS,
) -> list[tuple[float, Judgement]]:
    """Let a sound begin at 100.0 while we speak; give the judgements and when they came."""
    barge_in = BargeIn()
    barge_in.audible(True, 99.0)
    happenings: list[tuple[float, str]] = [
        (100.0 + start_lag_s, "on"),
        (100.0 + sound.length_s + stop_lag_s, "off"),
    ]
    if sound.text:
        happenings.append((100.0 + sound.length_s + stop_lag_s + words_s, "words"))
    if sound.is_echo:
        happenings += [(100.15, "echo"), (100.2 + sound.length_s, "no echo")]
    judged: list[tuple[float, Judgement | None]] = []
    for at, what in [*sorted(happenings), (110.0, "")]:
        while (due := barge_in.next_timer()) is not None and due <= at:
            judged.append((due, barge_in.handle_timer(due)))
        match what:
            case "on":
                barge_in.voice_started(100.0, at)
            case "off":
                judged.append((at, barge_in.voice_stopped(100.0 + sound.length_s, at)))
            case "words":
                judged.append((at, barge_in.heard(sound.text, saying, at)))
            case "echo" | "no echo":
                judged.append((at, barge_in.echo(what == "echo", at)))
    return [(at, judgement) for at, judgement in judged if judgement is not None]


def verdicts(judged: list[tuple[float, Judgement]]) -> list[Verdict]:
    return [judgement.verdict for _, judgement in judged]


@pytest.mark.parametrize("start_lag_s", [0.04, 0.1, 0.15, 0.25])
def test_the_pause_is_counted_in_the_callers_audio(start_lag_s: float) -> None:
    ((at, first), *_) = run(Sound(2.0), start_lag_s=start_lag_s)
    assert first == Judgement(Verdict.PAUSE, Why.VOICE)
    assert at - 100.0 == pytest.approx(max(0.16, start_lag_s))


PASSING = [
    *(Sound(length, text) for length in (0.35, 0.45, 0.6) for text in ("Mm-hm.", "Okay.", "Yes.")),
    *(Sound(length, text) for length in (0.4, 0.55) for text in ("Mamma,,", "Well,", "If I,")),
    Sound(0.5, "Right?"),
    Sound(0.7, "Okay."),
    Sound(0.6, "I see."),
    Sound(0.8, "Yeah, yeah."),
    Sound(0.8, "Okay, right."),
    Sound(0.45, "Uh-huh."),
    *(Sound(length) for length in (0.08, 0.12, 0.18, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)),
    *(Sound(length, "You") for length in (0.12, 0.2, 0.3, 0.5)),
    *(Sound(length, is_echo=True) for length in (0.3, 0.8, 1.5, 3.0)),
    Sound(0.9, "we are open from nine", is_echo=True),
    Sound(1.5, "Saturdays we open from nine until one", is_echo=True),
]


def test_no_more_than_two_false_full_stops_in_forty() -> None:
    assert len(PASSING) == 40
    stopped = [sound for sound in PASSING if Verdict.DROP in verdicts(run(sound))]
    assert stopped == []


@pytest.mark.parametrize("sound", PASSING)
def test_who_was_paused_for_nothing_goes_on(sound: Sound) -> None:
    seen = [one for one in verdicts(run(sound)) if one is not Verdict.IGNORE]
    assert seen in ([], [Verdict.PAUSE, Verdict.RESUME])


@pytest.mark.parametrize(
    "sound",
    [
        Sound(0.35, "No."),
        Sound(0.4, "Wait."),
        Sound(0.6, "Hold on."),
        Sound(0.6, "Saturday?"),
        Sound(0.9, "What about Sunday?"),
        Sound(1.2),
        Sound(3.0, "I want to talk to a person."),
        Sound(0.8, "Okay, but where are you?"),
    ],
)
def test_a_real_turn_stops_us(sound: Sound) -> None:
    assert verdicts(run(sound))[-1] is Verdict.DROP


def test_a_long_voice_is_not_waited_for() -> None:
    judged = run(Sound(3.0, "I want to talk to a person."))
    (dropped_at,) = (at for at, one in judged if one.verdict is Verdict.DROP)
    assert dropped_at - 100.0 == pytest.approx(0.16 + 0.7 + 0.15)


def test_a_voice_that_begins_with_a_short_sound_silences_us_once() -> None:
    barge_in = BargeIn()  # "Excuse me", as the detector hears it
    barge_in.audible(True, 0.0)
    barge_in.voice_started(1.0, 1.06)
    assert barge_in.handle_timer(1.16) == Judgement(Verdict.PAUSE, Why.VOICE)
    assert barge_in.voice_stopped(1.15, 1.3) is None
    barge_in.voice_started(1.27, 1.35)
    assert barge_in.handle_timer(1.5) is None
    assert barge_in.is_paused


def test_after_a_cough_we_go_on_soon() -> None:
    judged = run(Sound(0.12))
    (resumed_at,) = (at for at, one in judged if one == Judgement(Verdict.RESUME, Why.COUGH))
    assert resumed_at - 100.0 == pytest.approx(0.12 + 0.15 + 0.2)


def test_words_that_come_after_we_went_on_stop_us() -> None:
    judged = run(Sound(0.5, "What about Sunday?"), words_s=1.5)
    assert verdicts(judged) == [Verdict.PAUSE, Verdict.RESUME, Verdict.DROP]


def test_words_that_come_much_later_are_of_something_else() -> None:
    judged = run(Sound(0.5, "What about Sunday?"), words_s=4.0)
    assert verdicts(judged) == [Verdict.PAUSE, Verdict.RESUME]


def test_a_yes_after_the_question_is_its_answer() -> None:
    asked = Saying("Is that right?", question_is_out=True)
    assert run(Sound(0.4, "Yes."), saying=asked)[-1][1] == Judgement(Verdict.DROP, Why.ANSWER)
    assert run(Sound(0.4, "Yes."))[-1][1] == Judgement(Verdict.RESUME, Why.BACKCHANNEL)


def test_thanks_over_a_goodbye_are_no_turn() -> None:
    parting = Saying("Thank you for calling. Goodbye.", manner=Manner.PARTING)
    assert verdicts(run(Sound(0.7, "Thank you, bye."), saying=parting))[-1] is Verdict.RESUME
    assert verdicts(run(Sound(0.7, "Where are you?"), saying=parting))[-1] is Verdict.DROP


def test_the_second_false_alarm_of_an_item_waits_longer() -> None:
    barge_in = BargeIn()
    barge_in.audible(True, 0.0)
    dues = []
    for began in (1.0, 3.0):
        barge_in.voice_started(began, began + 0.1)
        dues.append((barge_in.next_timer() or 0.0) - began)
        barge_in.handle_timer(began + 0.3)
        barge_in.voice_stopped(began + 0.15, began + 0.3)
        barge_in.handle_timer(began + 0.5)
    assert dues == pytest.approx([0.16, 0.24])


def test_a_caller_who_speaks_already_when_we_begin_pauses_us_at_once() -> None:
    barge_in = BargeIn()
    barge_in.voice_started(1.0, 1.1)
    assert barge_in.next_timer() is None
    barge_in.audible(True, 1.5)
    assert barge_in.next_timer() == 1.5
    assert barge_in.handle_timer(1.5) == Judgement(Verdict.PAUSE, Why.VOICE)


def test_a_turn_that_the_voice_takes_for_ended_stops_a_pause() -> None:
    barge_in = BargeIn()
    barge_in.audible(True, 0.0)
    barge_in.voice_started(1.0, 1.1)
    barge_in.handle_timer(1.16)
    assert barge_in.turn_ended() == Judgement(Verdict.DROP, Why.WORDS)


def test_words_like_ours_are_the_callers_if_no_echo_was_in_their_voice() -> None:
    for is_echo, verdict in ((False, Verdict.DROP), (True, Verdict.RESUME)):
        barge_in = BargeIn()
        barge_in.audible(True, 0.0)
        barge_in.echo(True, 0.5)  # while nobody speaks; the gate opens at a voice
        barge_in.echo(False, 1.0)
        barge_in.voice_started(1.0, 1.1)
        judged = [barge_in.handle_timer(1.16)]
        if is_echo:
            judged.append(barge_in.echo(True, 1.3))
        barge_in.voice_stopped(1.4, 1.55)
        barge_in.echo(True, 1.6)
        judged.append(barge_in.heard("On Saturdays?", OURS, 1.8))
        kept = [one.verdict for one in judged if one and one.verdict is not Verdict.IGNORE]
        assert kept == [Verdict.PAUSE, verdict]


def test_nothing_is_judged_while_we_are_silent() -> None:
    barge_in = BargeIn()
    barge_in.voice_started(1.0, 1.1)
    assert barge_in.heard("Wait.", OURS, 1.5) is None
    assert barge_in.voice_stopped(2.0, 2.1) is None
    assert barge_in.next_timer() is None


def a_syllable() -> BargeIn:
    """60 ms of voice over us, at which we paused, and what a recogniser made of it."""
    barge_in = BargeIn()
    barge_in.audible(True, 99.0)
    barge_in.voice_started(100.0, 100.1)
    assert barge_in.handle_timer(100.16) == Judgement(Verdict.PAUSE, Why.VOICE)
    assert barge_in.voice_stopped(100.06, 100.22) is None
    assert barge_in.heard("Ex.", OURS, 100.28) is None
    return barge_in


def test_after_the_first_syllable_of_excuse_me_we_do_not_go_on() -> None:
    barge_in = a_syllable()
    barge_in.voice_started(100.25, 100.35)
    due = barge_in.next_timer()
    assert due is not None
    assert barge_in.handle_timer(due) == Judgement(Verdict.DROP, Why.LONG_VOICE)


def test_a_syllable_to_which_nothing_is_added_is_a_backchannel() -> None:
    barge_in = a_syllable()
    assert barge_in.next_timer() == pytest.approx(100.42)
    assert barge_in.handle_timer(100.42) == Judgement(Verdict.RESUME, Why.BACKCHANNEL)


@pytest.mark.parametrize(
    ("sound", "verdict"),
    [
        (Sound(0.22, "The house."), Verdict.RESUME),  # "uh-huh", as Moonshine writes it
        (Sound(0.35, "Mammoth."), Verdict.RESUME),  # "mm-hm"
        (Sound(0.5, "The house."), Verdict.DROP),
        (Sound(0.22, "Stop."), Verdict.DROP),
    ],
)
def test_too_short_for_its_words_a_voice_wants_nothing_of_us(
    sound: Sound, verdict: Verdict
) -> None:
    assert verdicts(run(sound))[-1] is verdict
