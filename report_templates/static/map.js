"use strict";

// The map: which row a dot is. A dot is pointed at, or suspects are gone through with two buttons.

const REACH = 18; // units around the pointer in which a dot is looked for

function nearestDot(data, x, y) {
  let best = -1;
  let least = REACH * REACH;
  for (let i = 0; i < data.x.length; i += 1) {
    const apart = (data.x[i] - x) ** 2 + (data.y[i] - y) ** 2;
    if (apart < least) { best = i; least = apart; }
  }
  return best;
}

function textIn(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  const inside = document.createElement("bdi");
  writeValue(inside, text, tag === "p" ? "content" : "value");
  element.append(inside);
  return element;
}

function labelLine(title, name) {
  const line = document.createElement("p");
  line.className = "said-label";
  line.append(`${title}: `, name === undefined ? words.no_label : textIn("strong", "", name));
  return line;
}

function dotWords(data, i) {
  const item = data.item[i];
  const suspect = data.suspects.includes(i);
  return [
    pictureOf(item),
    Object.hasOwn(data.texts, item) ? textIn("p", "dot-text", data.texts[item]) : null,
    labelLine(words.given, data.names[data.given[i]]),
    suspect ? labelLine(words.suggested, data.names[data.suggested[i]]) : null,
    textIn("span", "item", item),
  ].filter(Boolean);
}

function startMap() {
  const data = readJson("map-data");
  const place = document.querySelector(".map");
  const svg = place.querySelector(".map-over svg");
  const here = svg.querySelector(".here");
  const card = place.querySelector(".dot-card");
  const says = card.querySelector(".dot-says");
  let shown = -1;
  let turn = -1;
  let pinned = false;

  function show(i, aloud) {
    if (i === shown) return;
    shown = i;
    says.setAttribute("aria-live", aloud ? "polite" : "off"); // what a pointer passes over is not read out
    here.setAttribute("cx", data.x[i]);
    here.setAttribute("cy", data.y[i]);
    here.removeAttribute("hidden");
    says.replaceChildren(...dotWords(data, i));
  }

  function dotAt(event) {
    const box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    return nearestDot(data, (event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
  }

  function step(by) {
    const many = data.suspects.length;
    if (many === 0) return;
    turn = turn < 0 ? (by > 0 ? 0 : many - 1) : (turn + by + many) % many;
    pinned = true;
    show(data.suspects[turn], true);
  }

  svg.addEventListener("pointermove", (event) => {
    const i = dotAt(event);
    if (i >= 0 && !pinned) show(i, false);
  });
  svg.addEventListener("click", (event) => { // a click holds a dot, a click beside the dots lets it go
    const i = dotAt(event);
    pinned = i >= 0;
    if (!pinned) return;
    turn = data.suspects.indexOf(i);
    show(i, false);
  });
  card.querySelector(".back").addEventListener("click", () => step(-1));
  card.querySelector(".on").addEventListener("click", () => step(1));
  for (const control of card.querySelectorAll("button")) control.hidden = data.suspects.length === 0;
  card.hidden = false;
}
