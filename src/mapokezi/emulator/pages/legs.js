// Who hears whom: a plain list.

const GOOD = ["on the line", "open", "listens", "whispers", "speaks to both"];
const BAD = ["frozen", "open, and mute"];

export function showLegs(list, note, legs) {
  const own = legs[0]?.who;
  list.replaceChildren(...legs.map((leg) => row(leg, own)));
  note.hidden = legs.length > 0;
}

function row({ what, who, state, hears }, own) {
  const line = document.createElement("li");
  const others = hears.map((one) => name(one, own));
  line.append(
    part("leg", name(who, own, what)),
    part(`tag ${tone(state)}`, state),
    part(`hears${others.length ? " well" : ""}`, `${who === own ? "hear" : "hears"} ${others.length ? joined(others) : "nobody"}`),
  );
  return line;
}

function name(who, own, what = "") {
  if (who === own) return what ? "You" : "you";
  if (what === "dialled") return `Dialled: ${who}`;
  if (what === "called") return `Rung: ${who}`;
  if (what === "supervisor") return `Supervisor: ${who}`;
  return what ? who.charAt(0).toUpperCase() + who.slice(1) : who;
}

function tone(state) {
  if (GOOD.includes(state) || state.startsWith("in the room")) return "good";
  if (BAD.includes(state)) return "bad";
  return ["rings", "connects"].includes(state) ? "wait" : "";
}

function joined(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function part(kind, words) {
  const made = document.createElement("span");
  made.className = kind;
  made.textContent = words;
  return made;
}
