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

function expanded(view, at) {
  const w = new Uint32Array(64);
  for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + 4 * i);
  for (let i = 16; i < 64; i += 1) {
    const a = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >>> 3);
    const b = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >>> 10);
    w[i] = w[i - 16] + a + w[i - 7] + b;
  }
  return w;
}

function compressed(state, w) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + SHA_ROUNDS[i] + w[i]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  return [a, b, c, d, e, f, g, h].map((value, i) => (value + state[i]) >>> 0);
}

function sha256(text) {
  const view = padded(new TextEncoder().encode(text));
  let state = SHA_START;
  for (let at = 0; at < view.byteLength; at += 64) state = compressed(state, expanded(view, at));
  return state.map((word) => word.toString(16).padStart(8, "0")).join("");
}

// JSON with sorted members and nothing between them: what a checksum is taken over.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

const checksum = (decisions) => `sha256:${sha256(canonical(decisions))}`;
