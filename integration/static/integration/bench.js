// The bench: what is chosen is kept and tried at once, and the map shows the sample under each
// coordinate system. Without this script the buttons do the same, page by page.

/* global L */

const { colour, drawAreas, open, settingsOf } = globalThis.egretMap;
const state = document.querySelector("[data-state]");
const box = document.getElementById("map");
const map = box && open(box, settingsOf(box));
const renderer = map && L.canvas({ padding: 0.3, pane: above(map) });
const marks = map && L.featureGroup();
let waiting = 0; // how many are still to be sent
let looked = null; // the system that somebody looks at, while it is not the one in use

function above(drawn) {
  const pane = drawn.createPane("marks");
  pane.style.zIndex = 450; // above the boundaries, below the labels
  return "marks";
}

function points(crs) {
  const settings = settingsOf(box);
  const shown = settings.systems[crs] ?? [];
  marks.clearLayers();
  for (const [line, lon, lat] of shown) {
    const words = document.createElement("span");
    words.textContent = settings.line.replace("{n}", line);
    L.circleMarker([lat, lon], { renderer, pane: "marks", radius: 5, weight: 1.5, color: "#fff", fillColor: colour("accent"), fillOpacity: 0.9 })
      .bindPopup(words, { closeButton: false }).addTo(marks);
  }
  box.dataset.shown = `${crs} ${shown.length}`;
  for (const button of document.querySelectorAll("[data-look]")) {
    button.setAttribute("aria-pressed", String(button.dataset.look === crs));
  }
}

function lookable() {
  for (const button of document.querySelectorAll("[data-look]")) {
    button.hidden = false;
    button.addEventListener("click", () => { looked = button.dataset.look; points(looked); });
  }
}

function fit() {
  const bounds = marks.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.25), { maxZoom: 14 });
}

if (map) {
  marks.addTo(map);
  lookable();
  points(settingsOf(box).in_use);
  const tiled = Boolean(settingsOf(box).tiles);
  drawAreas(map, box.dataset.areas, tiled).then((outline) => {
    if (marks.getLayers().length) fit();
    else if (outline?.getBounds().isValid() && !tiled) map.fitBounds(outline.getBounds());
  });
}

// Each field as the server last drew it: what has not changed there is left alone here, so that
// whoever is typing in another field is not disturbed.
const served = new Map();
const fieldsOf = (page) => [...page.querySelectorAll("#field_list > li")];
for (const one of fieldsOf(document)) served.set(one.id, one.outerHTML);

function replace(old, fresh) {
  const focus = old.contains(document.activeElement) ? document.activeElement.id : "";
  const unfolded = [...old.querySelectorAll("details")].map((one) => one.open);
  const drawn = document.importNode(fresh, true);
  drawn.querySelectorAll("details").forEach((one, place) => { one.open = unfolded[place] ?? one.open; });
  old.replaceWith(drawn);
  if (focus) document.getElementById(focus)?.focus();
}

// Whether somebody is in the middle of a word there.
function typing(line) {
  const focus = document.activeElement;
  return line.contains(focus) && focus.matches("input") && focus.value !== focus.defaultValue;
}

function takeFields(page) {
  const fresh = fieldsOf(page);
  if (fresh.length !== served.size) {
    const list = document.getElementById("field_list");
    if (list) list.replaceChildren(...fresh.map((one) => document.importNode(one, true)));
  }
  for (const one of fresh) {
    const old = document.getElementById(one.id);
    if (!old || served.get(one.id) === one.outerHTML || typing(old)) continue;
    replace(old, one);
    served.set(one.id, one.outerHTML);
  }
}

function take(page) {
  takeFields(page);
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (fresh) replace(old, fresh);
  }
  const said = page.querySelector(".eg-messages");
  if (said) document.querySelector(".eg-messages").innerHTML = said.innerHTML;
  const settings = page.getElementById("map-settings");
  if (map && settings) {
    document.getElementById("map-settings").textContent = settings.textContent;
    lookable();
    points(settingsOf(box).in_use);
    if (looked) fit();
    looked = null;
  }
}

function takeRevision(page) {
  const revision = page.querySelector("[name=revision]")?.value;
  for (const one of document.querySelectorAll("[name=revision]")) one.value = revision;
}

function say(word) {
  if (state) state.textContent = word ? state.dataset[word] : "";
}

async function send(form, sent) {
  say("saving");
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of sent) body.append(name, value);
  try {
    const answer = await fetch(location.href, { method: "POST", body, credentials: "same-origin" });
    if (new URL(answer.url).pathname !== location.pathname) {
      location.assign(answer.url); // signed out, or settled by somebody else
      return;
    }
    // A refusal is a page as well: it says why, and keeps what was chosen.
    const refused = [409, 412, 422].includes(answer.status);
    if (!answer.ok && !refused) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // What was chosen meanwhile stands in the form alone, and is about to be sent.
    if (waiting === 0 || form.id !== "fields") take(page);
    takeRevision(page);
    if (waiting === 0) say(refused ? "" : "saved");
  } catch {
    say("failed");
  }
}

// One after the other: each is made from the revision that the one before it left. The form is
// read when its turn comes, so that one turn is enough for all that was chosen until then.
let queue = Promise.resolve();
let asked = false;
function later(form, sent = []) {
  const whole = form.id === "fields";
  if (whole && asked) return;
  asked ||= whole;
  waiting += 1;
  queue = queue.then(() => {
    if (whole) asked = false;
    waiting -= 1;
    return send(form, sent);
  });
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-bench]")) return;
  event.preventDefault();
  const button = event.submitter;
  later(event.target, button?.name ? [[button.name, button.value]] : []);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form#fields");
  if (form) later(form);
});
