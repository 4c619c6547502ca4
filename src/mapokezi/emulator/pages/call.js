// One call on the emulator's telephone line, and the same call as the emulator sees it.

import { Sound } from "./sound.js";

export const RATE_HZ = 16000;

export class Call {
  // `on` has: event (of the platform), level, live (kind, value), over, trouble (words).
  constructor(on) {
    this.on = on;
    this.id = "";
    this.answeredAt = 0;
    this.isOver = false;
  }

  async place(request, headset) {
    this.sound = await Sound.open({
      headset,
      say: (frame) => this.send(frame),
      level: (levels) => this.on.level(levels),
    });
    if (this.isOver) {
      await this.sound.close();
      return;
    }
    if (this.sound.why) this.on.trouble(this.sound.why);
    this.on.event({ type: "calling" });
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(`${scheme}//${location.host}/phone`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.send(JSON.stringify({ type: "dial", rate_hz: RATE_HZ, ...request }));
    this.socket.onmessage = ({ data }) => (typeof data === "string" ? this.take(JSON.parse(data)) : this.sound.hear(data));
    this.socket.onclose = () => this.end({ type: "ended", cdr: null, why: "The line to the emulator is gone." });
  }

  take(event) {
    if (event.type === "ringing" && event.call_id) {
      this.id = event.call_id;
      this.watch();
    }
    if (event.type === "answered") this.answeredAt = Date.now();
    if (event.type === "ended") this.end(event);
    else this.on.event(event);
  }

  watch() {
    this.events = new EventSource(`/emulator/calls/${this.id}/live`);
    for (const kind of ["legs", "captions", "caption", "over"]) {
      this.events.addEventListener(kind, ({ data }) => this.on.live(kind, JSON.parse(data)));
    }
    this.events.addEventListener("over", () => this.events.close());
  }

  press(digit) {
    this.sound?.key(digit);
    this.send(JSON.stringify({ type: "digit", digit }));
  }

  mute(muted) {
    this.sound?.mute(muted);
  }

  // Another call has begun: what is still told of this one is of no interest.
  forget() {
    this.events?.close();
  }

  hangUp() {
    if (this.socket?.readyState === WebSocket.OPEN) this.send(JSON.stringify({ type: "hangup" }));
    else this.end({ type: "ended", cdr: null, why: "" });
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(message);
  }

  end(event) {
    if (this.isOver) return;
    this.isOver = true;
    this.socket?.close();
    this.sound?.close();
    if (!this.id) this.events?.close();
    this.on.over(event);
  }
}
