// The microphone and the loudspeaker of this device, on the telephone's line.

const KEY_HZ = {
  rows: [697, 770, 852, 941],
  columns: [1209, 1336, 1477],
  layout: ["123", "456", "789", "*0#"],
};
const KEY_S = 0.12;

export class Sound {
  // `say` gets each 20 ms of the microphone, `level` gets {mouth, ear} in dBFS. Without a
  // microphone the call can still be listened to: `why` then says what is wrong.
  static async open({ headset, say, level }) {
    const context = new AudioContext({ latencyHint: "interactive" });
    const resumed = context.resume();
    const [microphone, why] = await askForMicrophone(headset);
    await resumed;
    await context.audioWorklet.addModule("/static/worklet.js");
    const line = new AudioWorkletNode(context, "phone-line", {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      channelCount: 1,
      channelCountMode: "explicit",
    });
    line.port.onmessage = ({ data }) => (data.frame ? say(data.frame) : level(data));
    if (microphone) context.createMediaStreamSource(microphone).connect(line);
    line.connect(context.destination);
    return new Sound(context, line, microphone, why);
  }

  constructor(context, line, microphone, why) {
    this.context = context;
    this.line = line;
    this.microphone = microphone;
    this.why = why;
  }

  hear(pcm) {
    this.line.port.postMessage({ sound: pcm }, [pcm]);
  }

  mute(muted) {
    this.line.port.postMessage({ muted });
  }

  // The key as it sounds at one's own ear; what the line gets is the platform's own.
  key(digit) {
    const row = KEY_HZ.layout.findIndex((keys) => keys.includes(digit));
    const pair = [KEY_HZ.rows[row], KEY_HZ.columns[KEY_HZ.layout[row].indexOf(digit)]];
    const now = this.context.currentTime;
    const quiet = new GainNode(this.context, { gain: 0.06 });
    quiet.connect(this.context.destination);
    for (const frequency of pair) {
      const tone = new OscillatorNode(this.context, { frequency });
      tone.connect(quiet);
      tone.start(now);
      tone.stop(now + KEY_S);
    }
  }

  async close() {
    this.line.port.postMessage({ over: true });
    for (const track of this.microphone?.getTracks() ?? []) track.stop();
    if (this.context.state !== "closed") await this.context.close();
  }
}

async function askForMicrophone(headset) {
  if (!navigator.mediaDevices) {
    return [null, "A browser gives its microphone only to https pages and to this machine's own: open the page as localhost."];
  }
  const cleans = !headset;
  const audio = { echoCancellation: cleans, noiseSuppression: cleans, autoGainControl: cleans, channelCount: 1 };
  try {
    return [await navigator.mediaDevices.getUserMedia({ audio }), ""];
  } catch (error) {
    const refused = error.name === "NotAllowedError";
    const why = refused ? "The browser was not allowed to use the microphone." : "There is no microphone.";
    return [null, `${why} You hear, and cannot be heard.`];
  }
}
