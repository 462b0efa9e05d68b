"use strict";

// SHA-256 (FIPS 180-4) of a text's UTF-8 bytes. `crypto.subtle` is missing where a page is opened over http.

function primeNumbers(count) {
  const found = [];
  for (let n = 2; found.length < count; n += 1) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
const SHA_START = primeNumbers(8).map((prime) => fraction(Math.sqrt(prime)));
const SHA_ROUNDS = primeNumbers(64).map((prime) => fraction(Math.cbrt(prime)));
const turned = (x, n) => (x >>> n) | (x << (32 - n));

function padded(bytes) {
  const length = ((bytes.length + 8) >> 6 << 6) + 64;
  const block = new Uint8Array(length);
  block.set(bytes);
  block[bytes.length] = 0x80;
  const view = new DataView(block.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, (bytes.length << 3) >>> 0);
  return view;
}

function expand(w, view, at) {
  for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + 4 * i);
  for (let i = 16; i < 64; i += 1) {
    const a = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >>> 3);
    const b = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >>> 10);
    w[i] = w[i - 16] + a + w[i - 7] + b;
  }
}

function compress(state, w) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + SHA_ROUNDS[i] + w[i]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0;
    d = c; c = b; b = a; a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
}

const LONE = /([\ud800-\udfff])/u; // half a pair: with the flag u whole pairs do not match

// UTF-8; half a pair as its own three bytes, as Python's "surrogatepass" has it.
function bytesOf(text) {
  const encoder = new TextEncoder();
  const parts = text.split(LONE).map((part, i) => {
    if (i % 2 === 0) return encoder.encode(part);
    const code = part.charCodeAt(0);
    return Uint8Array.of(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  });
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
}

function sha256(text) {
  const view = padded(bytesOf(text));
  const state = Uint32Array.from(SHA_START);
  const w = new Uint32Array(64);
  for (let at = 0; at < view.byteLength; at += 64) {
    expand(w, view, at);
    compress(state, w);
  }
  return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
}

// A JSON string; JSON.stringify would spell half a pair out as an escape.
const quoted = (text) => `"${text.split(LONE).map((part, i) => (i % 2 === 0 ? JSON.stringify(part).slice(1, -1) : part)).join("")}"`;

// By code points, as Python sorts: pairs of surrogates stand after all other signs.
function byCodePoints(a, b) {
  const [one, two] = [[...a], [...b]];
  const at = one.findIndex((sign, i) => sign !== two[i]);
  if (at < 0) return one.length - two.length;
  return at < two.length ? one[at].codePointAt(0) - two[at].codePointAt(0) : 1;
}

const sortedNames = (names) => (names.some((name) => /[\ud800-\udfff]/.test(name)) ? names.sort(byCodePoints) : names.sort());

// JSON with sorted members and nothing between them: what a checksum is taken over.
function canonical(value) {
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = sortedNames(Object.keys(value)).map((name) => `${quoted(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

const checksum = (decisions) => `sha256:${sha256(canonical(decisions))}`;
