// The bridge on the platform's first public page, completed: npm's `ws` and linear interpolation.
import { WebSocket, WebSocketServer } from "ws";

const SETUP = { setup: { model: "models/x", generationConfig: { responseModalities: ["AUDIO"] } } };

class Linear {
  constructor(from, to) {
    this.step = from / to;
    this.at = 0;
    this.last = 0;
  }

  run(sound) {
    const out = new Int16Array(Math.ceil((sound.length - this.at) / this.step));
    let given = 0;
    for (; this.at < sound.length; this.at += this.step) {
      const i = Math.floor(this.at);
      const before = i ? sound[i - 1] : this.last;
      out[given++] = before + (sound[i] - before) * (this.at - i);
    }
    this.at -= sound.length;
    this.last = sound[sound.length - 1];
    return out.subarray(0, given);
  }
}

function samples(data) {
  const whole = data.length & ~1;
  return data.byteOffset & 1
    ? new Int16Array(data.buffer.slice(data.byteOffset, data.byteOffset + whole))
    : new Int16Array(data.buffer, data.byteOffset, whole >> 1);
}

const server = new WebSocketServer({
  port: Number(process.env.PORT),
  host: "127.0.0.1",
  handleProtocols: () => "audio.drachtio.org",
});

server.on("connection", (call) => {
  const down = new Linear(24000, 16000);
  const model = new WebSocket(process.env.MODEL_URL, { perMessageDeflate: false });
  let isReady = false;
  model.on("open", () => {
    model.send(JSON.stringify(SETUP));
    isReady = true;
  });
  call.on("message", (frame, isBinary) => {
    if (!isBinary || !isReady) return;
    const audio = { data: frame.toString("base64"), mimeType: "audio/pcm;rate=16000" };
    model.send(JSON.stringify({ realtimeInput: { audio } }));
  });
  model.on("message", (message) => {
    const content = JSON.parse(message.toString()).serverContent;
    for (const part of content?.modelTurn?.parts ?? []) {
      if (!part.inlineData) continue;
      const sound = down.run(samples(Buffer.from(part.inlineData.data, "base64")));
      call.send(Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength), { binary: true });
    }
  });
  call.on("close", () => model.close());
  model.on("close", () => call.close());
  model.on("error", () => {});
  call.on("error", () => {});
});
