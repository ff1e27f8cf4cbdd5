// A scatter plot in SVG: logarithmic x, linear y, a step line through the frontier. Drawn anew at every width.

import { put, s } from "./dom.js";

const HEIGHT = 340;
const EDGE = { top: 28, right: 20, bottom: 42, left: 46 };
const LINE = 15;
const MARK = 9.5;
const APART = 2 * MARK + 3;
const MOST_NAME = 0.6; // of the width of the plot

/**
 * Draw points into a box, now and whenever its width changes.
 * @param points { id, name, x, y, rank or null, frontier }
 * @param titles { x, y, words, least, falls }: axis titles, how a value of x is written, whether less of it is better,
 *   and whether less of y is: better is always up
 */
export function scatter(box, points, titles) {
  observers.get(box)?.disconnect();
  const observer = new ResizeObserver(() => draw(box, points, titles));
  observers.set(box, observer);
  observer.observe(box);
}

const observers = new WeakMap();

function draw(box, points, titles) {
  const width = box.clientWidth;
  const places = placesOf(points, titles, width);
  const svg = picture(places, titles, width);
  put(box, svg);
  svg.append(...labels(places.all, width, (text, name) => widthIn(svg, text, name)));
}

function placesOf(points, titles, width) {
  const x = logScale(points.map((point) => point.x), EDGE.left, width - EDGE.right);
  const y = linearScale(points.map((point) => point.y), ...(titles.falls ? [EDGE.top, HEIGHT - EDGE.bottom] : [HEIGHT - EDGE.bottom, EDGE.top]));
  const all = points.map((point) => ({ ...point, left: x.at(point.x), top: y.at(point.y) }));
  spread(all.filter((place) => place.rank), width);
  return { all, x, y };
}

/** Move the numbers of picks that lie on each other apart; what is moved gets a line to its place. */
function spread(picks, width) {
  for (const place of picks) place.mark = { left: place.left, top: place.top };
  const within = (value, least, most) => Math.min(Math.max(value, least), most);
  for (let round = 0; round < 60; round += 1) {
    for (const [position, { mark: one }] of picks.entries()) {
      for (const { mark: other } of picks.slice(position + 1)) {
        const far = Math.hypot(other.left - one.left, other.top - one.top);
        if (far >= APART) continue;
        const [across, down] = far ? [(other.left - one.left) / far, (other.top - one.top) / far] : [1, 0];
        const step = (APART - far) / 2;
        for (const [mark, sign] of [[one, -1], [other, 1]]) {
          mark.left = within(mark.left + sign * step * across, EDGE.left + MARK, width - MARK);
          mark.top = within(mark.top + sign * step * down, EDGE.top, HEIGHT - EDGE.bottom - MARK);
        }
      }
    }
  }
}

function picture({ all, x, y }, titles, width) {
  const label = `${titles.y} against ${titles.x.toLowerCase()}; ${all.filter((place) => place.frontier).length} models on the line`;
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": label },
    axes(x, y, titles, width),
    s("path", { class: "frontier", d: steps(all.filter((place) => place.frontier), titles.least) }),
    all.filter((place) => !place.rank).map((place) => dot(place, titles)),
    all.filter((place) => place.rank).map((place) => pick(place, titles)),
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
  const { mark } = place;
  const moved = Math.hypot(mark.left - place.left, mark.top - place.top) > 2;
  return s(
    "g",
    { class: "pick" },
    moved && [s("line", { x1: place.left, y1: place.top, x2: mark.left, y2: mark.top }), s("circle", { class: "spot", cx: place.left, cy: place.top, r: 3.5 })],
    s("circle", { cx: mark.left, cy: mark.top, r: MARK }, tip(place, titles)),
    s("text", { x: mark.left, y: mark.top + 4, "text-anchor": "middle" }, String(place.rank)),
  );
}

function tip(place, titles) {
  return s("title", {}, `${place.id}: ${place.y.toFixed(1)}, ${titles.words(place.x)}`);
}

/** Names of picks, then of the frontier, where there is room for them; a pick's may lie on other models' dots. */
function labels(places, width, measure) {
  const around = (place) => {
    const { left, top } = place.mark ?? place;
    const size = place.rank ? MARK + 1 : 4;
    return { left: left - size, right: left + size, top: top - size, bottom: top + size, own: place };
  };
  const taken = places.filter((place) => place.rank || place.frontier).map(around);
  const dots = places.filter((place) => !place.rank && !place.frontier).map(around);
  const named = [...places.filter((place) => place.rank), ...places.filter((place) => place.frontier && !place.rank)];
  return named.map((place) => {
    const kind = place.rank ? "label strong" : "label";
    const name = shortened(place.name, (width - EDGE.left - EDGE.right) * MOST_NAME, (text) => measure(text, kind));
    const boxes = sides(place.mark ?? place, measure(name, kind), place.rank ? MARK + 4 : 8, width).map((box) => ({ ...box, own: place }));
    const free = (others) => boxes.find((box) => isInside(box, width) && !others.some((other) => overlap(box, other)));
    const box = free([...taken, ...dots]) ?? (place.rank ? free(taken) : null);
    if (!box) return null;
    taken.push({ ...box, left: box.left - 6, right: box.right + 6 });
    return s("text", { class: kind, x: box.left, y: box.top + LINE - 4 }, name, name !== place.name && s("title", {}, place.name));
  }).filter(Boolean);
}

/** Where a name may stand: beside its mark, above and below it, then at its corners. */
function sides({ left, top }, long, gap, width) {
  const beside = Math.min(Math.max(left - long / 2, EDGE.left + 2), width - 5 - long);
  const [before, after, above, below] = [left - gap - long, left + gap, top - gap - LINE, top + gap];
  return [
    [after, top - LINE / 2], [before, top - LINE / 2], [beside, above], [beside, below],
    [after, above + 4], [before, above + 4], [after, below - 4], [before, below - 4],
  ].map(([start, up]) => ({ left: start, right: start + long, top: up, bottom: up + LINE }));
}

function isInside(box, width) {
  return box.left > EDGE.left && box.right < width - 4 && box.top > EDGE.top - LINE && box.bottom < HEIGHT - EDGE.bottom;
}

/** A name that is no longer than it may be, its end left out. */
function shortened(name, most, measure) {
  let kept = name;
  while (kept.length > 8 && measure(kept === name ? name : `${kept}…`) > most) kept = kept.slice(0, -1);
  return kept === name ? name : `${kept}…`;
}

/** How long a text is as the picture draws it: with its style sheet and its typeface. */
function widthIn(svg, text, name) {
  const drawn = s("text", { class: name }, text);
  svg.append(drawn);
  const long = drawn.getComputedTextLength();
  drawn.remove();
  return long;
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
