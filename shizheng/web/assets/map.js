// Map island: districts from bundled geometry, no tile server. The list beside it says the same. Loaded only where used.
import { Map as GlMap, Marker, NavigationControl, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";

setWorkerUrl(worker);

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function bounds(features) {
  const box = [180, 90, -180, -90];
  const walk = (part) => {
    if (typeof part[0] === "number") {
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]);
      box[3] = Math.max(box[3], part[1]);
    } else part.forEach(walk);
  };
  features.forEach((feature) => walk(feature.geometry.coordinates));
  return box;
}

// Five steps of equal counts: a few large districts must not wash out the others.
function steps(values) {
  if (!values.length) return [];
  const sorted = [...values].sort((a, b) => a - b);
  return [0.2, 0.4, 0.6, 0.8].map((share) => sorted[Math.floor(share * (sorted.length - 1))]).filter((v, i, all) => i === 0 || v > all[i - 1]);
}

function look(spec, geometry) {
  const values = spec.places.map((p) => (p.missing ? null : Number(p.value))).filter((v) => v !== null);
  const cuts = steps(values);
  const shades = ["map-1", "map-2", "map-3", "map-4", "map-5"].map(token);
  const fill = ["step", ["feature-state", "value"], shades[0]];
  cuts.forEach((cut, i) => fill.push(cut, shades[i + 1]));
  const known = ["boolean", ["feature-state", "known"], false];
  const near = ["boolean", ["feature-state", "near"], false];
  return {
    version: 8,
    sources: { districts: { type: "geojson", data: geometry } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": token("sunken") } },
      { id: "area", type: "fill", source: "districts", paint: { "fill-color": cuts.length ? ["case", known, fill, token("surface")] : token("surface") } },
      { id: "edge", type: "line", source: "districts", paint: { "line-color": token("ink-3"), "line-width": ["case", near, 3, 0.8] } },
    ],
  };
}

// A pin: drawn by style sheet, so that it follows the theme; its name stands in the list beside the map.
function pin(name, look) {
  const element = document.createElement("span");
  element.className = look ? `map-pin map-pin-${look}` : "map-pin";
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", name || "•");
  return element;
}

// Pins of `spec.pins`; where `spec.picks` names two fields, a click on the map fills them in and typing moves the pin.
function pins(map, spec) {
  const put = (at, name, look) => new Marker({ element: pin(name, look), anchor: "bottom" }).setLngLat(at).addTo(map);
  if (spec.cluster) return clusters(map, spec);
  const markers = (spec.pins ?? []).map((each) => put([each.longitude, each.latitude], each.name, each.look));
  const fields = (spec.picks ?? []).map((id) => document.getElementById(id));
  if (fields.length !== 2 || fields.some((field) => !field)) return;
  const move = (at) => (markers.length ? markers[0].setLngLat(at) : markers.push(put(at, spec.title)));
  map.getCanvas().style.cursor = "crosshair";
  map.on("click", (event) => {
    const at = [event.lngLat.lng, event.lngLat.lat];
    fields.forEach((field, i) => {
      field.value = at[i].toFixed(6);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    move(at);
  });
  for (const field of fields)
    field.addEventListener("change", () => {
      const at = fields.map((each) => Number(each.value));
      if (fields.every((each) => each.value.trim()) && at.every(Number.isFinite) && Math.abs(at[0]) <= 180 && Math.abs(at[1]) <= 90) move(at);
    });
}

// Many places: those that would overlap stand together as one with their number; pressing it goes nearer. One alone is a link.
const ROOM = 44;
function clusters(map, spec) {
  let drawn = [];
  const draw = () => {
    for (const marker of drawn) marker.remove();
    const groups = new Map();
    const box = map.getBounds();
    for (const each of spec.pins) {
      if (!box.contains([each.longitude, each.latitude])) continue;
      const at = map.project([each.longitude, each.latitude]);
      const cell = `${Math.floor(at.x / ROOM)}/${Math.floor(at.y / ROOM)}`;
      groups.get(cell)?.push(each) ?? groups.set(cell, [each]);
    }
    drawn = [...groups.values()].map((some) => (some.length > 1 && map.getZoom() < 17.5 ? together(map, some) : alone(some[0])).addTo(map));
  };
  map.on("load", draw);
  map.on("moveend", draw);
  map.on("resize", draw);
}

function alone(each) {
  const link = document.createElement("a");
  link.className = `map-pin map-pin-link map-pin-${each.look ?? "accent"}`;
  link.href = each.url;
  link.title = each.note ? `${each.name}　${each.note}` : each.name;
  link.tabIndex = -1; // the list beside says the same
  link.setAttribute("aria-hidden", "true");
  return new Marker({ element: link, anchor: "bottom" }).setLngLat([each.longitude, each.latitude]);
}

function together(map, some) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = some.some((each) => each.look === "severe" || each.look === "bad") ? "map-cluster map-cluster-bad" : "map-cluster";
  button.textContent = some.length;
  button.tabIndex = -1;
  button.setAttribute("aria-hidden", "true");
  const middle = (name) => some.reduce((sum, each) => sum + each[name], 0) / some.length;
  const corner = (name, pick) => pick(...some.map((each) => each[name]));
  button.addEventListener("click", () =>
    map.fitBounds([corner("longitude", Math.min), corner("latitude", Math.min), corner("longitude", Math.max), corner("latitude", Math.max)], { padding: 80, maxZoom: 18, duration: 0 }));
  return new Marker({ element: button }).setLngLat([middle("longitude"), middle("latitude")]);
}

async function show(box, island, spec) {
  const geometry = await (await fetch(spec.geometry)).json();
  const map = new GlMap({
    container: box, style: look(spec, geometry), bounds: bounds(geometry.features), fitBoundsOptions: { padding: 16 },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, cooperativeGestures: true, fadeDuration: 0,
    locale: document.documentElement.lang.startsWith("en") ? {} : {
      "NavigationControl.ZoomIn": "放大", "NavigationControl.ZoomOut": "縮小", "Map.Title": "地圖",
      "CooperativeGesturesHandler.WindowsHelpText": "按住 Ctrl 並捲動可以縮放", "CooperativeGesturesHandler.MacHelpText": "按住 ⌘ 並捲動可以縮放",
      "CooperativeGesturesHandler.MobileHelpText": "用兩指移動地圖",
    },
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  pins(map, spec);
  const lone = spec.zoom ? spec.pins?.[0] : null;
  if (lone) map.jumpTo({ center: [lone.longitude, lone.latitude], zoom: spec.zoom });
  const mark = () => {
    for (const place of spec.places)
      map.setFeatureState({ source: "districts", id: Number(place.code) }, { value: place.missing ? 0 : Number(place.value), known: !place.missing });
  };
  map.on("load", mark);
  document.documentElement.addEventListener("theme-change", () => {
    map.setStyle(look(spec, geometry), { diff: false });
    map.once("styledata", mark);
  });
  let near = null;
  const point = (code) => {
    if (near !== null) map.setFeatureState({ source: "districts", id: near }, { near: false });
    near = code === null ? null : Number(code);
    if (near !== null) map.setFeatureState({ source: "districts", id: near }, { near: true });
    for (const row of island.querySelectorAll("[data-map-place]")) row.classList.toggle("key-row", row.dataset.mapPlace === String(near));
    const hint = island.querySelector("[data-map-hint]");
    hint.hidden = near === null;
    if (near !== null) hint.textContent = island.querySelector(`[data-map-place="${near}"]`)?.innerText.replace(/\s+/g, "　") ?? "";
  };
  map.on("mousemove", "area", (event) => point(event.features[0].properties.code));
  map.on("mouseleave", "area", () => point(null));
  map.on("click", "area", (event) => {
    const row = island.querySelector(`[data-map-place="${event.features[0].properties.code}"]`);
    const link = row?.querySelector("a");
    if (link) link.click();
    else row?.scrollIntoView({ block: "nearest" });
  });
  map.once("load", () => {
    // before that there is nothing on the map to mark
    for (const row of island.querySelectorAll("[data-map-place]")) {
      row.addEventListener("mouseenter", () => point(row.dataset.mapPlace));
      row.addEventListener("mouseleave", () => point(null));
    }
    island.dataset.live = "";
  });
}

export function draw(root) {
  for (const island of root.querySelectorAll("[data-map]:not([data-drawn])")) {
    island.dataset.drawn = "";
    const spec = JSON.parse(document.getElementById(island.dataset.map).textContent);
    const box = island.querySelector("[data-map-box]");
    show(box, island, spec).catch(() => {
      const english = document.documentElement.lang.startsWith("en");
      box.replaceChildren(Object.assign(document.createElement("p"), {
        className: "blank-text",
        textContent: english ? "This browser cannot draw the map; the list says the same." : "這個瀏覽器畫不出地圖，旁邊的清單內容相同。",
      }));
    });
  }
}
