"""The small words by which a conversation is steered, as recognisers write them.

Used by `mapokezi.conversation.barge_in`, which asks whether a caller means to cut in, and by
`mapokezi.conversation.completeness`, which asks whether a caller has finished. English, with the
Swahili that Kenyan callers mix into it. What a caller *wants* is the receptionist's business and
is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9]+(?:['\u2019][a-z]+)*")
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


BACKCHANNELS = _set(
    "mm mmm mhm mmhm mmhmm mmmm hm hmm hmmm uh huh uhhuh aha ah ahh oh ooh ok okay kay yes yeah "
    "yep yup yah ya right sure alright good great fine nice lovely perfect really wow cool exactly "
    "correct absolutely sawa ndio ndiyo eeh eh ehe haya naam oo um er"
)
"""Words that tell a speaker to go on; a turn made of these alone is a backchannel."""

_BACKCHANNEL_PHRASES = (
    ("all", "right"),
    ("i", "see"),
    ("got", "it"),
    ("of", "course"),
    ("go", "on"),
    ("very", "good"),
    ("sounds", "good"),
    ("that's", "right"),
    ("thats", "right"),
    ("that's", "fine"),
    ("that's", "good"),
    ("i", "understand"),
)

_CLOSINGS = (
    ("that's", "all"),
    ("thats", "all"),
    ("that", "is", "all"),
    ("that", "was", "all"),
    ("that", "will", "be", "all"),
    ("that'll", "be", "all"),
    ("that", "would", "be", "all"),
    ("that's", "it"),
    ("thats", "it"),
    ("that", "is", "it"),
    ("that's", "everything"),
    ("that", "is", "everything"),
    ("that's", "all", "for", "now"),
    ("that", "is", "all", "for", "now"),
    ("nothing", "else"),
    ("nothing", "more"),
    ("i'm", "done"),
    ("i", "am", "done"),
    ("hayo", "tu"),
    ("ni", "hayo", "tu"),
    ("hiyo", "tu"),
    ("hakuna", "lingine"),
)
"""What people add to "no, thank you" when they want nothing more: no reason to begin anew."""

_DECLINING = tuple(
    (no, *phrase)
    for no in ("no", "nope", "hapana")
    for phrase in (*_CLOSINGS, ("thank", "you"), ("thanks",), ("asante",))
)
"""A "no" that ends a call, and does not stop anybody."""

_STOPS = (
    ("stop",),
    ("wait",),
    ("no",),
    ("nope",),
    ("hapana",),
    ("subiri",),
    ("ngoja",),
    ("simama",),
    ("hold", "on"),
    ("hang", "on"),
    ("hold", "it"),
    ("excuse", "me"),
    ("one", "moment"),
    ("just", "a", "moment"),
    ("one", "second"),
    ("a", "person"),
    ("real", "person"),
    ("a", "human"),
    ("an", "operator"),
    ("somebody",),
    ("someone",),
    ("operator",),
    ("listen",),
    ("never", "mind"),
    ("mtu",),
)

COURTESIES = _set(
    "thanks thank you so very much bye goodbye byebye cheers asante sana kwaheri nashukuru have a "
    "day too well and for your help the take care then basi"
)
"""With `BACKCHANNELS`, what people say over a goodbye or "I'm connecting you"."""

_PARTING_PHRASES = frozenset((*_BACKCHANNEL_PHRASES, *_CLOSINGS, *_DECLINING))
_LONGEST_PHRASE = max(map(len, _PARTING_PHRASES))

INVENTED = _set(
    "you well her mama mamma mom mum if i thought he him home hum a the and so oh ha hi bye it"
)
"""What recognisers write for a cough, a hum or an "mm-hm" (moonshine tiny: ``You``, ``Mamma,``,
``Well,``, ``If I,``, ``I thought.``, ``Her.``). Of a short voice alone they mean nothing."""

_PLAIN_YES_NO = _set(
    "yes yeah yep yup no nope okay ok correct right sure please thanks thank you it is that's that "
    "ndio ndiyo hapana sawa exactly not really i do don't will"
)


def words_of(text: str) -> tuple[str, ...]:
    """Split what was heard into plain words.

    Lower case, no punctuation, hyphens inside a word closed up: ``Mm-hm, OK.`` gives
    ``("mmhm", "ok")``. Contractions keep their apostrophe: ``it's``.
    """
    closed = _HYPHEN.sub("", text.lower().replace("\u2019", "'"))
    return tuple(_WORD.findall(closed))


def is_backchannel(text: str, *, longest: int = 5) -> bool:
    """Tell whether the text only says "go on": ``mm-hm``, ``okay, right``, ``I see``.

    Args:
        text: What the recogniser wrote, of the whole voice.
        longest: With more words than this it is a turn, whatever they are.
    """
    words = words_of(text)
    return bool(words) and len(words) <= longest and not _left_over(words, BACKCHANNELS)


def is_courtesy(text: str) -> bool:
    """Tell whether the text only thanks, agrees, says goodbye or wants nothing more.

    ``No, thank you. That is all.`` is one; a bare ``No.`` is not.
    """
    words = words_of(text)
    return bool(words) and not _left_over(words, BACKCHANNELS | COURTESIES, _PARTING_PHRASES)


def asks_to_stop(text: str) -> bool:
    """Tell whether the text holds a word that must silence us: ``wait``, ``no``, ``a person``.

    The "no" of ``No, that's all, thank you`` is none: it stops nobody.
    """
    words = words_of(text)
    return any(_contains(words, phrase) for phrase in _STOPS) and not is_courtesy(text)


def is_invented(text: str) -> bool:
    """Tell whether the text is what recognisers make of a sound without words."""
    words = words_of(text)
    return 0 < len(words) <= 2 and all(word in INVENTED or word in BACKCHANNELS for word in words)


def is_yes_or_no(text: str) -> bool:
    """Tell whether the text is a bare yes or no, of at most four words."""
    words = words_of(text)
    return 0 < len(words) <= 4 and all(word in _PLAIN_YES_NO for word in words)


def is_in_order_within(words: Sequence[str], ours: Sequence[str], *, share: float) -> bool:
    """Tell whether at least ``share`` of ``words`` stand in ``ours`` in the same order.

    So the recogniser's version of our own echo is known again, a wrong word here and there
    notwithstanding.
    """
    if not words:
        return False
    return _common_length(words, ours) >= share * len(words)


def _common_length(first: Sequence[str], second: Sequence[str]) -> int:
    """Count the longest common subsequence; both are a sentence or two long."""
    row = [0] * (len(second) + 1)
    for left in first:
        before = 0
        for index, right in enumerate(second, start=1):
            kept = row[index]
            row[index] = before + 1 if left == right else max(row[index], row[index - 1])
            before = kept
    return row[-1]


def _left_over(
    words: Sequence[str],
    known: frozenset[str],
    phrases: frozenset[tuple[str, ...]] = frozenset(_BACKCHANNEL_PHRASES),
) -> list[str]:
    """Take out known phrases, the longest first, and known words; give what is left."""
    rest: list[str] = []
    index = 0
    while index < len(words):
        for size in range(_LONGEST_PHRASE, 1, -1):
            if tuple(words[index : index + size]) in phrases:
                index += size
                break
        else:
            if words[index] not in known:
                rest.append(words[index])
            index += 1
    return rest


def _contains(words: Sequence[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(words[i : i + size]) == phrase for i in range(len(words) - size + 1))
