"use strict";

// Pictures of items: large for the question, small for its neighbours, compared, enlarged by a key or a click.

const TINY = 64; // pixels up to which a picture is enlarged pixel by pixel
const LARGE = 320; // of the page, for the item that is asked about
const BESIDE = 160;
const SMALL = 96;
const LARGER = 2; // times that a photo is enlarged at most: more is only blur
const ZOOMED = 6;

// [address, width, height] of an item, or null where the page has none.
function pictureOf(data, name) {
  return data.pictures && Object.hasOwn(data.pictures, name) ? data.pictures[name] : null;
}

const isTiny = ([, width, height]) => Math.max(width, height) <= TINY;

// Whole times for tiny pictures, so that each pixel stays a square.
function scaleWithin([, width, height], across, down, most) {
  const room = Math.min(across / width, down / height);
  return isTiny([null, width, height]) ? Math.max(1, Math.floor(room)) : Math.min(room, most);
}

function picture(source, alt, scale, name = "picture") {
  const [src, width, height] = source;
  return el("img", {
    src, alt, class: isTiny(source) ? `${name} tiny` : name, decoding: "async",
    width: Math.round(width * scale), height: Math.round(height * scale),
  });
}

const within = (source, side, most = LARGER) => scaleWithin(source, side, side, most);

// Two pictures in one place, the second in the shape of the first: black where they are the same.
function difference(one, other, scale) {
  const [, width, height] = one;
  const over = el("img", { src: other[0], alt: "", class: isTiny(one) ? "tiny" : "", width: Math.round(width * scale), height: Math.round(height * scale) });
  return el("span", { class: "difference", role: "img", "aria-label": words.difference }, picture(one, "", scale, ""), over);
}

function openZoom(make, alt) {
  const dialog = byId("zoom");
  if (dialog.open) { dialog.close(); return; }
  dialog.setAttribute("aria-label", alt);
  byId("zoom-body").replaceChildren(make((source) => scaleWithin(source, 0.92 * innerWidth, 0.8 * innerHeight, ZOOMED)));
  dialog.showModal();
  byId("zoom-body").focus();
}

// A button that enlarges what it shows; the key stands on it where there is one.
function enlarged(make, alt, { side, at, action = "", source }) {
  return button(make(within(source, side)), () => openZoom((fit) => make(fit(source)), alt),
    { tone: "shot", at, action, "aria-haspopup": "dialog", title: words.zoom });
}

function pictureButton(source, alt, options) {
  return enlarged((scale) => picture(source, alt, scale), alt, { ...options, source });
}

const zoomOf = (source, alt) => openZoom((fit) => picture(source, alt, fit(source)), alt);

// The question: its picture, and what is known of it beside its own name.
function pictured(data, item) {
  const source = pictureOf(data, item.item);
  const told = item.cells.filter((text) => text !== "" && !item.item.endsWith(text));
  return el("figure", { class: "asked" },
    source ? pictureButton(source, shortened(item.item), { side: LARGE, at: "zoom", action: "zoom" }) : el("p", { class: "small", text: words.no_picture }),
    told.length ? el("figcaption", {}, content(data.columns, item.cells)) : null);
}

const captioned = (body, text) => el("figure", {}, body, el("figcaption", { class: "small", text }));

// An item, one that is nearly the same, and what differs. Names may tell a label: they are hidden with it.
function comparison(data, item, entry, open, at) {
  const [own, other] = [pictureOf(data, item.item), pictureOf(data, entry.item)];
  if (!other) return null;
  const name = open ? shortened(entry.item) : words.that_row;
  const beside = captioned(pictureButton(other, name, { side: BESIDE, at: `${at}-zoom` }), words.that_row);
  if (!own) return el("div", { class: "compared" }, beside);
  const apart = enlarged((scale) => difference(own, other, scale), words.difference, { side: BESIDE, at: `${at}-difference`, source: own });
  return el("div", { class: "compared" },
    captioned(picture(own, shortened(item.item), within(own, BESIDE)), words.this_row), beside, captioned(apart, words.difference));
}

function smallPicture(data, entry, open, at) {
  const source = pictureOf(data, entry.item);
  return source ? pictureButton(source, open ? shortened(entry.item) : words.name_hidden, { side: SMALL, at }) : null;
}

// In the list the name stands beside it.
function thumb(data, item) {
  const source = pictureOf(data, item.item);
  return source ? el("img", { src: source[0], alt: "", class: isTiny(source) ? "thumb tiny" : "thumb", width: 32, height: 32, loading: "lazy", decoding: "async" }) : null;
}
