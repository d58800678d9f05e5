// Draws a map: the city's own boundaries, tiles where the city has some, and the page's points.

/* global L */

const QUIET = { color: "#9fb0c0", weight: 1, fill: true, fillColor: "#fff", fillOpacity: 0.9 };
const GRID = { color: "#c3ced9", weight: 0.8, fill: false, interactive: false };
const GRID_ZOOM = 12;
const chinese = document.documentElement.lang.startsWith("zh");

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
  if (!answer.ok) return;
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
  return outline.getBounds();
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

function draw(box) {
  const settings = JSON.parse(document.getElementById(box.dataset.settings).textContent);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, {
    zoomControl: false, attributionControl: Boolean(settings.tiles), scrollWheelZoom: false,
    zoomAnimation: !calm, fadeAnimation: !calm, inertia: !calm, minZoom: 9, maxZoom: 18,
  });
  L.control.zoom({ zoomInTitle: settings.words.in, zoomOutTitle: settings.words.out }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl?.setPrefix(false);
  if (settings.tiles) {
    const { url, attribution, approval } = settings.tiles;
    L.tileLayer(url, { attribution: [attribution, approval].filter(Boolean).join(" · ") }).addTo(map);
  }
  const [west, south, east, north] = settings.frame;
  const frame = L.latLngBounds([south, west], [north, east]);
  const spots = L.latLngBounds(settings.points.map((point) => [point.lat, point.lon]));
  if (spots.isValid()) map.fitBounds(spots.pad(0.4), { maxZoom: 12 });
  else map.fitBounds(frame);
  for (const point of settings.points) marker(point, settings.shapes).addTo(map);
  if (settings.pick) letPick(map, settings.pick);
  // The wheel scrolls the page until the officer has turned to the map.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  drawAreas(map, box.dataset.areas, Boolean(settings.tiles)).then((bounds) => {
    if (bounds?.isValid() && !spots.isValid() && !settings.tiles) map.fitBounds(bounds);
  });
}

document.querySelectorAll(".eg-map").forEach(draw);
