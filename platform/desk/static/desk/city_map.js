// The city map: layers that are switched by the key below it and asked for when they are switched
// on. Dots and risk levels are drawn on one canvas, so that old PCs carry thousands of them.

/* global L */

const { colour, drawAreas, drawZones, open, settingsOf } = globalThis.egretMap;
const DOT = 2.2;
const NARROW = 560; // px: a phone
const SIZES = { major: 11, larger: 10, general: 7, low: 3.4 };
const KEPT = "egret-map-layers";
const own = document.documentElement.lang;
const lang = own === "en" ? "en-GB" : own; // the day before the month, as on all pages

const box = document.getElementById("map");
const settings = settingsOf(box);
const words = settings.words;
const narrow = box.clientWidth < NARROW;
const scale = narrow ? 0.75 : 1;
const boxes = [...document.querySelectorAll("[data-layer]")];
const status = document.querySelector("[data-status]");
const statusText = document.querySelector("[data-status-text]");
const retry = document.querySelector("[data-retry]");
const instant = new Intl.DateTimeFormat(lang, { timeZone: settings.zone, month: "short", day: "numeric",
  hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAlone = new Intl.DateTimeFormat(lang, { timeZone: settings.zone, month: "short", day: "numeric" });
const layers = new Map(); // key → what is drawn
const points = new Map(); // id → a case's marker, for the table's buttons

// One mark on the canvas: `paint` draws it around its point.
const Mark = L.CircleMarker.extend({
  _updatePath() {
    const { _renderer: renderer, _point: point, options } = this;
    if (!renderer._drawing || this._empty()) return;
    const pen = renderer._ctx;
    pen.save();
    pen.setLineDash([]);
    pen.translate(point.x, point.y);
    options.paint(pen, options.radius);
    pen.restore();
  },
});

function dotPaint(tone, form) {
  const ink = colour(`dot-${tone}`);
  return (pen, size) => {
    pen.beginPath();
    if (form === 1) pen.rect(-size, -size, 2 * size, 2 * size);
    else pen.arc(0, 0, size, 0, 2 * Math.PI);
    pen.fillStyle = form === 2 ? "#fff" : ink;
    pen.strokeStyle = form === 2 ? ink : "#fff";
    pen.lineWidth = form === 2 ? 2 : 0.8;
    pen.fill();
    pen.stroke();
  };
}

function levelPaint(level) {
  const [tone, shape] = settings.shapes[level];
  const path = new Path2D(shape);
  const fill = colour(tone);
  return (pen, size) => {
    pen.scale(size / 8, size / 8);
    pen.translate(-8, -8);
    pen.fillStyle = fill;
    pen.strokeStyle = "#fff";
    pen.lineWidth = 1.6;
    pen.lineJoin = "round";
    pen.stroke(path);
    pen.fill(path);
    pen.lineWidth = 0.6;
    pen.strokeStyle = "rgba(28, 42, 56, 0.6)";
    pen.stroke(path);
  };
}

function uuid(hex) {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function filled(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function many(count) {
  return count > settings.most ? filled(words.over, { n: settings.most.toLocaleString("en") }) : count.toLocaleString("en");
}

function popup(title, lines, url, link) {
  const holder = document.createElement("div");
  holder.className = "eg-popup";
  const head = holder.appendChild(document.createElement("b"));
  head.textContent = title;
  for (const line of lines.filter(Boolean)) {
    holder.appendChild(document.createElement("p")).textContent = line;
  }
  const way = holder.appendChild(document.createElement("a"));
  way.href = url;
  way.textContent = link;
  return holder;
}

function casePopup(level, data, place) {
  const score = data.score[place];
  const lines = [
    `${settings.levels[level]}${score === null ? "" : ` ${score.toFixed(1)}`} · ${data.number[place]}`,
    instant.format(data.at[place] * 1000),
  ];
  return popup(data.title[place], lines, settings.case.replace(settings.nobody, uuid(data.id[place])), words.open_case);
}

function recordPopup(feed, data, place) {
  const severity = data.severity[place];
  const at = data.at[place] * 1000;
  const lines = [
    feed,
    [data.day[place] ? dayAlone.format(at) : instant.format(at),
      severity === null ? "" : filled(words.severity, { n: severity })].filter(Boolean).join(" · "),
    data.coarse[place] ? words.coarse : "",
  ];
  const url = settings.record.replace(settings.nobody, uuid(data.id[place]));
  return popup(data.categories[data.category[place]], lines, url, words.open_record);
}

function zonePopup(zone) {
  const until = filled(words.until, { time: instant.format(zone.ends * 1000) });
  return popup(zone.title, [zone.level, zone.where, [until, zone.left].filter(Boolean).join(" · ")], zone.url,
    words.open_warning);
}

const map = open(box, settings);
const pane = map.createPane("marks");
pane.style.zIndex = 450; // above the boundaries, below the labels
const renderer = L.canvas({ padding: 0.3, pane: "marks", tolerance: 3 });
let outline = null;

function show(latlng, content) {
  return L.popup({ maxWidth: 280, autoPanPadding: [30, 30] }).setLatLng(latlng).setContent(content).openOn(map);
}

function marks(data, options, words_of) {
  const group = L.featureGroup();
  // The newest is drawn last, above the older ones.
  for (let place = data.lon.length - 1; place >= 0; place -= 1) {
    const mark = new Mark([data.lat[place], data.lon[place]],
      { renderer, pane: "marks", bubblingMouseEvents: false, ...options });
    mark.words = () => words_of(place);
    if (options.level) points.set(data.id[place], mark);
    group.addLayer(mark);
  }
  group.on("click", (event) => show(event.layer.getLatLng(), event.layer.words()));
  return group;
}

function build(key, data, input) {
  if (key === "warnings") {
    // On a phone there is room for what it is; which level, its hatching and the table say.
    const zones = data.map((one) => ({ ...one, label: narrow ? one.kind : `${one.kind} · ${one.level}` }));
    const group = drawZones(zones, outline, renderer);
    group.on("click", (event) => {
      if (event.layer.zone) show(event.latlng, zonePopup(event.layer.zone));
    });
    return group;
  }
  const { level, tone, form } = input.dataset;
  if (level) {
    const options = { radius: SIZES[level] * scale, level, paint: levelPaint(level) };
    return marks(data, options, (place) => casePopup(level, data, place));
  }
  const name = input.closest("label").querySelector("[data-name]").textContent;
  return marks(data, { radius: DOT * scale, paint: dotPaint(tone, Number(form)) }, (place) => recordPopup(name, data, place));
}

function note(key, data) {
  const place = document.querySelector(`[data-note="${CSS.escape(key)}"]`);
  if (!place) return;
  const cut = data.lon.length < data.total;
  const told = filled(words.newest, { shown: many(data.lon.length), total: many(data.total) });
  place.textContent = cut ? `${place.parentElement.tagName === "SPAN" ? " · " : ""}${told}` : "";
}

// Warnings lie below the dots, dots below the cases, and the gravest cases on top.
function arrange() {
  layers.get("warnings")?.eachLayer((layer) => layer.bringToBack?.());
  for (const level of ["low", "general", "larger", "major"]) {
    const group = layers.get(`case-${level}`);
    if (group && map.hasLayer(group)) group.bringToFront();
  }
}

function tell(text, again = false) {
  status.hidden = !text;
  status.classList.toggle("eg-map-status-bad", again);
  statusText.textContent = text;
  retry.hidden = !again;
}

function nothing() {
  const on = boxes.filter((input) => input.checked).map((input) => layers.get(input.dataset.layer));
  return on.every((group) => !group || group.getLayers().length === 0);
}

const signedOut = new Error("signed out");

async function ask(keys) {
  const answer = await fetch(`${settings.door}${settings.door.endsWith("?") ? "" : "&"}layers=${keys.map(encodeURIComponent).join(",")}`,
    { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (answer.redirected) throw signedOut;
  if (!answer.ok) throw new Error(`the door answered ${answer.status}`);
  return (await answer.json()).layers;
}

async function load() {
  const wanted = boxes.filter((input) => input.checked && !layers.has(input.dataset.layer));
  if (!wanted.length) return;
  tell(words.loading);
  box.setAttribute("aria-busy", "true");
  try {
    const found = await ask(wanted.map((input) => input.dataset.layer));
    for (const input of wanted) {
      const key = input.dataset.layer;
      if (layers.has(key)) continue;
      layers.set(key, build(key, found[key], input));
      if (key !== "warnings") note(key, found[key]);
      if (input.checked) layers.get(key).addTo(map);
    }
    arrange();
    tell(nothing() ? words.empty : "");
  } catch (error) {
    console.warn(error);
    tell(error === signedOut ? words.signed_out : words.failed, true);
  } finally {
    box.removeAttribute("aria-busy");
  }
}

// What the officer switched, and nothing else: the other layers are as the page has them.
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {}; // a browser that keeps nothing
  }
}

function keep(input) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...kept(), [input.dataset.layer]: input.checked }));
  } catch {
    // It shows the usual layers next time.
  }
}

function turn(event) {
  const group = layers.get(event.target.dataset.layer);
  keep(event.target);
  if (!group) return void load();
  if (event.target.checked) group.addTo(map);
  else group.remove();
  arrange();
  tell(nothing() ? words.empty : "");
}

// From the table to the map and back: the popup's way is focused, closing it leads to the row.
function locate(event) {
  const row = event.currentTarget;
  const { lon, lat, locate: id } = row.dataset;
  const mark = points.get(id);
  const spot = mark?.getLatLng() ?? L.latLng(lat, lon);
  map.setView(spot, Math.max(map.getZoom(), 13));
  box.scrollIntoView({ block: "nearest" });
  // A case of a layer that is off, or that is not among its newest, has no mark.
  const { textContent: title, href } = row.closest("tr").querySelector("a");
  const opened = show(spot, mark?.words() ?? popup(title, [], href, words.open_case));
  opened.getElement().querySelector("a").focus({ preventScroll: true });
  opened.once("remove", () => row.focus({ preventScroll: true }));
}

async function start() {
  const switched = kept();
  for (const input of boxes) {
    input.checked = switched[input.dataset.layer] ?? input.checked;
    input.addEventListener("change", turn);
  }
  retry.addEventListener("click", load);
  for (const button of document.querySelectorAll("[data-locate]")) {
    button.hidden = false;
    button.addEventListener("click", locate);
  }
  tell(words.loading);
  outline = await drawAreas(map, box.dataset.areas, Boolean(settings.tiles)).catch(() => null);
  const chosen = new URLSearchParams(location.search).get("district");
  let around = outline?.getBounds();
  outline?.eachLayer((layer) => {
    if (layer.feature.properties.code === chosen) around = layer.getBounds();
  });
  if (around?.isValid() && (chosen || !settings.tiles)) map.fitBounds(around, { padding: [10, 10] });
  await load();
}

start();
