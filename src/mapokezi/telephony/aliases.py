"""The many spellings of one field, in callbacks and in a stream's first message.

The platform writes camelCase, its pages snake_case, its samples Twilio's ``CallSid``; values
sometimes lie one level down (contract sections 3.1 and 6.1). Names are compared without case,
underscores and dashes.
"""

from __future__ import annotations

from collections.abc import Mapping

SESSION_ID = ("sessionid", "callsid", "callid")
PBX_CALL_ID = ("pbxcallid", "pbxsessionid", "pbxid")
"""Beside a ``call_id`` that is the row's UUID: the session's own id (contract section 8)."""
ROW_UUID = (*SESSION_ID, "calluuid")
CALLER = ("callernumber", "from", "caller", "callerid", "fromnumber")
DIALLED = ("destinationnumber", "to", "called", "dialednumber", "tonumber")
CLIENT_DIALLED = ("clientdialednumber", "clientdiallednumber")
STATE = ("callsessionstate", "callstate", "callstatus", "status")
IS_ACTIVE = ("isactive",)
DIRECTION = ("direction",)
EVENT_KIND = ("kind", "eventkind", "eventtype", "event", "type")
EVENT_ID = ("eventid",)
OCCURRED_AT = ("occurredat",)
ENDED_AT = ("endedat",)
HANGUP_CAUSE = ("hangupcause",)
FAILURE_REASON = ("failurereason", "failurecode")
RECORDING_ID = ("recordingid",)
RECORDING_DURATION_S = ("recordingdurationseconds", "recordingduration")
RECORDING_BYTES = ("recordingsizebytes", "sizebytes")
RECORDING_LINK = ("downloadurl", "recordingurl")
RECORDING_EXPIRES_AT = ("expiresat",)
DURATION_S = ("durationinseconds", "durationseconds", "callduration", "duration")
DIGITS = ("dtmfdigits", "digits")
STREAM_SID = ("streamsid", "streamid")
STREAM_EVENT = ("streamevent", "streamstatus")
RECORDING_URL = ("recordingurl",)
CLIENT_REQUEST_ID = ("clientrequestid",)
DIAL_STATUS = ("dialcallstatus", "dialstatus", "dialoutcome", "dialresult",
               "lastbridgehangupcause")  # fmt: skip
DIAL_DURATION_S = ("dialdurationinseconds", "dialdurationseconds", "dialcallduration",
                   "dialduration")  # fmt: skip
DIAL_NUMBER = ("dialdestinationnumber", "dialnumber")
"""Of several that rang at once: who took the call."""

NESTS = ("call", "payload", "data", "metadata", "headers", "stream")
"""Under which keys the fields have been seen."""

_MAX_DEPTH = 3
_MAX_FIELDS = 256


def plain(name: str) -> str:
    """A field's name without case, underscores, dashes and spaces."""
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


def flatten(fields: Mapping[str, object]) -> dict[str, str]:
    """Every field by its plain name, nested ones too; an outer one wins over an inner one."""
    flat: dict[str, str] = {}
    level: list[Mapping[str, object]] = [fields]
    for _ in range(_MAX_DEPTH):
        deeper: list[Mapping[str, object]] = []
        for mapping in level:
            for key, value in mapping.items():
                name = plain(str(key))
                if isinstance(value, Mapping):
                    if name in NESTS:
                        deeper.append(value)
                elif len(flat) < _MAX_FIELDS:
                    text = _text(value)
                    if text and name not in flat:
                        flat[name] = text
        level = deeper
    return flat


def first(flat: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first of some spellings that is there and not empty; empty if none is."""
    for name in names:
        if value := flat.get(name, "").strip():
            return value
    return ""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list | tuple):
        return _text(value[0]) if value else ""
    if isinstance(value, str | int | float):
        return str(value)
    return ""
