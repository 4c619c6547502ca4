// On the browser's audio thread: the microphone cut into frames of 20 ms, and what comes in played
// at a steady pace. Both are 16-bit mono PCM at 16 kHz to the page, whatever the devices' rate is.

import { Resampler } from "./resampler.js";

const LINE_HZ = 16000;
const FRAME = LINE_HZ / 50;
const START_S = 0.06; // waits before a word begins, so that a late piece tears no hole into it
const MOST_S = 0.3; // more than this waiting, and the oldest goes: nobody talks with the past
const LEVEL_EVERY_S = 0.08;

class Meter {
  constructor() {
    this.power = 0;
    this.count = 0;
  }

  feed(samples) {
    for (const sample of samples) this.power += sample * sample;
    this.count += samples.length;
  }

  // In dB under full scale, -100 for silence.
  take() {
    const power = this.count ? this.power / this.count : 0;
    this.power = 0;
    this.count = 0;
    return power > 1e-10 ? 10 * Math.log10(power) : -100;
  }
}

class PhoneLine extends AudioWorkletProcessor {
  constructor() {
    super();
    this.fromMicrophone = new Resampler(sampleRate, LINE_HZ);
    this.toLoudspeaker = new Resampler(LINE_HZ, sampleRate);
    this.mouth = new Meter();
    this.ear = new Meter();
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.waiting = []; // Float32Arrays at the loudspeaker's rate
    this.waits = 0; // samples in them
    this.flows = false;
    this.since = 0;
    this.isMuted = false;
    this.isOver = false;
    this.port.onmessage = (message) => this.take(message.data);
  }

  take(told) {
    if (told.sound) this.hear(new Int16Array(told.sound));
    if ("muted" in told) this.isMuted = told.muted;
    if (told.over) this.isOver = true;
  }

  hear(pcm) {
    const sound = this.toLoudspeaker.feed(Float32Array.from(pcm, (sample) => sample / 32768));
    if (!sound.length) return;
    this.waiting.push(sound);
    this.waits += sound.length;
    while (this.waits > MOST_S * sampleRate) this.waits -= this.waiting.shift().length;
  }

  process(inputs, outputs) {
    const into = outputs[0][0];
    const said = inputs[0][0] || new Float32Array(into.length);
    this.speak(this.isMuted ? new Float32Array(said.length) : said);
    this.play(into);
    for (let channel = 1; channel < outputs[0].length; channel += 1) outputs[0][channel].set(into);
    this.since += into.length;
    if (this.since >= LEVEL_EVERY_S * sampleRate) {
      this.since = 0;
      this.port.postMessage({ mouth: this.mouth.take(), ear: this.ear.take() });
    }
    return !this.isOver;
  }

  speak(said) {
    this.mouth.feed(said);
    for (const sample of this.fromMicrophone.feed(said)) {
      this.frame[this.filled] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
      this.filled += 1;
      if (this.filled === FRAME) {
        const whole = this.frame.buffer;
        this.port.postMessage({ frame: whole }, [whole]);
        this.frame = new Int16Array(FRAME);
        this.filled = 0;
      }
    }
  }

  play(into) {
    if (!this.flows && this.waits >= START_S * sampleRate) this.flows = true;
    let at = 0;
    while (this.flows && at < into.length) {
      const first = this.waiting[0];
      if (!first) {
        this.flows = false;
        break;
      }
      const part = first.subarray(0, into.length - at);
      into.set(part, at);
      at += part.length;
      this.waits -= part.length;
      if (part.length === first.length) this.waiting.shift();
      else this.waiting[0] = first.subarray(part.length);
    }
    this.ear.feed(into);
  }
}

registerProcessor("phone-line", PhoneLine);
