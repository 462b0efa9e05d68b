"use strict";

// The forecast as auditor makes it (auditor/prioritise/forecast.py): a curve of two numbers through verdicts, its
// posterior summed over a grid. Plain functions of numbers.

const NEGLIGIBLE = 1e-7;

// x of a place: minus its logarithm, with mean 0 and deviation 1 over the first `frozen` places.
function scaleOf(frozen, flattening) {
  const x = (place) => -Math.log(place + 0.5 + flattening * frozen);
  const first = Array.from({ length: frozen }, (_, place) => x(place));
  const mean = first.reduce((sum, value) => sum + value, 0) / frozen;
  const spread = Math.sqrt(first.reduce((sum, value) => sum + (value - mean) ** 2, 0) / frozen) || 1;
  return (place) => (x(place) - mean) / spread;
}

// log(1 + e^z) without overflow.
const softplus = (z) => (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)));
const logistic = (z) => 1 / (1 + Math.exp(-z));

// The pairs (a, b) that are not negligible, with weights that sum to 1. `evidence`: [{ place, wrong }].
function fitCurve(evidence, { grid, frozen }) {
  const scale = scaleOf(Math.max(frozen, 1), grid.flattening);
  const seen = evidence.map(({ place, wrong }) => ({ x: scale(place), sign: wrong ? -1 : 1 }));
  const pairs = grid.a.flatMap((a) => grid.b.map((b) => {
    const prior = -0.5 * (a / grid.a_deviation) ** 2 - 0.5 * ((b - grid.b_mean) / grid.b_deviation) ** 2;
    return { a, b, log: seen.reduce((sum, { x, sign }) => sum - softplus(sign * (a + b * x)), prior) };
  }));
  const most = pairs.reduce((best, { log }) => Math.max(best, log), -Infinity);
  return { scale, pairs: weighed(weighed(pairs.map(({ a, b, log }) => ({ a, b, weight: Math.exp(log - most) }))).filter(({ weight }) => weight > NEGLIGIBLE)) };
}

function weighed(pairs) {
  const total = pairs.reduce((sum, { weight }) => sum + weight, 0);
  return pairs.map(({ a, b, weight }) => ({ a, b, weight: weight / total }));
}

// Probability of an error at each place.
function ratesOf({ scale, pairs }, places) {
  return places.map((place) => {
    const x = scale(place);
    return pairs.reduce((sum, { a, b, weight }) => sum + weight * logistic(a + b * x), 0);
  });
}

// The normal distribution function (Abramowitz and Stegun 26.2.17; off by less than 1e-7).
function normal(z) {
  if (z < 0) return 1 - normal(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - 0.3989422804014327 * Math.exp(-0.5 * z * z) * tail;
}

// The smallest count whose distribution, averaged over the pairs, reaches `level`.
function countAt(level, pairs, means, spreads, most) {
  let [low, high] = [0, most];
  while (low < high) {
    const k = Math.floor((low + high) / 2);
    const reached = pairs.reduce((sum, { weight }, at) => sum + weight * normal((k + 0.5 - means[at]) / spreads[at]), 0);
    if (reached >= level) high = k;
    else low = k + 1;
  }
  return low;
}

// Errors among the first n rows of a list, for each n of `sizes`, ascending. `rows`: [{ place, known }], known 1 an
// error, 0 none, null where nobody has judged.
function expectedErrors({ scale, pairs }, rows, sizes, level) {
  const [means, variances] = [new Float64Array(pairs.length), new Float64Array(pairs.length)];
  let [found, judged, done] = [0, 0, 0];
  return sizes.map((n) => {
    for (; done < n; done += 1) {
      const { place, known } = rows[done];
      if (known === null) addRow(pairs, scale(place), means, variances);
      else [found, judged] = [found + known, judged + 1];
    }
    const spreads = variances.map((variance) => Math.sqrt(variance + 1e-12));
    const [low, high] = [(1 - level) / 2, (1 + level) / 2].map((one) => countAt(one, pairs, means, spreads, n - judged));
    const open = pairs.reduce((sum, { weight }, at) => sum + weight * means[at], 0);
    return { n, errors: found + open, low: found + low, high: found + high, found, judged };
  });
}

function addRow(pairs, x, means, variances) {
  for (let at = 0; at < pairs.length; at += 1) {
    const rate = logistic(pairs[at].a + pairs[at].b * x);
    means[at] += rate;
    variances[at] += rate * (1 - rate);
  }
}

// How many rows to review until the next one is less likely than `limit` to be wrong.
function stopAfter(rates, rows, limit) {
  return rates.reduce((stop, rate, at) => (rows[at].known === null && rate >= limit ? at + 1 : stop), 0);
}
