// Chart island: our small description (see web/README.md) drawn by ECharts as SVG. Loaded only on pages with a chart.
import { init, use } from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, SVGRenderer]);

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const value = (raw) => (raw === null || raw === undefined || raw === "" ? null : Number(raw));

function words(number, spec) {
  if (number === null || Number.isNaN(number)) return "—";
  const places = spec.places ?? 2;
  const text = Math.abs(number).toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
  return `${number < 0 ? "−" : ""}${text}${spec.unit ?? ""}`;
}

const LOOKS = () => ({
  actual: { color: token("chart-actual"), width: 3.5, type: "solid", bold: true },
  plan: { color: token("chart-plan"), width: 2, type: "solid" },
  old: { color: token("chart-old"), width: 1.5, type: [2, 4] },
  forecast: { color: token("chart-actual"), width: 2, type: [3, 4] },
});

function series(spec, width, height) {
  const roomy = width / Math.max(spec.x.length * spec.series.length, 1) > 56;
  const halo = { textBorderColor: token("surface"), textBorderWidth: 4 };
  const offsets = apart(spec, width, height);
  return spec.series.map((one, index) => {
    const look = LOOKS()[one.role ?? "actual"];
    const data = one.data.map(value);
    const last = data.findLastIndex((number) => number !== null);
    // A point that no line reaches from either side would not be seen at all.
    const alone = (at) => data[at] !== null && (data[at - 1] ?? null) === null && (data[at + 1] ?? null) === null;
    const offset = offsets[index];
    const label = (params) => (params.dataIndex === last ? `${one.name} ${words(data[last], spec)}` : "");
    const base = { name: one.name, data, animation: false, emphasis: { disabled: true }, silent: false };
    const guides = index === 0 ? marks(spec) : {};
    if (spec.kind === "bar")
      return {
        ...base, ...guides, type: "bar", barMaxWidth: 28,
        itemStyle: { color: (p) => (one.role === "plan" ? token("chart-plan") : token(misses(spec, value(p.value)) ? "bar-bad" : "bar-fill")) },
        label: { show: roomy, position: "top", color: token("ink"), formatter: (p) => words(p.value, spec), fontSize: 12 },
      };
    return {
      ...base, ...guides, type: "line", connectNulls: false, showSymbol: true,
      symbol: "circle", symbolSize: (_, params) => (params.dataIndex === last && one.role !== "old" ? 9 : alone(params.dataIndex) ? 7 : 0.1),
      lineStyle: { color: look.color, width: look.width, type: look.type }, itemStyle: { color: look.color },
      label: {
        show: true, position: last >= data.length / 2 ? "left" : "right", offset,
        color: one.role === "actual" ? look.color : token("ink-2"), fontWeight: look.bold ? 700 : 400, fontSize: look.bold ? 14 : 12,
        formatter: label, ...halo,
      },
    };
  });
}

const ROW = 17; // what the words at a line's end take in height, in pixels

// Where the words at the lines' ends stand: each beside its own line, and where lines end at the same place, one under the other.
function apart(spec, width, height) {
  const all = spec.series.flatMap((one) => one.data.map(value)).filter((each) => each !== null);
  const [foot, head] = [spec.from ?? Math.min(...all), spec.top ?? Math.max(...all)];
  const plot = Math.max(height - 52, 60); // less the blank above and the months below
  const found = spec.series.map((one) => {
    const data = one.data.map(value);
    const last = data.findLastIndex((number) => number !== null);
    const offset = last < 0 || one.role === "old" ? [0, -14] : beside(data, last, spec);
    const at = last < 0 ? 0 : ((head - data[last]) / (head - foot || 1)) * plot;
    const text = `${one.name} ${words(data[last] ?? null, spec)}`;
    return { last, offset, at, y: at + offset[1], x: (last / Math.max(spec.x.length - 1, 1)) * width, wide: text.length * 11 };
  });
  const drawn = found.filter((each) => each.last >= 0).sort((a, b) => a.y - b.y);
  const meet = (a, b) => Math.abs(a.x + a.offset[0] - b.x - b.offset[0]) < Math.max(a.wide, b.wide);
  const off = difference(spec);
  // The number of the difference stands still, left of its bar; words that would cover it go past it.
  const past = (each, down) => {
    if (!off) return;
    const [x, y] = [(off.at / Math.max(spec.x.length - 1, 1)) * width, ((head - (off.from + off.to) / 2) / (head - foot || 1)) * plot];
    const left = each.last >= spec.x.length / 2 ? each.x + each.offset[0] - each.wide : each.x + each.offset[0];
    if (left < x && left + each.wide > x - words(off.from - off.to, spec).length * 9 - 8 && Math.abs(each.y - y) < ROW) each.y = down ? y + ROW : y - ROW;
  };
  drawn.forEach((each, rank) => {
    drawn.slice(0, rank).forEach((above) => meet(each, above) && (each.y = Math.max(each.y, above.y + ROW)));
    past(each, true);
  });
  [...drawn].reverse().forEach((each, rank, below) => {
    each.y = Math.min(each.y, plot - 8, ...below.slice(0, rank).filter((other) => meet(each, other)).map((other) => other.y - ROW));
    past(each, false);
  });
  return found.map((each) => [each.offset[0], each.last < 0 ? each.offset[1] : each.y - each.at]);
}

// Where the words at one line's end stand by themselves: under it; above where the axis is near; and between the two where it falls steeply.
function beside(data, last, spec) {
  const all = spec.series.flatMap((one) => one.data.map(value)).filter((each) => each !== null);
  if (spec.target) all.push(Number(spec.target.value));
  const foot = spec.from ?? Math.min(...all);
  const whole = Math.max(...all) - foot || 1;
  if (data[last] - foot >= 0.12 * whole) return [0, 14];
  const before = last > 0 ? data[last - 1] : null;
  return before !== null && before - data[last] > 0.25 * whole ? [-44, -9] : [0, -14];
}

const misses = (spec, number) =>
  spec.target && number !== null && (spec.target.direction === "<=" ? number > Number(spec.target.value) : number < Number(spec.target.value));

// The last difference between actual and plan where the actual lags: at which month, from what to what; null where nothing does.
function difference(spec) {
  const [actual, plan] = ["actual", "plan"].map((role) => spec.series.find((one) => (one.role ?? "actual") === role));
  if (!spec.gap || !actual || !plan) return null;
  const at = actual.data.findLastIndex((raw) => value(raw) !== null);
  if (at < 0 || value(plan.data[at]) === null) return null;
  const [from, to] = [value(actual.data[at]), value(plan.data[at])];
  return from < to ? { at, from, to } : null;
}

// That difference as a red bar with its number.
function gap(spec) {
  const found = difference(spec);
  if (!found) return null; // nothing lags: no bar, and no number in red
  const off = { symbol: "none", lineStyle: { color: token("bad"), width: 2, type: "solid" } };
  const label = {
    formatter: words(found.from - found.to, { places: spec.places }), position: "middle", distance: 0, rotate: 0, color: token("bad"),
    fontWeight: 700, fontSize: 14, align: "right", verticalAlign: "middle", padding: [0, 8, 0, 0], textBorderColor: token("surface"), textBorderWidth: 4,
  };
  return [{ ...off, coord: [spec.x[found.at], found.from], label }, { symbol: "none", coord: [spec.x[found.at], found.to] }];
}

function marks(spec) {
  const halo = { textBorderColor: token("surface"), textBorderWidth: 4 };
  const found = {};
  if (spec.target)
    found.markLine = {
      silent: true, symbol: "none", animation: false,
      lineStyle: { color: token("line-strong"), type: [5, 4], width: 1.5 },
      data: [{ yAxis: Number(spec.target.value) }],
      label: { formatter: spec.target.label, position: "insideStartTop", color: token("ink-2"), fontSize: 12, ...halo },
    };
  const bar = gap(spec);
  if (bar) {
    found.markLine ??= { silent: true, symbol: "none", animation: false, data: [] };
    found.markLine.data.push(bar);
  }
  const noted = (spec.marks ?? []).map((mark) => {
    const at = spec.x.indexOf(mark.x);
    return { coord: [mark.x, value(spec.series[0].data[at])], name: mark.text };
  });
  if (noted.length)
    found.markPoint = {
      silent: true, animation: false, symbol: "circle", symbolSize: 8, data: noted.filter((m) => m.coord[1] !== null),
      itemStyle: { color: token("chart-actual") },
      label: { formatter: "{b}", position: "right", offset: [4, 14], color: token("ink-2"), fontSize: 12, ...halo },
    };
  return found;
}

// Bars are told apart by their names: each in lines below its bar where there is room for them, else as many as fit.
function names(spec, width) {
  const room = (width - 60) / spec.x.length;
  if (spec.kind !== "bar" || room < 44) return { hideOverlap: true };
  return { interval: 0, width: room - 8, overflow: "break", lineHeight: 15 };
}

function option(spec, width, height) {
  const font = getComputedStyle(document.body).fontFamily;
  return {
    animation: false,
    textStyle: { fontFamily: font, color: token("ink-3") },
    grid: { left: 8, right: 20, top: 24, bottom: 4, containLabel: true, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, // rich text: no inline style, as the policy demands
      backgroundColor: token("surface"), borderColor: token("line-strong"), textStyle: { color: token("ink"), fontSize: 13 },
      formatter: (items) => [items[0].axisValueLabel, ...items.map((i) => `${i.seriesName}　${words(value(i.value), spec)}`)].join("\n"),
    },
    xAxis: {
      type: "category", data: spec.x, boundaryGap: spec.kind === "bar",
      axisLine: { lineStyle: { color: token("line-strong") } }, axisTick: { show: false },
      axisLabel: { color: token("ink-3"), fontSize: 12, ...names(spec, width) },
    },
    yAxis: {
      type: "value", min: spec.kind === "bar" ? 0 : (spec.from ?? null), max: spec.top ?? null, scale: spec.kind !== "bar" && spec.from === undefined,
      splitNumber: 4, interval: spec.from === 0 && spec.top === 100 ? 25 : undefined, splitLine: { lineStyle: { color: token("chart-grid") } },
      axisLabel: { color: token("ink-3"), fontSize: 12, formatter: (number) => String(number).replace("-", "−") },
    },
    series: series(spec, width, height),
  };
}

function csv(spec) {
  const safe = (cell) => {
    const text = String(cell ?? "");
    const guarded = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
  };
  const lines = [[spec.x_label ?? "", ...spec.series.map((s) => s.name)]];
  spec.x.forEach((x, i) => lines.push([x, ...spec.series.map((s) => s.data[i])]));
  return new Blob(["﻿", lines.map((line) => line.map(safe).join(",")).join("\r\n"), "\r\n"], { type: "text/csv" });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function png(svg, title, name) {
  const box = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const source = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }));
  const image = new Image();
  image.onload = () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: box.width * 2, height: (box.height + 40) * 2 });
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.fillStyle = token("surface");
    pen.fillRect(0, 0, box.width, box.height + 40);
    pen.fillStyle = token("ink");
    pen.font = `700 16px ${getComputedStyle(document.body).fontFamily}`;
    pen.fillText(title, 8, 24, box.width - 16);
    pen.drawImage(image, 0, 40, box.width, box.height);
    URL.revokeObjectURL(source);
    canvas.toBlob((blob) => save(blob, name));
  };
  image.src = source;
}

export function draw(root) {
  for (const figure of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
    figure.dataset.drawn = "";
    const spec = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const box = figure.querySelector("[data-chart-box]");
    const chart = init(box, null, { renderer: "svg" });
    const paint = () => chart.setOption(option(spec, box.clientWidth, box.clientHeight), true);
    paint();
    new ResizeObserver(() => {
      chart.resize();
      paint();
    }).observe(box);
    document.documentElement.addEventListener("theme-change", paint);
    const button = figure.querySelector("[data-chart-table]");
    button?.addEventListener("click", () => {
      const table = figure.querySelector(".chart-table");
      table.hidden = !table.hidden;
      button.setAttribute("aria-expanded", String(!table.hidden));
    });
    figure.querySelector("[data-chart-csv]")?.addEventListener("click", () => save(csv(spec), `${spec.id}.csv`));
    figure.querySelector("[data-chart-png]")?.addEventListener("click", () => png(box.querySelector("svg"), spec.title, `${spec.id}.png`));
  }
}
