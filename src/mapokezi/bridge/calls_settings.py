"""How the calls of a node are taken."""

from __future__ import annotations

from dataclasses import dataclass, field

from mapokezi.bridge.admission import AdmissionSettings
from mapokezi.bridge.documents import UnknownNumberAnswer
from mapokezi.telephony.visit import VisitSettings
from mapokezi.telephony.visit_documents import StreamForm


@dataclass(frozen=True, slots=True)
class CallsSettings:
    """How calls are taken."""

    node: str = "node-1"
    """This process, in the stream URL: behind one address there may be several."""
    admission: AdmissionSettings = field(default_factory=AdmissionSettings)
    form: StreamForm = field(default_factory=StreamForm)
    visit: VisitSettings = field(default_factory=VisitSettings)
    unknown_number: UnknownNumberAnswer = UnknownNumberAnswer.SAY
    token_lives_s: float = 12.0
    """How long a stream's socket is waited for. The module gives an unanswered handshake 10 s and
    never tries again (`contract/media-module.md` section 1): whoever waits longer leaves the
    caller in silence for nothing."""
    after_stream_error_s: float = 4.0
    """How long it is waited for once the platform has told of an error of the stream: the verbs
    behind the stream may run, which shows within a second; else nothing follows."""
    remembered_s: float = 3600.0
    """How long a call that is over is still known: lifecycle posts come late, and a stream given
    to one of them would be a second."""
    most_remembered: int = 2_000
    """Bound of that memory."""
