// Draws a map: the city's own boundaries, tiles where the city has some, and the page's points and
// hatched areas. A page with a map of its own (data-own) builds it from the same parts.

/* global L */

const QUIET = { color: "#9fb0c0", weight: 1, fill: true, fillColor: "#fff", fillOpacity: 0.9 };
const GRID = { color: "#c3ced9", weight: 0.8, fill: false, interactive: false };
const GRID_ZOOM = 12;
// Each tone of a warning has its hatching: [angle of the lines, crossed].
const HATCHES = { red: [45, true], orange: [45, false], yellow: [135, false], blue: [0, false], none: [90, false] };
const chinese = document.documentElement.lang.startsWith("zh");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--eg-${name}`).trim();
}

function settingsOf(box) {
  return JSON.parse(document.getElementById(box.dataset.settings).textContent);
}

function marker(point, shapes) {
  const [tone, shape] = shapes[point.level] ?? ["none", "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z"];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-1 -1 18 18");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", shape);
  svg.append(path);
  const holder = document.createElement("span");
  holder.className = `eg-pin eg-risk-${tone}${point.level ? "" : " eg-pin-small"}`;
  holder.append(svg);
  const icon = L.divIcon({ html: holder, className: "", iconSize: [24, 24] });
  const drawn = L.marker([point.lat, point.lon], { icon, title: point.label, riseOnHover: true,
    zIndexOffset: point.level ? 1000 : 0 });
  const words = document.createElement(point.url ? "a" : "span");
  if (point.url) words.href = point.url;
  words.textContent = point.label;
  drawn.bindPopup(words, { closeButton: false });
  drawn.on("add", () => drawn.getElement()?.setAttribute("aria-label", point.label));
  return drawn;
}

async function drawAreas(map, url, tiled) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return null;
  const { districts, grids } = await answer.json();
  const canvas = L.canvas({ padding: 0.3 });
  const style = { ...QUIET, fill: !tiled, renderer: canvas, interactive: false };
  const outline = L.geoJSON(districts, {
    style,
    interactive: false,
    onEachFeature: (feature, layer) =>
      layer.bindTooltip(feature.properties[chinese ? "name_zh" : "name_en"],
        { permanent: true, direction: "center", className: "eg-map-name", interactive: false }),
  }).addTo(map);
  const fine = L.geoJSON(grids, { style: { ...GRID, renderer: canvas }, interactive: false });
  const showGrids = () => (map.getZoom() >= GRID_ZOOM ? fine.addTo(map) : fine.remove());
  map.on("zoomend", showGrids);
  showGrids();
  return outline;
}

function hatching(tone) {
  const [angle, crossed] = HATCHES[tone] ?? HATCHES.none;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 10;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour(tone === "none" ? "dim" : tone);
  pen.lineWidth = 1.5;
  const lines = { 0: [[0, 5, 10, 5]], 90: [[5, 0, 5, 10]], 45: [[-2, 12, 12, -2], [-2, 2, 2, -2], [8, 12, 12, 8]],
    135: [[-2, -2, 12, 12], [8, -2, 12, 2], [-2, 8, 2, 12]] };
  pen.beginPath();
  for (const [fromX, fromY, toX, toY] of crossed ? [...lines[45], ...lines[135]] : lines[angle]) {
    pen.moveTo(fromX, fromY);
    pen.lineTo(toX, toY);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

// The zones in their order, the first on top; `districts` is the layer of drawAreas. Labels that
// would lie on each other stand one below the other.
function drawZones(zones, districts, renderer) {
  const taken = new Map();
  const group = L.featureGroup();
  for (const zone of [...zones].reverse()) {
    const tone = zone.tone === "none" ? "dim" : zone.tone;
    const style = { renderer, color: colour(`${tone}-line`) || colour(tone), weight: zone.tone === "red" || zone.tone === "orange" ? 2.5 : 1.5, dashArray: "9 5",
      fillColor: hatching(zone.tone), fillOpacity: 0.3, bubblingMouseEvents: false };
    for (const [shape, spot] of shapesOf(zone, districts, style)) {
      shape.eachLayer((layer) => { layer.zone = zone; });
      const place = `${spot.lat.toFixed(2)} ${spot.lng.toFixed(2)}`;
      const below = taken.get(place) ?? 0;
      taken.set(place, below + 1);
      L.tooltip({ permanent: true, direction: "center", interactive: false, offset: [0, 20 + 24 * below],
        className: `eg-zone-label eg-warning-${zone.tone}` })
        .setLatLng(spot).setContent(label(zone)).addTo(group);
      group.addLayer(shape);
    }
  }
  return group;
}

function label(zone) {
  const words = document.createElement("span");
  words.textContent = zone.label;
  return words;
}

// What is drawn of a zone, and where its label stands: under a district's name where it is one.
function shapesOf(zone, districts, style) {
  if (zone.geometry) {
    const shape = L.geoJSON(zone.geometry, { style });
    return [[shape, shape.getBounds().getCenter()]];
  }
  const found = [];
  districts?.eachLayer((layer) => {
    if (!zone.districts.includes(layer.feature.properties.code)) return;
    found.push([L.geoJSON(layer.feature, { style }), layer.getCenter()]);
  });
  return found;
}

function letPick(map, [lonName, latName]) {
  const lon = document.querySelector(`[name="${lonName}"]`);
  const lat = document.querySelector(`[name="${latName}"]`);
  let pin = null;
  const show = () => {
    pin?.remove();
    pin = null;
    const place = [parseFloat(lat.value), parseFloat(lon.value)];
    if (place.some(Number.isNaN)) return;
    pin = L.circleMarker(place, { radius: 8, color: "#0b6b75", weight: 3, fillColor: "#fff", fillOpacity: 1 });
    pin.addTo(map);
  };
  map.on("click", (event) => {
    lon.value = event.latlng.lng.toFixed(6);
    lat.value = event.latlng.lat.toFixed(6);
    show();
  });
  lon.addEventListener("change", show);
  lat.addEventListener("change", show);
  show();
}

function open(box, settings) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, {
    zoomControl: false, attributionControl: Boolean(settings.tiles), scrollWheelZoom: false,
    zoomAnimation: !calm, fadeAnimation: !calm, inertia: !calm, minZoom: 9, maxZoom: 18,
    zoomSnap: settings.tiles ? 1 : 0.25, // tiles are sharp at whole steps alone
  });
  L.control.zoom({ zoomInTitle: settings.words.in, zoomOutTitle: settings.words.out }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl?.setPrefix(false);
  if (settings.tiles) {
    const { url, attribution, approval } = settings.tiles;
    L.tileLayer(url, { attribution: [attribution, approval].filter(Boolean).join(" · ") }).addTo(map);
  }
  const [west, south, east, north] = settings.frame;
  map.fitBounds(L.latLngBounds([south, west], [north, east]));
  // The wheel scrolls the page until the officer has turned to the map.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  return map;
}

async function draw(box) {
  const settings = settingsOf(box);
  const map = open(box, settings);
  const spots = L.latLngBounds(settings.points.map((point) => [point.lat, point.lon]));
  if (spots.isValid()) map.fitBounds(spots.pad(0.4), { maxZoom: 12 });
  for (const point of settings.points) marker(point, settings.shapes).addTo(map);
  if (settings.pick) letPick(map, settings.pick);
  const outline = await drawAreas(map, box.dataset.areas, Boolean(settings.tiles));
  const zones = drawZones(settings.zones, outline, L.canvas({ padding: 0.3 })).addTo(map);
  const whole = zones.getBounds().isValid() ? zones.getBounds().pad(0.2) : outline?.getBounds();
  if (whole?.isValid() && !spots.isValid() && !settings.tiles) map.fitBounds(whole);
}

globalThis.egretMap = { colour, drawAreas, drawZones, open, settingsOf };
document.querySelectorAll(".eg-map:not([data-own])").forEach(draw);
