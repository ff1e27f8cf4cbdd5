// A scatter plot in SVG: logarithmic x, linear y, a step line through the frontier. Drawn anew at every width.

import { put, s } from "./dom.js";

const HEIGHT = 340;
const EDGE = { top: 28, right: 20, bottom: 42, left: 46 };
const LINE = 15;

/**
 * Draw points into a box, now and whenever its width changes.
 * @param points { id, name, x, y, rank or null, frontier }
 * @param titles { x, y, words, least, falls }: axis titles, how a value of x is written, whether less of it is better,
 *   and whether less of y is: better is always up
 */
export function scatter(box, points, titles) {
  observers.get(box)?.disconnect();
  const observer = new ResizeObserver(() => put(box, picture(points, titles, box.clientWidth)));
  observers.set(box, observer);
  observer.observe(box);
}

const observers = new WeakMap();
const pen = document.createElement("canvas").getContext("2d");

function picture(points, titles, width) {
  const x = logScale(points.map((point) => point.x), EDGE.left, width - EDGE.right);
  const y = linearScale(points.map((point) => point.y), ...(titles.falls ? [EDGE.top, HEIGHT - EDGE.bottom] : [HEIGHT - EDGE.bottom, EDGE.top]));
  const places = points.map((point) => ({ ...point, left: x.at(point.x), top: y.at(point.y) }));
  const label = `${titles.y} against ${titles.x.toLowerCase()}; ${points.filter((point) => point.frontier).length} models on the line`;
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": label },
    axes(x, y, titles, width),
    s("path", { class: "frontier", d: steps(places.filter((place) => place.frontier), titles.least) }),
    places.filter((place) => !place.rank).map((place) => dot(place, titles)),
    places.filter((place) => place.rank).map((place) => pick(place, titles)),
    labels(places, width),
  );
}

function axes(x, y, titles, width) {
  const bottom = HEIGHT - EDGE.bottom;
  return [
    y.ticks.map((tick) => [
      s("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y.at(tick), y2: y.at(tick) }),
      s("text", { class: "tick", x: EDGE.left - 8, y: y.at(tick) + 4, "text-anchor": "end" }, String(tick)),
    ]),
    x.ticks.map((tick) => [
      s("line", { class: "grid", x1: x.at(tick), x2: x.at(tick), y1: EDGE.top, y2: bottom }),
      s("text", { class: "tick", x: x.at(tick), y: bottom + 17, "text-anchor": "middle" }, String(tick)),
    ]),
    s("text", { class: "axis-title", x: width - EDGE.right, y: HEIGHT - 6, "text-anchor": "end" }, `${titles.x} →`),
    s("text", { class: "axis-title", x: 4, y: 11 }, `↑ ${titles.y}`),
  ];
}

function dot(place, titles) {
  return s("circle", { class: place.frontier ? "dot on-line" : "dot", cx: place.left, cy: place.top, r: place.frontier ? 4 : 3 }, tip(place, titles));
}

function pick(place, titles) {
  return s(
    "g",
    { class: "pick" },
    s("circle", { cx: place.left, cy: place.top, r: 9.5 }, tip(place, titles)),
    s("text", { x: place.left, y: place.top + 4, "text-anchor": "middle" }, String(place.rank)),
  );
}

function tip(place, titles) {
  return s("title", {}, `${place.id}: ${place.y.toFixed(1)}, ${titles.words(place.x)}`);
}

/** Names of picks, then of the frontier, where there is room for them. */
function labels(places, width) {
  const around = (place, size) => ({ left: place.left - size, right: place.left + size, top: place.top - size, bottom: place.top + size, own: place });
  const taken = places.map((place) => around(place, place.rank ? 10 : 4));
  const named = [...places.filter((place) => place.rank), ...places.filter((place) => place.frontier && !place.rank)];
  return named.map((place) => {
    const long = widthOf(place.name, place.rank ? 600 : 400);
    const gap = place.rank ? 13 : 8;
    const sides = [
      { left: place.left + gap, top: place.top - LINE / 2 },
      { left: place.left - gap - long, top: place.top - LINE / 2 },
      { left: place.left - long / 2, top: place.top - gap - LINE },
      { left: place.left - long / 2, top: place.top + gap },
    ];
    const free = sides.map((side) => ({ ...side, right: side.left + long, bottom: side.top + LINE, own: place }))
      .find((box) => box.left > EDGE.left && box.right < width - 4 && box.top > EDGE.top - 4 && box.bottom < HEIGHT - EDGE.bottom && !taken.some((other) => overlap(box, other)));
    if (!free) return null;
    taken.push(free);
    return s("text", { class: place.rank ? "label strong" : "label", x: free.left, y: free.top + LINE - 4 }, place.name);
  });
}

function widthOf(text, weight) {
  pen.font = `${weight} 12px Inter, system-ui, sans-serif`;
  return pen.measureText(text).width + 2;
}

function overlap(one, other) {
  return one.own !== other.own && one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** The line never promises what no model gives: better only from the point on that is, worse from the one before. */
function steps(frontier, least) {
  const order = [...frontier].sort((one, other) => one.left - other.left);
  const step = (place) => (least ? `H${place.left} V${place.top}` : `V${place.top} H${place.left}`);
  return order.map((place, position) => (position ? step(place) : `M${place.left} ${place.top}`)).join(" ");
}

function logScale(values, from, to) {
  const least = Math.min(...values) / 1.25;
  const most = Math.max(...values) * 1.25;
  const span = Math.log(most / least);
  const decades = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.log10(most); power += 1) {
    for (const digit of span > 6 ? [1] : [1, 2, 5]) decades.push(Number((digit * 10 ** power).toPrecision(1)));
  }
  return {
    at: (value) => from + ((to - from) * Math.log(value / least)) / span,
    ticks: decades.filter((tick) => tick >= least && tick <= most),
  };
}

function linearScale(values, from, to) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough);
  const start = Math.floor(low / step) * step;
  const end = Math.ceil(high / step) * step;
  const ticks = [];
  for (let tick = start; tick <= end + step / 2; tick += step) ticks.push(Number(tick.toPrecision(6)));
  return { at: (value) => from + ((to - from) * (value - start)) / (end - start || 1), ticks };
}
