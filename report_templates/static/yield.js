"use strict";

// The yield curve drawn anew from decisions files that the lead picks. They stay in the browser; what they say of
// rows that the page does not list is counted and passed over. The same sentences and picture as in
// auditor/report: yield_curve.py and what it says.

// A template of Python's with values: `{n:,}` with thousands, `{name}` as it is; a pair is chosen by n.
function told(template, values) {
  const text = Array.isArray(template) ? template[values.n === 1 ? 0 : 1] : template;
  return text.replace(/\{(\w+)(:,)?\}/g, (_, name, comma) => (comma ? number(values[name]) : String(values[name])));
}

// As Python rounds: halves go to the even number.
function rounded(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const ascending = (numbers) => [...new Set(numbers)].sort((a, b) => a - b);

// The rows of the list and the verdicts to draw from, with what was loaded in them: an item that a file says
// anything of is heard anew.
function stateOf(data, judged, heard) {
  const errorOf = (item) => judged.get(item)?.isError ?? null;
  const rows = data.rows.map(([item, place, , known]) => ({ place, known: heard.has(item) ? asNumber(errorOf(item)) : known }));
  const before = data.evidence.filter(([item]) => !heard.has(item))
    .map(([, place, wrong, blind]) => ({ place, wrong: wrong === 1, blind: blind === 1 }));
  const loaded = [...data.rows, ...data.others].map(([item, place]) => ({ place, wrong: errorOf(item), of: judged.get(item) }))
    .filter(({ wrong, of }) => wrong !== null && of.isListed && !of.isCopy && of.round > data.applied)
    .map(({ place, wrong, of }) => ({ place, wrong, blind: of.isBlind }));
  const all = [...before, ...loaded];
  const blind = all.filter((one) => one.blind);
  return { rows, used: blind.length >= data.enough ? blind : all };
}

const asNumber = (isError) => (isError === null ? null : Number(isError));

// What the verdicts say of the list; null before there are enough.
function forecastOf(data, state, seconds) {
  const { rows, used } = state;
  if (used.length < data.enough) return null;
  const curve = fitCurve(used, data);
  const last = used.reduce((most, { place }) => Math.max(most, place), -1);
  const isChecked = (place) => place <= last;
  const deepest = rows.filter(({ place }) => isChecked(place)).length + data.behind.filter(isChecked).length;
  const whole = stopAfter(ratesOf(curve, rows.map(({ place }) => place)), rows, data.limit);
  const reach = Math.min(data.queue, Math.floor(deepest * data.reach));
  const stop = Math.min(whole, reach);
  const shown = shownOf(data, stop, reach);
  const sizes = ascending([...data.sizes, ...pointsOf(data, shown), stop]).filter((n) => n > 0);
  const expected = expectedErrors(curve, rows, sizes, data.level);
  return { used, deepest, reach, stop, shown, seconds, expected: new Map(expected.map((one) => [one.n, one])),
    openEnded: whole > stop, isEnd: isUnknownBehind(data, rows, whole) };
}

// Whether the first row behind `whole` that nobody has judged is one that the page does not list.
const isUnknownBehind = (data, rows, whole) => rows.length < data.queue && rows.slice(whole).every(({ known }) => known !== null);

// Rows on the picture.
const shownOf = ({ rows, shape }, stop, reach) => Math.min(rows.length, reach, Math.max(shape.shown, rounded(1.2 * stop)));
const pointsOf = ({ shape }, n) => ascending(
  Array.from({ length: n ? shape.points + 1 : 0 }, (_, k) => Math.max(1, Math.floor((n * k) / shape.points))),
);

function basisOf({ queue, words: say }, { used, deepest }) {
  const drawn = told(say.drawn, { n: used.length, used: used.length, deepest, queue });
  return used.every((one) => one.blind) ? [drawn] : [drawn, say.agreement];
}

function whatNext({ limit_said: limit, words: say }, found) {
  const { stop, deepest, seconds, expected } = found;
  const until = expected.get(stop);
  const left = until ? until.n - until.judged : 0;
  const last = found.openEnded ? [told(say.check_on, { deepest })]
    : found.isEnd ? [] : [told(left ? say.stop_there : say.stop_here, { stop, limit, deepest })];
  if (!left) return last;
  const ahead = told(say.review_on, {
    n: left,
    stop,
    errors: rounded(until.errors - until.found),
    low: until.low - until.found,
    high: until.high - until.found,
    minutes: Math.ceil((left * seconds) / 60),
    seconds: rounded(seconds),
  });
  return [ahead, ...last];
}

// The errors among the first rows, as far as something was checked there.
function firstLines({ sizes, words: say }, { expected, reach, deepest }) {
  const lines = sizes.filter((n) => n <= reach).map((n) => expected.get(n))
    .map((one) => told(say.expected, { ...one, errors: rounded(one.errors) }));
  const n = Math.max(...sizes);
  return n > reach ? [...lines, told(say.beyond, { n, deepest })] : lines;
}

function svgOf(name, attributes, text = "") {
  const made = document.createElementNS(document.querySelector("#yield-figure svg").namespaceURI, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// Round numbers from 0 up to `most`, three to six of them.
function ticksUpTo(most) {
  for (let power = 1; ; power *= 10) {
    const step = [1, 2, 5].map((one) => one * power).find((one) => most / one <= 6);
    if (step) return Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step);
  }
}

const pathOf = (points) => `M${points.map(([x, y]) => `${x} ${y}`).join("L")}`;
const tenth = (value) => rounded(value * 10) / 10;

function drawCurve(data, { expected, shown, stop, openEnded }) {
  const { wide, high, margins: [left, right, top, bottom] } = data.shape;
  const points = pointsOf(data, shown).map((n) => expected.get(n));
  const most = Math.max(1, ...points.map((one) => one.high));
  const [floor, end] = [high - bottom, wide - right];
  const x = (value) => tenth(left + ((end - left) * value) / shown);
  const y = (value) => tenth(floor + ((top - floor) * value) / most);
  const side = (name) => points.map((one) => [x(one.n), y(one[name])]);
  const svg = document.querySelector("#yield-figure svg");
  const origin = [x(0), y(0)];
  svg.querySelector(".band").setAttribute("d", `${pathOf([origin, ...side("high"), ...side("low").reverse()])}Z`);
  svg.querySelector(".expected").setAttribute("d", pathOf([origin, ...side("errors")]));
  svg.querySelector(".found").setAttribute("d", pathOf([origin, ...side("found")]));
  svg.querySelector(".x.ticks").replaceChildren(...ticksUpTo(shown).flatMap((value) => [
    svgOf("line", { x1: x(value), x2: x(value), y1: floor, y2: floor + 5 }),
    svgOf("text", { x: x(value), y: floor + 20 }, number(value)),
  ]));
  svg.querySelector(".y.ticks").replaceChildren(...ticksUpTo(most).flatMap((value) => [
    svgOf("line", { x1: left, x2: end, y1: y(value), y2: y(value) }),
    svgOf("text", { x: left - 6, y: tenth(y(value) + 4) }, number(value)),
  ]));
  svg.querySelector(".stop")?.remove();
  if (stop && stop <= shown && !openEnded) svg.append(svgOf("line", { class: "stop", x1: x(stop), x2: x(stop), y1: top, y2: floor }));
}

function linesOf(name, lines) {
  return lines.map((line) => {
    const made = document.createElement(name);
    write(made, line, "content");
    return made;
  });
}

function showForecast(data, said, givenOf) {
  const { words: say } = data;
  const heard = new Set([...said.values()].map((word) => word.item));
  const state = stateOf(data, judgementsOf(said, givenOf), heard);
  const times = data.times.filter(([item]) => !heard.has(item)).map(([, ms]) => ms);
  const found = forecastOf(data, state, secondsOf(said, givenOf, data.longest, times) ?? data.seconds);
  const lines = found ? [...basisOf(data, found), ...whatNext(data, found)]
    : [...data.earlier, told(say.not_yet, { used: state.used.length, enough: data.enough })];
  const panel = byId("yield");
  const place = panel.querySelector(".said");
  place.replaceChildren(...linesOf("p", lines), ...place.querySelectorAll(".rate"));
  panel.querySelector(".first").replaceChildren(...linesOf("li", found ? firstLines(data, found) : []));
  byId("yield-figure").hidden = !found?.shown;
  document.querySelector(".do-first > .forecast")?.toggleAttribute("hidden", Boolean(found));
  if (found?.shown) drawCurve(data, found);
}

function startYield() {
  const data = readJson("forecast-data");
  const { words: say } = data;
  const givenOf = new Map([...data.rows, ...data.others].map(([item, , given]) => [item, given]));
  const [said, files] = [new Map(), new Set()];
  const input = byId("yield-files");

  function takenNotes() {
    const voices = [...said.values()];
    const fitting = voices.filter((word) => isOfRow(word, givenOf)).length;
    const taken = told(say.loaded, { n: files.size, decisions: fitting });
    const passed = voices.length - fitting;
    return passed ? [taken, told(say.passed, { n: passed })] : [taken];
  }

  async function take(picked) {
    const refused = [];
    for (const one of picked) {
      const text = one.size > LARGEST_DECISIONS ? "" : await one.text().catch(() => "");
      const { file, problem } = readDecisions(text, data.fingerprint, one.name);
      if (problem) refused.push(told(say[problem], { name: one.name }));
      else hearFile(said, file, givenOf, data.longest_name);
      if (file) files.add(sha256(text));
    }
    if ([...said.values()].some((word) => isOfRow(word, givenOf))) showForecast(data, said, givenOf);
    write(byId("yield-loaded"), [...(files.size ? takenNotes() : []), ...refused].join(" "), "content");
  }

  let queue = Promise.resolve(); // files picked while others are read wait for them
  input.addEventListener("change", () => {
    const picked = [...input.files];
    input.value = ""; // the same file can be picked again once it is mended
    queue = queue.then(() => take(picked));
  });
  input.closest(".load").hidden = false;
}
