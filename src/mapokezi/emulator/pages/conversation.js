// What is said in a call, and in small what happens in it.

const JOINS_WITHIN_MS = 4000;

export class Conversation {
  constructor(place) {
    this.place = place;
    this.last = null; // {speaker, at, line}
    new ResizeObserver(() => this.follow()).observe(place); // a telephone that is turned
  }

  clear() {
    this.place.replaceChildren();
    this.last = null;
  }

  // Words of one side; pieces that follow one another are one turn.
  said(speaker, text) {
    const now = Date.now();
    if (this.last?.speaker === speaker && now - this.last.at < JOINS_WITHIN_MS) {
      const before = this.last.line.textContent;
      const apart = /\s$/.test(before) || /^[\s,.;:!?]/.test(text) ? "" : " ";
      this.last.line.textContent = before + apart + text;
      this.last.at = now;
      this.follow();
      return;
    }
    const line = this.add("said", text);
    line.classList.add(speaker);
    const names = { caller: "You: ", receptionist: "They: ", platform: "The platform: " };
    line.dataset.speaker = speaker;
    const who = document.createElement("span");
    who.className = "unseen";
    who.textContent = names[speaker] ?? "";
    line.prepend(who);
    this.last = { speaker, at: now, line: line.lastChild };
  }

  happened(event) {
    if (event.type === "said") {
      this.said("platform", event.text);
      return;
    }
    const words = wordsFor(event);
    if (!words) return;
    this.last = null;
    this.add("happened", words);
  }

  add(kind, words) {
    const line = document.createElement("p");
    line.className = kind;
    line.append(words);
    this.place.append(line);
    this.follow();
    return line;
  }

  follow() {
    this.place.scrollTop = this.place.scrollHeight;
  }
}

function wordsFor(event) {
  switch (event.type) {
    case "ringing": return "ringing";
    case "answered": return "answered";
    case "stream_open": return "the stream is open";
    case "stream_closed": return "the stream is closed";
    case "stream_failed": return `the stream failed: ${event.reason ?? ""}`;
    case "stream_fault": return `a fault on purpose: ${event.fault}`;
    case "stream_handshake_timed_out": return "the stream's handshake was not answered";
    case "dead_air": return "dead air";
    case "played": return "a sound is played";
    case "recording": return "it is recorded";
    case "digits": return `keys gathered: ${event.count || "none"}`;
    case "dialling": return `${event.numbers.join(", ")} is rung`;
    case "dial_answered": return `${event.number} answered`;
    case "dial_ended": return `${event.number}: ${event.outcome.replaceAll("_", " ")}`;
    case "dial_refused": return `dial refused: ${event.why}`;
    case "conference_joined": return `in the room ${event.room}`;
    case "conference_left": return `out of the room ${event.room}`;
    case "conference_full": return `the room ${event.room} is full`;
    case "supervision_rings": return `${event.who} is rung to supervise`;
    case "supervision_began": return `${event.who} supervises: ${event.mode}`;
    case "supervision_changed": return `supervision: ${event.mode}`;
    case "supervision_ended": return `${event.who} supervises no more`;
    case "agent_unavailable": return "the platform's own agent is not available";
    case "document_refused": return `the answer was no document: ${event.why ?? ""}`;
    case "key": return `key ${event.digit}`;
    case "ended": return `over${event.seconds ? ` after ${Math.round(event.seconds)} s` : ""}`;
    default: return "";
  }
}
