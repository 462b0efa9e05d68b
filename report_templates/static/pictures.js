"use strict";

// Pictures that scripts show: copies of <template id="picture">, so they look like the static ones.

const TINY = 64;
let sources = null;

function pictureOf(item) {
  if (!byId("pictures")) return null;
  sources ??= readJson("pictures");
  if (!Object.hasOwn(sources, item)) return null;
  const [src, width, height, name] = sources[item];
  const picture = byId("picture").content.firstElementChild.cloneNode(true);
  picture.src = src;
  picture.width = width;
  picture.height = height;
  picture.alt = spelledOut(name);
  picture.title = spelledOut(name);
  picture.classList.toggle("tiny", Math.max(width, height) <= TINY);
  return picture;
}
