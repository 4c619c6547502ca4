// Changes the rate of sound: a windowed sinc, kept running from piece to piece.

const ZEROS = 12; // of the sinc on each side: 70 dB down from where the band ends
const PHASES = 480; // of a sample: a whole number of steps at 8, 16, 24, 32, 48 and 96 kHz
const BAND = 0.92; // of what the lower rate can carry

export class Resampler {
  constructor(from, to) {
    this.step = from / to;
    const cutoff = Math.min(1, to / from) * BAND;
    this.half = Math.ceil(ZEROS / cutoff);
    this.taps = filters(cutoff, this.half);
    this.held = new Float32Array(this.half); // silence before the first sample
    this.at = this.half;
  }

  // Takes Float32Array, gives Float32Array: what can be computed so far.
  feed(fresh) {
    const sound = new Float32Array(this.held.length + fresh.length);
    sound.set(this.held);
    sound.set(fresh, this.held.length);
    const room = Math.max(0, Math.ceil((sound.length - this.half - this.at) / this.step) + 1);
    const out = new Float32Array(room);
    let made = 0;
    while (this.at + this.half + 1 < sound.length) {
      out[made] = this.sample(sound, this.at);
      made += 1;
      this.at += this.step;
    }
    const gone = Math.floor(this.at) - this.half;
    this.held = sound.slice(gone);
    this.at -= gone;
    return out.subarray(0, made);
  }

  sample(sound, at) {
    let whole = Math.floor(at);
    let phase = Math.round((at - whole) * PHASES);
    if (phase === PHASES) {
      phase = 0;
      whole += 1;
    }
    const taps = this.taps[phase];
    const first = whole - this.half + 1;
    let sum = 0;
    for (let index = 0; index < taps.length; index += 1) sum += taps[index] * sound[first + index];
    return sum;
  }
}

function filters(cutoff, half) {
  const all = [];
  for (let phase = 0; phase < PHASES; phase += 1) {
    const taps = new Float32Array(half * 2);
    let sum = 0;
    for (let index = 0; index < taps.length; index += 1) {
      const x = index - half + 1 - phase / PHASES;
      const angle = Math.PI * cutoff * x;
      const sinc = x === 0 ? 1 : Math.sin(angle) / angle;
      const place = Math.PI * (x / half);
      const window = Math.abs(x) > half ? 0 : 0.42 + 0.5 * Math.cos(place) + 0.08 * Math.cos(2 * place);
      taps[index] = sinc * window;
      sum += taps[index];
    }
    for (let index = 0; index < taps.length; index += 1) taps[index] /= sum;
    all.push(taps);
  }
  return all;
}
