"""Barge-in in two steps: pause at a voice, then find out whether it was meant.

People utter sounds while they listen. "Mm-hm", a cough, a lorry, our own voice back from the
line: none of these wants us to stop. But who does want us to stop must be heeded within 300 ms,
long before anybody can know what they mean. So there are two steps.

**Pause** is cheap and can be undone: after 160 ms of voice, measured in the caller's audio, the
playout falls silent and keeps what is unheard. The detector's edge arrives some 100 ms late and
our silence reaches the caller 20 to 40 ms after, so what remains of the 160 ms is waited for on
the clock. **Drop** cannot be undone, so it wants proof:

- words that are more than a backchannel, whenever they come, even after we went on; or
- one of the words that must always silence us ("wait", "no", "a person"); or
- a voice that goes on for more than 700 ms after the pause.

Resuming wants less, for a real turn that was mistaken is still dropped when its words arrive:

- words that are a backchannel, unless we have just asked something: a "yes" is then the answer;
- a voice of less than 180 ms after which 200 ms more are silent, or one that stopped and brought no
  words within 450 ms: a cough. Not at once: "Excuse me" and "Okay, but" begin so, and whoever has
  cut in would hear us start again between their words;
- a sound that the echo canceller, or its words, show to be our own. The canceller takes our own
  sound out before a voice is looked for, so that is what it missed: seldom more than the first
  tenths of a second of a call.

====== ================ ================= ================ ==============================
state  voice starts     voice stops       timer            words
====== ================ ================= ================ ==============================
IDLE   → HEARD          -                 -                real and of a voice that began
                                                           while we spoke → drop
HEARD  -                → IDLE            pause → DOUBT    real → drop → IDLE
DOUBT  goes on as one   wait; the less,   voice on: drop   real → drop; backchannel and
                        the shorter       silent: resume   voice off: resume; → IDLE
ECHO   -                → IDLE            -                only a stop word that is not
                                                           ours counts: drop
====== ================ ================= ================ ==============================

While we say goodbye or "I'm connecting you" (`Manner.PARTING`), thanks and farewells are
backchannels too and a voice must last longer to count.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from mapokezi.conversation.words import (
    asks_to_stop,
    is_backchannel,
    is_courtesy,
    is_in_order_within,
    is_invented,
    words_of,
)


class Verdict(Enum):
    """What is to be done with the playout."""

    PAUSE = auto()
    RESUME = auto()
    DROP = auto()
    IGNORE = auto()
    """Nothing; but what was uttered is not to be answered either."""


class Why(Enum):
    """On which ground."""

    VOICE = auto()
    LONG_VOICE = auto()
    WORDS = auto()
    STOP_WORD = auto()
    ANSWER = auto()
    BACKCHANNEL = auto()
    COUGH = auto()
    ECHO = auto()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and its ground, for the timeline."""

    verdict: Verdict
    why: Why


class Manner(Enum):
    """What we are in the middle of saying."""

    TALKING = auto()
    PARTING = auto()
    """A goodbye, or "I'm connecting you": thanks are no reason to stop."""
    FINAL = auto()
    """A goodbye that a limit forced: nothing stops it."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What the words that a caller utters over us are held against."""

    our_text: str = ""
    """What we have been saying these last seconds; our echo would sound like it."""
    question_is_out: bool = False
    """Whether the caller has (nearly) heard the end of a question of ours."""
    manner: Manner = Manner.TALKING


@dataclass(frozen=True, slots=True, kw_only=True)
class BargeInSettings:
    """The measures of barge-in."""

    pause_after_ms: int = 160
    """Voice, in audio time, before we pause: within the 150 to 250 ms that the issue names."""
    pause_after_false_alarm_ms: int = 240
    """The same once this item was paused for nothing, lest we stutter beside a coughing fit."""
    decide_ms: int = 700
    """How much longer than the pause a voice must last to be a turn by its length alone."""
    decide_parting_ms: int = 1500
    """The same over a goodbye: "thank you so much, have a good day"."""
    stop_lag_ms: int = 150
    """How late the detector tells that a voice stopped: its silence window."""
    cough_ms: int = 180
    """A voice shorter than this holds no word."""
    cough_wait_ms: int = 200
    """How long after such a voice was told to have stopped it may go on: with the detector's lag
    a gap of 350 ms, as within "excuse me"."""
    blip_ms: int = 380
    """A voice shorter than this holds one short word at most; recognisers invent one for coughs."""
    short_blip_ms: int = 260
    """A voice shorter than this holds not even that: of "uh-huh" they make "The house."."""
    hum_ms: int = 700
    """A voice shorter than this may be a hum, for which recognisers invent a word or two."""
    words_wait_ms: int = 450
    """How long after a voice stopped its words are waited for in silence: pause before the
    speculative transcription (180 ms) and the transcription itself (100 to 300 ms)."""
    late_words_s: float = 2.5
    """How long after a voice its words may still cut us off."""
    false_alarms_until_patient: int = 1


class _State(Enum):
    IDLE = auto()
    HEARD = auto()
    DOUBT = auto()
    ECHO = auto()


class BargeIn:
    """Watches the caller's voice while we are audible."""

    def __init__(self, settings: BargeInSettings | None = None) -> None:
        """Begin inaudible."""
        self._settings = settings or BargeInSettings()
        self._state = _State.IDLE
        self._audible = False
        self._voice_since: float | None = None
        """Start of the voice that goes on now."""
        self._suspect_from: float | None = None
        """Start of the last voice that came, at least partly, while we were audible."""
        self._suspect_until = 0.0
        """When that voice last stopped."""
        self._was_passing = False
        """Whether words have shown a very short voice to want nothing of us, unless it goes on."""
        self._paused_at = 0.0
        self._due: float | None = None
        self._echo = False
        self._suspect_is_echo = False
        """Whether an echo was noticed within that voice, and nobody since."""
        self._false_alarms = 0
        self.manner = Manner.TALKING

    @property
    def is_paused(self) -> bool:
        """Whether the playout stands still because of us."""
        return self._state is _State.DOUBT

    @property
    def suspect_from(self) -> float | None:
        """When the voice began whose words are being waited for, or None."""
        return self._suspect_from

    def next_timer(self) -> float | None:
        """Give the instant at which `handle_timer` is due."""
        return self._due

    def audible(self, is_audible: bool, now: float) -> None:
        """Learn whether the caller hears us, or would but for the pause."""
        if is_audible == self._audible:
            return
        self._audible = is_audible
        if not is_audible:
            self._state = _State.IDLE
            self._due = None
            self._false_alarms = 0
        elif self._voice_since is not None:
            self._suspect(self._voice_since, now)

    def voice_started(self, started: float, now: float) -> None:
        """Learn that a voice began at ``started``."""
        if self._voice_since is not None:
            return
        self._voice_since = started
        self._was_passing = False
        if self._state is _State.DOUBT:
            self._due = self._long_voice_due()
        elif self._audible:
            self._suspect(started, now)

    def voice_stopped(self, stopped: float, now: float) -> Judgement | None:
        """Learn that the voice paused at ``stopped``."""
        if self._voice_since is None:
            return None
        self._voice_since = None
        self._suspect_until = stopped
        if self._state in {_State.HEARD, _State.ECHO}:
            self._to_idle()
            return None
        if self._state is not _State.DOUBT:
            return None
        length_ms = (stopped - self._doubted_from()) * 1000
        if length_ms >= self._long_voice_ms():
            return self._drop(Why.LONG_VOICE)
        settings = self._settings
        is_cough = length_ms < settings.cough_ms
        wait_ms = settings.cough_wait_ms if is_cough else settings.words_wait_ms
        self._due = now + wait_ms / 1000
        return None

    def echo(self, is_echo: bool, now: float) -> Judgement | None:
        """Learn that the caller's sound is, or is no longer, our own voice."""
        self._echo = is_echo
        if self._voice_since is not None:
            self._suspect_is_echo = is_echo
        if is_echo:
            if self._state is _State.HEARD:
                self._state, self._due = _State.ECHO, None
            elif self._state is _State.DOUBT:
                judgement = self._resume(Why.ECHO)
                if self._voice_since is not None:
                    self._state = _State.ECHO
                return judgement
        elif self._state is _State.ECHO and self._voice_since is not None:
            self._suspect(now, now)
        return None

    def heard(self, text: str, saying: Saying, now: float) -> Judgement | None:
        """Weigh the words of the voice that came while we were audible.

        The caller of this method sees to it that they are of that voice, not of the turn before.
        """
        if not self._audible or self._suspect_from is None or not words_of(text):
            return None
        if self._voice_since is None and now > self._suspect_until + self._settings.late_words_s:
            return None
        if self._is_ours(text, saying):
            return self._echo_judgement()
        if asks_to_stop(text):
            return self._drop(Why.STOP_WORD)
        if self._state is _State.ECHO:
            return None
        passing = is_courtesy(text) if saying.manner is Manner.PARTING else is_backchannel(text)
        if passing and saying.question_is_out:
            return self._drop(Why.ANSWER)
        if passing or self._is_blip(text):
            return self._backchannel()
        if saying.manner is Manner.PARTING and self._is_short_parting(text):
            return None
        return self._drop(Why.WORDS)

    def turn_ended(self) -> Judgement | None:
        """Learn that the voice took what was said for a turn: it will be answered."""
        return self._drop(Why.WORDS) if self._state is _State.DOUBT else None

    def handle_timer(self, now: float) -> Judgement | None:
        """Act on the deadline that has come."""
        if self._due is None or now < self._due:
            return None
        if self._state is _State.HEARD:
            self._state, self._paused_at = _State.DOUBT, now
            self._due = self._long_voice_due()
            return Judgement(Verdict.PAUSE, Why.VOICE)
        if self._state is _State.DOUBT:
            if self._voice_since is not None:
                return self._drop(Why.LONG_VOICE)
            return self._resume(Why.BACKCHANNEL if self._was_passing else Why.COUGH)
        self._due = None
        return None

    def _suspect(self, started: float, now: float) -> None:
        self._suspect_from = started
        self._suspect_is_echo = self._echo
        if self._echo:
            self._state, self._due = _State.ECHO, None
            return
        settings = self._settings
        patient = self._false_alarms >= settings.false_alarms_until_patient
        wait_ms = settings.pause_after_false_alarm_ms if patient else settings.pause_after_ms
        self._state = _State.HEARD
        self._due = max(now, started + wait_ms / 1000)

    def _doubted_from(self) -> float:
        return self._paused_at if self._suspect_from is None else self._suspect_from

    def _long_voice_ms(self) -> int:
        parting = self.manner is Manner.PARTING
        return self._settings.pause_after_ms + (
            self._settings.decide_parting_ms if parting else self._settings.decide_ms
        )

    def _long_voice_due(self) -> float:
        """When a voice that has not been told to have stopped is certainly too long."""
        longest_s = (self._long_voice_ms() + self._settings.stop_lag_ms) / 1000
        return max(self._paused_at, self._doubted_from() + longest_s)

    def _is_ours(self, text: str, saying: Saying) -> bool:
        words = words_of(text)
        ours = words_of(saying.our_text)
        if self._suspect_is_echo:
            return is_in_order_within(words, ours, share=0.6)
        return len(words) >= 4 and is_in_order_within(words, ours, share=0.8)

    def _is_blip(self, text: str) -> bool:
        if self._suspect_from is None or self._voice_since is not None:
            return False
        length_ms = (self._suspect_until - self._suspect_from) * 1000
        longest_ms = {1: self._settings.blip_ms, 2: self._settings.short_blip_ms}
        if length_ms < longest_ms.get(len(words_of(text)), 0):
            return True
        return length_ms < self._settings.hum_ms and is_invented(text)

    def _is_short_parting(self, text: str) -> bool:
        """Tell whether, over a goodbye, one or two odd words may be left to what follows."""
        return self._voice_since is not None and len(words_of(text)) <= 2

    def _echo_judgement(self) -> Judgement:
        if self._state is _State.DOUBT:
            return self._resume(Why.ECHO)
        self._to_idle()
        self._suspect_from = None
        return Judgement(Verdict.IGNORE, Why.ECHO)

    def _backchannel(self) -> Judgement | None:
        if self._voice_since is not None:
            return None
        if self._state is _State.DOUBT:
            length_ms = (self._suspect_until - self._doubted_from()) * 1000
            if length_ms < self._settings.cough_ms and self._due is not None:
                self._was_passing = True  # or the beginning of more: "ex-cuse me"
                return None
            return self._resume(Why.BACKCHANNEL)
        return Judgement(Verdict.IGNORE, Why.BACKCHANNEL)

    def _resume(self, why: Why) -> Judgement:
        self._false_alarms += 1
        self._to_idle()
        return Judgement(Verdict.RESUME, why)

    def _drop(self, why: Why) -> Judgement:
        self._to_idle()
        self._suspect_from = None
        return Judgement(Verdict.DROP, why)

    def _to_idle(self) -> None:
        self._state, self._due = _State.IDLE, None
        self._was_passing = False
