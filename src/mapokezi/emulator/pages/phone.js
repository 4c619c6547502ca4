// The page: dials, shows the call, takes keys. What the emulator is set to is in modes.js.

import { Call } from "./call.js";
import { Conversation } from "./conversation.js";
import { showLegs } from "./legs.js";
import { Modes, ask } from "./modes.js";

const $ = (id) => document.getElementById(id);
const KEYS = { 1: "", 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", "*": "", 0: "+", "#": "" };
const NAMES = { "*": "star", "#": "hash" };
const ORDER = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LINES = {
  good: {},
  mobile: { noise_dbfs: -50 },
  bad: { noise_dbfs: -42, echo_db: 22, echo_ms: 200, loss: 0.02, jitter_ms: 10 },
};
const QUIETEST_DB = -60;
const AGAIN_AFTER_MS = 2000;
const STATES = {
  calling: "Calling …",
  ringing: "Ringing …",
  answered: "On the line",
  dialling: "Another number is being rung",
  dial_answered: "Passed on to a person",
  dial_ended: "On the line",
  dead_air: "Dead air: the platform waits for a hang-up",
};

let call = null;
let captions = { wanted: false, connected: false };
const conversation = new Conversation($("captions"));
const modes = new Modes({ number: () => $("to").value, call: () => (call && !call.isOver ? call.id : "") });

function showState(words) {
  if ($("state").textContent !== words) $("state").textContent = words;
}

function showInCall(isUp) {
  $("dial").hidden = isUp;
  $("in-call").hidden = !isUp;
  document.querySelector(".phone").classList.toggle("idle", !isUp);
  $("mute").setAttribute("aria-pressed", "false");
  $("mute").disabled = false;
  modes.showScopes();
}

function showTrouble(words) {
  $("trouble").textContent = words;
  $("trouble").hidden = !words;
}

function showClock() {
  const seconds = call?.answeredAt ? Math.floor((Date.now() - call.answeredAt) / 1000) : 0;
  $("clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function showLevels({ mouth, ear }) {
  for (const [id, level] of [["mouth", mouth], ["ear", ear]]) {
    const shown = Math.max(QUIETEST_DB, Math.min(0, level));
    const meter = $(id);
    meter.firstElementChild.style.setProperty("--part", String(1 - shown / QUIETEST_DB));
    meter.setAttribute("aria-valuenow", String(Math.round(shown)));
    meter.setAttribute("aria-valuetext", shown <= QUIETEST_DB ? "silent" : `${Math.round(shown)} decibel`);
  }
}

function showCaptionsState() {
  const note = $("no-captions");
  note.hidden = captions.wanted && captions.connected;
  note.textContent = captions.wanted
    ? "No captions just now: what tells them cannot be reached."
    : "No captions: the emulator hears sound, not words. Started with --captions, it shows the words that the answering program tells. What the platform itself says stands here anyway.";
}

const on = {
  event(event) {
    if (event.type === "refused") showTrouble(event.why);
    if (event.type === "ringing") modes.refresh(); // what was meant for the next call is this one's
    if (STATES[event.type]) showState(STATES[event.type]);
    conversation.happened(event);
  },
  level: showLevels,
  trouble(words) {
    showTrouble(words);
    $("mute").disabled = true; // without a microphone there is nothing to mute
  },
  live(kind, value) {
    if (kind === "legs") showLegs($("legs"), $("no-legs"), value);
    else if (kind === "caption") conversation.said(value.speaker, value.text);
    else if (kind === "over") showKept(value);
    else {
      captions = value;
      showCaptionsState();
    }
  },
  over(event) {
    const seconds = call.answeredAt ? (Date.now() - call.answeredAt) / 1000 : 0;
    conversation.happened({ ...event, seconds });
    showClock();
    showState(ending(event));
    if (event.why) showTrouble(`The platform says: ${event.why}.`.replace("..", "."));
    showLevels({ mouth: -100, ear: -100 });
    showInCall(false);
    showLegs($("legs"), $("no-legs"), []);
    modes.refresh();
    $("call").focus();
  },
};

function ending({ cdr }) {
  if (!cdr) return "The call did not come about";
  const who = { caller: "You hung up", callee: "They hung up", platform: "The call was ended", api: "Hung up by the API" };
  const cost = cdr.cost_minor ? ` · ${cdr.cost_currency} ${(cdr.cost_minor / 100).toFixed(2)}` : "";
  return (who[cdr.hung_up_by] ?? "The call is over") + cost;
}

function showKept({ heard, call: row }) {
  const shown = Object.entries(heard).map(([leg, address]) => {
    const line = document.createElement("div");
    const words = document.createElement("p");
    words.textContent = leg === row.remote_e164 ? "What you heard" : `What ${leg} heard`;
    const player = document.createElement("audio");
    player.controls = true;
    player.preload = "none";
    player.src = address;
    player.setAttribute("aria-label", words.textContent);
    line.append(words, player);
    return line;
  });
  $("kept").replaceChildren(...shown);
}

async function place() {
  showTrouble("");
  $("kept").replaceChildren();
  conversation.clear();
  $("peer").textContent = $("to").value;
  call?.forget();
  call = new Call(on);
  showState("Asking for the microphone …");
  showInCall(true);
  showClock();
  $("end").focus();
  const request = { from: $("from").value.trim(), to: $("to").value, line: LINES[$("line").value] };
  try {
    await call.place(request, $("device").value === "headset");
  } catch (error) {
    call.end({ type: "ended", cdr: null, why: `this browser gives no sound (${error.message})` });
  }
}

function press(digit) {
  if (!call || call.isOver) return;
  call.press(digit);
  conversation.happened({ type: "key", digit });
  const key = $("keypad").children[ORDER.indexOf(digit)];
  key.classList.add("pressed");
  setTimeout(() => key.classList.remove("pressed"), 150);
}

function makeKeypad() {
  for (const digit of ORDER) {
    const key = document.createElement("button");
    const letters = document.createElement("small");
    letters.textContent = KEYS[digit];
    key.type = "button";
    key.append(digit, letters);
    if (NAMES[digit]) key.setAttribute("aria-label", NAMES[digit]);
    key.dataset.key = digit;
    key.addEventListener("click", () => press(digit));
    $("keypad").append(key);
  }
}

async function showNumbers() {
  const told = await ask("/emulator/numbers");
  captions = told.captions;
  const options = told.numbers.map(({ number }) => new Option(number, number));
  $("to").replaceChildren(...options);
  $("call").disabled = !options.length;
  showState(options.length ? "Ready" : "The emulator has no number yet");
  showCaptionsState();
}

$("dial").addEventListener("submit", (event) => {
  event.preventDefault();
  place();
});
$("end").addEventListener("click", () => call.hangUp());
$("mute").addEventListener("click", () => {
  const muted = $("mute").getAttribute("aria-pressed") !== "true";
  $("mute").setAttribute("aria-pressed", String(muted));
  call.mute(muted);
});
$("to").addEventListener("change", () => modes.refresh());
document.addEventListener("keydown", (event) => {
  const writes = event.target.closest("input, select, textarea, audio");
  if (writes || event.ctrlKey || event.metaKey || event.altKey || !ORDER.includes(event.key)) return;
  if (event.repeat) return;
  press(event.key);
});
setInterval(() => call?.answeredAt && !call.isOver && showClock(), 250);

// An emulator that is not up yet, or a slow way to it: asked again until it answers.
async function begin(again = false) {
  try {
    await showNumbers();
    await modes.start();
    if (again) showTrouble("");
  } catch {
    showTrouble("The emulator does not answer. It is asked again.");
    setTimeout(() => begin(true), AGAIN_AFTER_MS);
  }
}

makeKeypad();
showInCall(false);
begin();
