// The chain of an account over several receipts, as transparency/chain.py looks at it.

const WRONG = new Set([
  "fork", "gap", "link_broken", "missing_of_month", "link_of_month_differs", "sum_of_month_differs", "month_forked",
  "months_do_not_meet",
]);

function chain(results) {
  const accounts = new Map();
  const of = (lane, account) => {
    const place = `${lane} ${account}`;
    if (!accounts.has(place)) accounts.set(place, { lane, account, sides: [], months: [] });
    return accounts.get(place);
  };
  for (const one of results) {
    for (const own of one.own) of(own.lane, own.account.account).sides.push(own);
    if (one.month) of(one.month.lane, one.month.account).months.push(one.month);
  }
  const found = [...accounts.values()].flatMap(accountOf);
  return found.sort((one, other) => WRONG.has(other.what) - WRONG.has(one.what));
}

const rising = (list, key) => [...list].sort((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
const text = (value) => written(JSON.parse(JSON.stringify(value, (_, one) => (typeof one === "bigint" ? `${one}` : one))));

function accountOf({ lane, account, sides, months }) {
  const found = [];
  const tell = (what, first = 0n, last = first, month = "") => found.push({ what, lane, account, first, last, month });
  const known = new Map();
  for (const own of rising(sides, (one) => one.number)) {
    const first = known.get(own.number);
    if (!first) known.set(own.number, own);
    else tell(text(first) === text(own) ? "given_twice" : "fork", own.number);
  }
  const ordered = [...known.values()];
  ordered.slice(1).forEach((after, place) => {
    const before = ordered[place];
    if (after.number === before.number + 1n && after.previous !== before.link) tell("link_broken", after.number);
  });
  const stated = [...new Map(rising(months, (one) => one.month).map((one) => [one.month, one])).values()];
  meeting(months, stated, tell);
  for (const month of stated) monthOfAccount(month, known, tell);
  gaps(ordered, stated, tell);
  return found;
}

function meeting(months, stated, tell) {
  for (const one of stated) {
    const isForked = months.some((other) => other.month === one.month && text(other) !== text(one));
    if (isForked) tell("month_forked", 0n, 0n, one.month);
  }
  stated.slice(1).forEach((after, place) => {
    const before = stated[place];
    const meets = before.last_number + 1n === after.first_number && before.closing_minor === after.opening_minor
      && before.last_link === after.previous_link;
    if (next(before.month) === after.month && !meets) tell("months_do_not_meet", 0n, 0n, after.month);
  });
}

function monthOfAccount(month, known, tell) {
  const { first_number: from, last_number: to } = month;
  const given = [...known.values()].filter((one) => one.number >= from && one.number <= to);
  const missing = holes(given.map((one) => [one.number, one.number]), from, to);
  for (const [first, last] of missing) tell("missing_of_month", first, last, month.month);
  for (const [number, which, link] of [[from, "previous", month.previous_link], [to, "link", month.last_link]]) {
    if (number >= from && number <= to && known.has(number) && known.get(number)[which] !== link) {
      tell("link_of_month_differs", number, number, month.month);
    }
  }
  if (missing.length) return;
  const sum = given.reduce((total, one) => total + one.change, month.opening_minor);
  if (sum !== month.closing_minor) tell("sum_of_month_differs", 0n, 0n, month.month);
  else tell("month_whole", from, to, month.month);
}

function gaps(ordered, stated, tell) {
  if (ordered.length < 2) return;
  const [first, last] = [ordered[0].number, ordered.at(-1).number];
  const spans = [...ordered.map((one) => [one.number, one.number]), ...stated.map((one) => [one.first_number, one.last_number])];
  for (const [begins, ends] of holes(rising(spans, (one) => one[0]), first, last)) tell("gap", begins, ends);
  if (BigInt(ordered.length) === last - first + 1n) tell("unbroken", first, last);
}

function holes(spans, first, last) {
  const found = [];
  for (const [begins, ends] of spans) {
    if (begins > first) found.push([first, begins - 1n < last ? begins - 1n : last]);
    if (ends + 1n > first) first = ends + 1n;
  }
  if (first <= last) found.push([first, last]);
  return found;
}

function next(month) {
  const [year, number] = month.split("-").map(Number);
  return `${String(year + Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;
}
