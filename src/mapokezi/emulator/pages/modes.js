// The emulator's modes and people, by its own REST face.

const $ = (id) => document.getElementById(id);

export async function ask(path, method = "GET", body = undefined) {
  const answer = await fetch(path, { method, body: body && JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error?.message ?? `${answer.status}`);
  return told;
}

export class Modes {
  // `now` tells the number that is going to be called, and the call that is up.
  constructor(now) {
    this.now = now;
    this.about = new Map();
    $("mode").addEventListener("change", () => this.showMode());
    $("scope").addEventListener("change", () => this.refresh());
    $("modes").addEventListener("submit", (event) => this.submit(event));
    $("reset").addEventListener("click", () => this.reset());
    $("person").addEventListener("submit", (event) => this.addPerson(event));
  }

  async start() {
    const { about } = await ask("/emulator/modes");
    this.about = new Map(about.map((mode) => [mode.name, mode]));
    $("mode").replaceChildren(...groups(about));
    $("mode").value = "after-close";
    this.showMode();
    await this.refresh();
    await this.showPeople();
  }

  showMode() {
    const mode = this.about.get($("mode").value);
    $("mode-says").textContent = mode.says;
    const field = Array.isArray(mode.values) ? choice(mode) : number(mode);
    field.id = "value";
    $("mode-value").replaceChildren(field);
  }

  showScopes() {
    const isUp = Boolean(this.now.call());
    const own = $("scope").querySelector("[value=call]");
    if (own.disabled === !isUp) return;
    own.disabled = !isUp;
    if (!isUp && $("scope").value === "call") $("scope").value = "next";
  }

  path() {
    const about = `/emulator/numbers/${encodeURIComponent(this.now.number())}`;
    return {
      platform: "/emulator/modes",
      number: `${about}/modes`,
      next: `${about}/next-call`,
      call: `/emulator/calls/${this.now.call()}/modes`,
    }[$("scope").value];
  }

  async submit(event) {
    event.preventDefault();
    await this.set($("mode").value, $("value").value);
  }

  async set(name, value) {
    try {
      await ask(this.path(), "PATCH", { [name]: value });
      await this.refresh();
    } catch (error) {
      $("unusual-says").textContent = error.message;
    }
  }

  async reset() {
    await ask("/emulator/modes", "DELETE");
    await this.refresh();
  }

  // What is set other than usual, for what is chosen.
  async refresh() {
    this.showScopes();
    if (!this.about.size) return;
    const { modes } = await ask(this.path());
    const unusual = Object.entries(modes).filter(([name, value]) => !isUsual(this.about.get(name), value));
    const what = { platform: "Everything", number: "The number", next: "The next call", call: "This call" }[$("scope").value];
    $("unusual-says").textContent = unusual.length ? `${what} is other than usual:` : `${what} is as usual.`;
    $("unusual").replaceChildren(...unusual.map(([name, value]) => part(`${name} = ${value}`)));
    $("reset").hidden = !unusual.length;
  }

  async showPeople() {
    const { callees, ways } = await ask("/emulator/callees");
    $("people").replaceChildren(...Object.entries(callees).map((one) => this.person(one, ways)));
    $("person-way").replaceChildren(...ways.map((way) => new Option(way, way)));
  }

  person([who, script], ways) {
    const line = part("");
    const words = document.createElement("span");
    words.className = "number";
    words.textContent = who;
    const select = document.createElement("select");
    select.setAttribute("aria-label", `How ${who} behaves`);
    if (!script.way) select.append(new Option("as the file has it", ""));
    select.append(...ways.map((way) => new Option(way, way)));
    select.value = script.way ?? "";
    select.addEventListener("change", () => this.behave(who, select.value));
    line.append(words, select);
    return line;
  }

  async behave(who, way) {
    if (way) await ask(`/emulator/callees/${encodeURIComponent(who)}`, "PUT", { way });
  }

  async addPerson(event) {
    event.preventDefault();
    const who = $("person-number").value.trim();
    if (!who) return;
    await this.behave(who, $("person-way").value);
    $("person-number").value = "";
    await this.showPeople();
  }
}

function groups(about) {
  const found = new Map();
  for (const { name, group } of about) {
    if (!found.has(group)) {
      const made = document.createElement("optgroup");
      made.label = group;
      found.set(group, made);
    }
    found.get(group).append(new Option(name, name));
  }
  return found.values();
}

function choice(mode) {
  const select = document.createElement("select");
  select.append(...mode.values.map((value) => new Option(value === mode.default ? `${value} (usual)` : value, value)));
  select.value = mode.default;
  return select;
}

function number(mode) {
  const field = document.createElement("input");
  field.inputMode = "decimal";
  field.required = true;
  field.value = mode.default;
  return field;
}

function isUsual(mode, value) {
  return Array.isArray(mode.values) ? String(value) === mode.default : Number(value) === Number(mode.default);
}

function part(words) {
  const made = document.createElement("li");
  made.textContent = words;
  return made;
}
