"use strict";

// The yield curve drawn anew from decisions files that the lead picks. They stay in the browser; what they say of
// rows that the page does not list is counted and passed over.

const DECISIONS = /^auditor\.decisions\/1(\.|$)/;
const ERRORS_BY_REASON = ["more_than_one_class", "needs_new_class"];
const SVG = "http://www.w3.org/2000/svg";
const LARGEST = 50e6;

// A template of Python's with values: `{n:,}` with thousands, `{name}` as it is; a pair is chosen by n.
function told(template, values) {
  const text = Array.isArray(template) ? template[values.n === 1 ? 0 : 1] : template;
  return text.replace(/\{(\w+)(:,)?\}/g, (_, name, comma) => (comma ? number(values[name]) : String(values[name])));
}

const wholePercent = (share) => `${Math.round(100 * share)}%`;

// As Python rounds: halves go to the even number.
function rounded(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

class Forecast {
  constructor(data) {
    this.data = data;
    this.place = new Map(data.rows.map(([item, place, given], at) => [item, { place, given, at }]));
    this.said = new Map(); // reviewer, item -> the last word
    this.files = 0;
  }

  // Take a file over; which sentence says why not.
  load(text) {
    const file = parsed(text);
    if (!file || !DECISIONS.test(file.schema ?? "") || !Array.isArray(file.decisions)) return "damaged";
    if (file.count !== file.decisions.length || file.checksum !== checksum(file.decisions)) return "damaged";
    if (file.dataset?.fingerprint !== this.data.fingerprint) return "other";
    const reviewer = String(file.reviewer?.id ?? "");
    for (const one of file.decisions) this.hear(reviewer, one);
    this.files += 1;
    return null;
  }

  hear(reviewer, one) {
    const key = JSON.stringify([reviewer, one.item]);
    const before = this.said.get(key);
    if (!before || isLater(one, before.one)) this.said.set(key, { reviewer, one });
  }

  // Item -> the judgement that counts, of rows that are listed with the label that was judged.
  judgements() {
    const byItem = new Map();
    const people = new Set([...this.said.values()].map(({ reviewer }) => reviewer)).size;
    for (const { one } of this.said.values()) {
      if (this.place.get(one.item)?.given === one.given) byItem.set(one.item, [...(byItem.get(one.item) ?? []), one]);
    }
    return new Map([...byItem].map(([item, words]) => [item, settled(words, people)]).filter(([, one]) => one));
  }

  // Rows and evidence with what was loaded in them.
  state() {
    const judged = this.judgements();
    const verdicts = [...judged].filter(([, one]) => isError(one) !== null);
    const new_ = new Map(verdicts);
    const rows = this.data.rows.map(([item, place, , known]) => ({
      place, known: new_.has(item) ? Number(isError(new_.get(item))) : judged.has(item) ? null : known,
    }));
    const evidence = this.data.evidence.filter(([item]) => !judged.has(item))
      .map(([, place, wrong, blind]) => ({ place, wrong: wrong === 1, blind: blind === 1 }));
    for (const [item, one] of verdicts) {
      if (one.copy_of || (["control", "rate"].includes(one.sample) && !one.position)) continue;
      evidence.push({ place: this.place.get(item).place, wrong: isError(one), blind: one.shown_suggestion === false });
    }
    const blind = evidence.filter((one) => one.blind);
    return { rows, used: blind.length >= this.data.enough ? blind : evidence, taken: judged.size };
  }

  get left() {
    return [...this.said.values()].filter(({ one }) => this.place.get(one.item)?.given !== one.given).length;
  }

  get seconds() {
    const times = [...this.said.values()].map(({ one }) => Math.min(one.ms ?? 0, this.data.longest)).filter(Boolean);
    if (!times.length) return this.data.seconds;
    times.sort((a, b) => a - b);
    const middle = times.length >> 1;
    return (times.length % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2) / 1000;
  }
}

function parsed(text) {
  try {
    return text.length > LARGEST ? null : JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return null;
  }
}

function isLater(one, other) {
  const order = (word) => [word.round ?? 1, word.revision ?? 1, word.at ?? ""];
  const [mine, theirs] = [order(one), order(other)];
  const at = mine.findIndex((value, part) => value !== theirs[part]);
  return at >= 0 && mine[at] > theirs[at];
}

// Whether a decision says error, no error (false), or nothing (null).
function isError(one) {
  if ((one.reasons ?? []).some((reason) => ERRORS_BY_REASON.includes(reason))) return true;
  if (one.action === "unsure" || one.action === "duplicate") return null;
  return one.action === "exclude" || (one.action === "relabel" && one.label !== one.given);
}

// What several people say of one item as one word: null where they do not agree.
function settled(words, people) {
  const voting = words.filter((one) => one.action !== "unsure");
  if (!voting.length) return words[0];
  const vote = (one) => JSON.stringify([one.action === "keep" ? "relabel" : one.action, one.action === "keep" ? one.given : one.label]);
  const counts = new Map();
  for (const one of voting) counts.set(vote(one), (counts.get(vote(one)) ?? 0) + 1);
  const [first, most] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  const agreed = counts.size === 1 || (voting.length >= 3 && most / voting.length >= 2 / 3);
  const chosen = voting.find((one) => vote(one) === first);
  if (!agreed || (chosen.action === "exclude" && people > 1 && most < 2)) return { ...chosen, action: "unsure", reasons: [] };
  return chosen;
}

function paragraphs(forecast, state) {
  const { data } = forecast;
  const say = data.words;
  if (state.used.length < data.enough) return { lines: [told(say.not_yet, { used: state.used.length, enough: data.enough })] };
  const curve = fitCurve(state.used, data);
  const rates = ratesOf(curve, state.rows.map(({ place }) => place));
  const deepest = Math.max(...state.used.map(({ place }) => forecast.rank(place)));
  const whole = stopAfter(rates, state.rows, data.limit);
  const stop = Math.min(whole, data.queue, Math.floor(deepest * data.reach));
  const lines = [told(say.drawn, { n: state.used.length, used: state.used.length, deepest, queue: data.queue })];
  if (state.used.some((one) => !one.blind)) lines.push(say.agreement);
  lines.push(...whatNext(forecast, state, curve, { stop, deepest, goesOn: whole > stop }));
  return { lines, curve, stop };
}

Forecast.prototype.rank = function rank(place) {
  return this.data.rows.findIndex(([, other]) => other === place) + 1;
};

function whatNext(forecast, { rows }, curve, { stop, deepest, goesOn }) {
  const { data } = forecast;
  const limit = wholePercent(data.limit);
  const open = rows.slice(0, stop).filter(({ known }) => known === null);
  const last = goesOn ? told(data.words.check_on, { deepest }) : told(data.words.stop_there, { stop, limit });
  if (!open.length) return [goesOn ? last : told(data.words.stop_here, { limit })];
  const [ahead] = expectedErrors(curve, open, [open.length], data.level);
  const { seconds } = forecast;
  const values = { n: ahead.n, stop, errors: rounded(ahead.errors), low: ahead.low, high: ahead.high,
    minutes: Math.ceil((ahead.n * seconds) / 60), seconds: rounded(seconds) };
  return [told(data.words.review_on, values), last];
}

function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function ticksUpTo(most) {
  for (let power = 1; ; power *= 10) {
    const step = [1, 2, 5].map((one) => one * power).find((one) => most / one <= 6);
    if (step) return Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step);
  }
}

const path = (points) => `M${points.map(([x, y]) => `${x} ${y}`).join("L")}`;
const tenth = (value) => Math.round(value * 10) / 10;

function drawCurve(data, { rows }, curve, stop) {
  const { wide, high, margins: [left, right, top, bottom], shown, points } = data.shape;
  const n = Math.min(data.queue, rows.length, Math.max(shown, Math.min(rows.length, rounded(1.2 * stop))));
  const sizes = [...new Set([1, ...Array.from({ length: points }, (_, k) => Math.max(1, Math.floor((n * (k + 1)) / points)))])];
  const found = expectedErrors(curve, rows, sizes.sort((a, b) => a - b), data.level);
  const most = Math.max(1, ...found.map((one) => one.high));
  const x = (value) => tenth(left + ((wide - right - left) * value) / n);
  const y = (value) => tenth(high - bottom - ((high - bottom - top) * value) / most);
  const svg = document.querySelector("#yield-figure svg");
  const upper = found.map((one) => [x(one.n), y(one.high)]);
  const lower = found.map((one) => [x(one.n), y(one.low)]).reverse();
  svg.querySelector(".band").setAttribute("d", `${path([[x(0), y(0)], ...upper, ...lower])}Z`);
  svg.querySelector(".expected").setAttribute("d", path([[x(0), y(0)], ...found.map((one) => [x(one.n), y(one.errors)])]));
  svg.querySelector(".found").setAttribute("d", path([[x(0), y(0)], ...found.map((one) => [x(one.n), y(one.found)])]));
  svg.querySelector(".x.ticks").replaceChildren(...ticksUpTo(n).flatMap((value) => [
    element("line", { x1: x(value), x2: x(value), y1: high - bottom, y2: high - bottom + 5 }),
    element("text", { x: x(value), y: high - bottom + 20 }, number(value)),
  ]));
  svg.querySelector(".y.ticks").replaceChildren(...ticksUpTo(most).flatMap((value) => [
    element("line", { x1: left, x2: wide - right, y1: y(value), y2: y(value) }),
    element("text", { x: left - 6, y: y(value) + 4 }, number(value)),
  ]));
  svg.querySelector(".stop")?.remove();
  if (stop && stop <= n) svg.append(element("line", { class: "stop", x1: x(stop), x2: x(stop), y1: top, y2: high - bottom }));
  byId("yield-figure").hidden = false;
}

function writeLines(parent, name, lines) {
  parent.replaceChildren(...lines.map((line) => {
    const made = document.createElement(name);
    made.textContent = line;
    return made;
  }));
}

function showForecast(forecast, rateLines) {
  const state = forecast.state();
  const { lines, curve, stop } = paragraphs(forecast, state);
  writeLines(document.querySelector("#yield .said"), "p", [...lines, ...rateLines]);
  if (!curve) return state;
  const first = expectedErrors(curve, state.rows, forecast.data.sizes, forecast.data.level);
  writeLines(document.querySelector("#yield .first"), "li", first.map((one) => told(forecast.data.words.expected, { ...one, errors: rounded(one.errors) })));
  drawCurve(forecast.data, state, curve, stop);
  return state;
}

async function takeFiles(forecast, files, rateLines) {
  const notes = [];
  for (const file of files) {
    const problem = forecast.load(await file.text());
    if (problem) notes.push(told(forecast.data.words[problem], { name: file.name }));
  }
  if (forecast.files) {
    const { taken } = showForecast(forecast, rateLines);
    notes.unshift(told(forecast.data.words.loaded, { n: taken, files: forecast.files, left: forecast.left }));
  }
  byId("yield-loaded").textContent = notes.join(" ");
}

function startYield() {
  const forecast = new Forecast(readJson("forecast-data"));
  const rateLines = [...document.querySelectorAll("#yield .said p.rate")].map((line) => line.textContent);
  const input = byId("yield-files");
  input.closest(".load").hidden = false;
  input.addEventListener("change", () => takeFiles(forecast, [...input.files], rateLines));
}
