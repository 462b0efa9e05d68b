"use strict";

// How far the work is, how long it may take yet, and which item is next.

const LONGEST_LOOK = 180000;
const FEWEST_LOOKS = 5;

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

// Seconds the reviewer looks at an item, in the middle; null until that is known. Breaks are no looking.
function ownPace(records) {
  const looks = records.filter((one) => !one.copy_of && one.ms > 0 && one.ms <= LONGEST_LOOK).map((one) => one.ms);
  return looks.length >= FEWEST_LOOKS ? median(looks) / 1000 : null;
}

// Words that the last file does not hold; what was taken back counts where that file still has it.
function unexportedOf({ records, cleared, exported }) {
  let open = 0;
  for (const [item, record] of records) if (exported.get(item) !== record.revision) open += 1;
  for (const [item, mark] of cleared) if (exported.has(item) && exported.get(item) !== mark.revision) open += 1;
  return open;
}

// The items of the page by what was decided; copies that are not on it count as unexported only.
function countsOf(data, held) {
  const out = { total: data.items.length, done: 0, left: 0, unexported: unexportedOf(held), secondsLeft: 0 };
  for (const action of ACTIONS) out[action] = 0;
  for (const { item } of data.items) {
    const record = held.records.get(item);
    if (!record) continue;
    out.done += 1;
    out[record.action] += 1;
  }
  out.left = out.total - out.done;
  out.secondsLeft = out.left * (ownPace([...held.records.values()]) ?? data.seconds);
  return out;
}

// The nearest other item that passes, in page order, round the end; `at` is -1 or the length where there is none to start from.
function walked(items, at, step, passes) {
  const n = items.length;
  for (let i = 1; i <= n; i += 1) {
    const place = (((at + step * i) % n) + n) % n;
    if (place !== at && passes(items[place])) return items[place];
  }
  return null;
}
