"use strict";

// The forecast as auditor makes it (auditor/prioritise/forecast.py): a curve of two numbers through verdicts, its
// posterior summed over a grid. Plain functions of numbers. e^(a + b x) is e^a times e^(b x): one power for each
// value of the grid and each place, not for each pair.

const NEGLIGIBLE = 1e-7;
const NEARLY_FULL = 1e200; // a product of this size takes a factor more without overflow

// x of a place: minus its logarithm, with mean 0 and deviation 1 over the first `frozen` places.
function scaleOf(frozen, flattening) {
  const x = (place) => -Math.log(place + 0.5 + flattening * frozen);
  const first = Array.from({ length: frozen }, (_, place) => x(place));
  const mean = first.reduce((sum, value) => sum + value, 0) / frozen;
  const spread = Math.sqrt(first.reduce((sum, value) => sum + (value - mean) ** 2, 0) / frozen) || 1;
  return (place) => (x(place) - mean) / spread;
}

// x of places, larger = earlier.
const xOf = (places, frozen, flattening) => places.map(scaleOf(frozen, flattening));

// Log-likelihood of a slope's verdicts with every intercept, by log(1 + e^z) over products of several.
function logLikelihoods(intercepts, slope, seen) {
  const powers = seen.map(({ x, sign }) => ({ sign, power: Math.exp(sign * slope * x) }));
  return intercepts.map((a) => {
    const [right, wrong] = [Math.exp(a), Math.exp(-a)];
    let [sum, product] = [0, 1];
    for (const { sign, power } of powers) {
      product *= 1 + (sign > 0 ? right : wrong) * power;
      if (product > NEARLY_FULL) [sum, product] = [sum + Math.log(product), 1];
    }
    return -sum - Math.log(product);
  });
}

// The pairs (a, b) that are not negligible, and weights that sum to 1. `evidence`: [{ place, wrong }].
function fitCurve(evidence, { grid, frozen }) {
  const scale = scaleOf(Math.max(frozen, 1), grid.flattening);
  const seen = evidence.map(({ place, wrong }) => ({ x: scale(place), sign: wrong ? -1 : 1 }));
  const pairs = grid.b.flatMap((b, slope) => logLikelihoods(grid.a, b, seen).map((likelihood, at) => {
    const [a, log] = [grid.a[at], likelihood - 0.5 * ((b - grid.b_mean) / grid.b_deviation) ** 2];
    return { a, slope, log: log - 0.5 * (a / grid.a_deviation) ** 2 };
  }));
  const most = pairs.reduce((best, { log }) => Math.max(best, log), -Infinity);
  const weighted = weighed(pairs.map(({ a, slope, log }) => ({ a, slope, weight: Math.exp(log - most) })));
  const kept = weighed(weighted.filter(({ weight }) => weight > NEGLIGIBLE));
  return {
    scale,
    slopes: grid.b,
    slope: Uint16Array.from(kept, (pair) => pair.slope),
    against: Float64Array.from(kept, ({ a }) => Math.exp(-a)),
    weight: Float64Array.from(kept, ({ weight }) => weight),
  };
}

function weighed(pairs) {
  const total = pairs.reduce((sum, { weight }) => sum + weight, 0);
  return pairs.map(({ a, slope, weight }) => ({ a, slope, weight: weight / total }));
}

// For a place, the probability of an error for each pair, written into `out`.
function eachRate({ scale, slopes, slope, against }, place, out) {
  const x = scale(place);
  const powers = slopes.map((b) => Math.exp(-b * x));
  for (let at = 0; at < out.length; at += 1) out[at] = 1 / (1 + against[at] * powers[slope[at]]);
}

function mean(weight, values) {
  let sum = 0;
  for (let at = 0; at < weight.length; at += 1) sum += weight[at] * values[at];
  return sum;
}

// Probability of an error at each place: the mean over the posterior.
function ratesOf(curve, places) {
  const each = new Float64Array(curve.weight.length);
  return places.map((place) => {
    eachRate(curve, place, each);
    return mean(curve.weight, each);
  });
}

// The normal distribution function (Abramowitz and Stegun 26.2.17; off by less than 1e-7).
function normal(z) {
  if (z < 0) return 1 - normal(-z);
  if (z > 8) return 1;
  const t = 1 / (1 + 0.2316419 * z);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - 0.3989422804014327 * Math.exp(-0.5 * z * z) * tail;
}

// The smallest count of 0..most whose distribution, averaged over the pairs, reaches `level`.
function countAt(level, weight, means, spreads, most) {
  let [low, high] = [0, most];
  while (low < high) {
    const k = (low + high) >> 1;
    let reached = 0;
    for (let at = 0; at < weight.length; at += 1) reached += weight[at] * normal((k + 0.5 - means[at]) / spreads[at]);
    if (reached >= level) high = k;
    else low = k + 1;
  }
  return low;
}

// Errors among the first n rows of a list, for each n of `sizes`, ascending. `rows`: [{ place, known }], known 1 an
// error, 0 none, null where nobody has judged.
function expectedErrors(curve, rows, sizes, level) {
  const { weight } = curve;
  const [means, variances, each] = [weight, weight, weight].map(({ length }) => new Float64Array(length));
  let [found, judged, done] = [0, 0, 0];
  return sizes.map((n) => {
    for (; done < n; done += 1) {
      const { place, known } = rows[done];
      if (known === null) addRow(curve, place, means, variances, each);
      else [found, judged] = [found + known, judged + 1];
    }
    const spreads = variances.map((variance) => Math.sqrt(variance + 1e-12));
    const [low, high] = [(1 - level) / 2, 1 - (1 - level) / 2].map((end) => countAt(end, weight, means, spreads, n - judged));
    return { n, errors: found + mean(weight, means), low: found + low, high: found + high, found, judged };
  });
}

function addRow(curve, place, means, variances, each) {
  eachRate(curve, place, each);
  for (let at = 0; at < each.length; at += 1) {
    means[at] += each[at];
    variances[at] += each[at] * (1 - each[at]);
  }
}

// How many rows to review until the next one is less likely than `limit` to be wrong.
function stopAfter(rates, rows, limit) {
  return rates.reduce((stop, rate, at) => (rows[at].known === null && rate >= limit ? at + 1 : stop), 0);
}
