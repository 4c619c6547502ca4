"""A call as it is printed: who rang, what was said, what came of it, what it cost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from mapokezi.calls import Speaker
from mapokezi.records.call_ledger import CallBill, bill_of
from mapokezi.records.call_record import (
    CallInFull,
    CallRecord,
    HandOffSummary,
    SecondsAttributed,
    TimelineEntry,
    TurnRecord,
)
from mapokezi.records.claim_record import ClaimRecord
from mapokezi.records.kept_recording import Copy, KeptRecording
from mapokezi.records.lists import MessagePage
from mapokezi.records.message_record import MessageRecord
from mapokezi.records.model_prices import ModelBill, PriceTable


def length_of(call: CallRecord) -> str:
    """How long a call was: ``1:05``; empty while it goes on."""
    if call.length_ms is None:
        return ""
    return f"{call.length_ms // 60_000}:{call.length_ms // 1000 % 60:02d}"


def print_call(
    found: CallInFull,
    left: MessagePage,
    data_folder: Path,
    prices: PriceTable,
    *,
    with_timeline: bool = False,
) -> None:
    """Print a call with all that is known of it."""
    out = Console(highlight=False, soft_wrap=True)
    for line in _sheet(found, left, data_folder):
        out.print(line)
    bill = prices.bill(found.call.model_usage, found.call.arrived_at.date())
    for line in _line(found, bill_of(found.call, bill)):
        out.print(line)
    for line in _models(bill):
        out.print(line)
    if with_timeline:
        for entry in found.timeline:
            out.print(_instant(entry))


def _sheet(found: CallInFull, left: MessagePage, data_folder: Path) -> Iterator[str]:
    call = found.call
    yield f"[bold]{call.call_id}[/bold]  {call.caller or 'withheld'} → {call.dialled}"
    yield _came_to(call)
    yield from map(_turn, found.turns)
    yield from map(_claim, call.claims)
    yield from map(_message, left.messages)
    yield from _told(call)
    for hand_off in call.hand_offs:
        yield _hand_off(hand_off, is_over=call.ended_at is not None)
    if call.seconds is not None:
        yield _seconds(call.seconds)
    yield from map(_kept, found.kept)
    if call.office_version is not None:
        yield f"office: {call.office_id}, version {call.office_version}"
    if call.recording and not any(one.copy is Copy.OURS for one in found.kept):
        yield f"recording: {data_folder / call.recording}"


def _told(call: CallRecord) -> Iterator[str]:
    """What the caller has heard of what they must be told, and what they said to it."""
    for one in call.notices:
        after_s = (one.at - call.arrived_at).total_seconds()
        words = escape(one.wording)
        yield f"told after {after_s:.1f} s ({one.kind.value}, {one.language}): “{words}”"
    if call.answered_at is not None and call.ended_at is not None and call.notice is None:
        yield "[yellow]the caller has not heard all notices[/yellow]"
    refused = call.recording_refused
    if refused is not None:
        after_s = (refused.at - call.arrived_at).total_seconds()
        yield (
            f"[bold]not recorded[/bold]: the caller did not want it, after {after_s:.1f} s; "
            f"{refused.removed_ms / 1000:.1f} s were removed"
        )


def _kept(kept: KeptRecording) -> str:
    """A recording in its last form, and how it is got."""
    whose = "the platform's recording" if kept.copy is Copy.PLATFORM else "recording"
    option = " --platform" if kept.copy is Copy.PLATFORM else ""
    return (
        f"{whose}: {kept.media_type}, {'sealed' if kept.key_id else 'not sealed'}; "
        f"mapokezi recordings save {kept.call_id} FILE{option}"
    )


def _came_to(call: CallRecord) -> str:
    return (
        f"{call.arrived_at:%Y-%m-%d %H:%M:%S} UTC, {length_of(call) or 'on the line'}, "
        f"outcome [bold]{call.outcome.value if call.outcome else 'not yet'}[/bold]"
        + (f", ended: {call.termination.reason.value}" if call.termination else "")
        + (f", cost {call.cost}" if call.cost else "")
    )


def _turn(turn: TurnRecord) -> str:
    ours = turn.speaker is Speaker.RECEPTIONIST
    who, colour = ("receptionist", "green") if ours else ("caller", "cyan")
    facts = f"  [dim]({', '.join(turn.fact_ids)})[/dim]" if turn.fact_ids else ""
    cut = f" [dim strike]{escape(turn.unheard_text)}[/dim strike]" if turn.unheard_text else ""
    return (
        f"[dim]{turn.started_ms / 1000:7.1f}[/dim]  [{colour}]{who:>12}[/{colour}]  "
        f"{escape(turn.text)}{cut}{facts}"
    )


def _claim(claim: ClaimRecord) -> str:
    heard = "" if claim.heard else " [yellow](not heard)[/yellow]"
    said = f"“{escape(claim.claim)}”" if claim.claim else "the emergency number was owed"
    return f"[bold]put right[/bold] ({claim.kind}): {said}: {escape(claim.truth)}{heard}"


def _line(found: CallInFull, bill: CallBill) -> Iterator[str]:
    """What the call costs on the phone platform's meter, by leg and what its time was spent on."""
    if bill.estimate is not None or bill.settled is not None:
        estimate = "none" if bill.estimate is None else f"[bold]{bill.estimate}[/bold]"
        settled = "not yet" if bill.settled is None else f"[bold]{bill.settled}[/bold]"
        off = ""
        if bill.is_off:
            by = "in their currency" if bill.difference is None else f"by {bill.difference}"
            off = f"  [yellow]they differ {by}[/yellow]"
            if bill.is_by_rounding:
                off = f"  [dim]they differ {by}, by rounding[/dim]"
        yield f"phone line: estimate {estimate}, settled {settled}{off}"
    for line in found.call.ledger:
        party = "caller" if not line.leg else line.party or "the reception"
        yield (
            f"  leg {line.leg + 1}, {line.direction.value}, {party}: "
            f"{line.spell.value.replace('_', ' ')} {line.length_ms / 1000:.1f} s, {line.price}"
        )
    if bill.dead_air_ms:
        cost = f", {bill.dead_air}" if bill.dead_air is not None else ""
        yield f"dead air: {bill.dead_air_ms / 1000:.1f} s{cost}"
    platform = found.platform
    if platform is not None and platform.duration_s is not None:
        yield f"the platform counts {platform.duration_s} s from answer to end"
    for recording in platform.recordings if platform is not None else ():
        length = "" if recording.duration_s is None else f" of {recording.duration_s} s"
        yield f"the platform has a recording{length}"


def _models(bill: ModelBill) -> Iterator[str]:
    """What the call's voice models have counted, and what that costs."""
    if bill.lines:
        yield f"voice models: cost [bold]{bill}[/bold]"
    for line in bill.lines:
        usd = f"USD {line.usd:.4f}" if line.usd is not None else "[yellow]price not known[/yellow]"
        yield f"  {escape(line.profile)} {escape(line.model)} {line.unit} {line.count}: {usd}"


def _message(message: MessageRecord) -> str:
    unsure = f"  [yellow]not sure: {', '.join(message.unsure)}[/yellow]" if message.unsure else ""
    return (
        f"[bold]message[/bold] {message.message_id} for {message.for_person or 'the office'}"
        f"{' (urgent)' if message.urgent else ''}: {escape(message.name or 'no name')}, "
        f"{escape(message.number or 'no number')}: {escape(message.reason)}"
        + (f", best time {escape(message.best_time)}" if message.best_time else "")
        + unsure
    )


def _hand_off(hand_off: HandOffSummary, *, is_over: bool) -> str:
    came = "not known" if is_over or hand_off.ended_at is not None else "ringing"
    if hand_off.outcome is not None:
        came = hand_off.outcome.value
    elif hand_off.is_one_of_several:
        came = "one of several who rang took the call"
    return f"[bold]passed on[/bold] to {hand_off.person_id or 'the reception'}: {came}"


def _seconds(seconds: SecondsAttributed) -> str:
    parts = {
        "caller": seconds.caller_ms,
        "receptionist": seconds.receptionist_ms,
        "both": seconds.both_ms,
        "thinking": seconds.thinking_ms,
        "dead air": seconds.dead_air_ms,
    }
    return "seconds: " + ", ".join(f"{name} {ms / 1000:.1f}" for name, ms in parts.items())


def _instant(entry: TimelineEntry) -> str:
    values = escape(" ".join(f"{key}={value}" for key, value in entry.values.items()))
    return f"[dim]{entry.at_ms / 1000:8.2f}[/dim]  {entry.what}  [dim]{values}[/dim]"
