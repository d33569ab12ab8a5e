// What people see: a card a file, in their language. All text is set as text, never as HTML.

const el = (tag, kind, ...inside) => {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  made.append(...inside.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
};
let language = "en";
const at = () => (language === "zh" ? 1 : 0);
const word = (name, ...values) => {
  const [...left] = values;
  return (WORDS[name] ? WORDS[name][at()] : name).replace(/\{\}/g, () => left.shift() ?? "");
};
const named = (table, name) => (Object.hasOwn(table, name) ? table[name][at()] : name);

// ── values ──
function money(minor, currency) {
  const decimals = Object.hasOwn(DECIMALS, currency) ? DECIMALS[currency] : 2;
  const digits = String(minor < 0n ? -minor : minor).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${minor < 0n ? "−" : ""}${whole}${decimals ? `.${digits.slice(-decimals)}` : ""}`;
}

function instant(seconds) {
  const when = new Date(seconds * 1000);
  const two = (value) => String(value).padStart(2, "0");
  const offset = -when.getTimezoneOffset();
  const zone = offset ? `UTC${offset < 0 ? "−" : "+"}${Math.floor(Math.abs(offset) / 60)}` : "UTC";
  const minutes = Math.abs(offset) % 60 ? `:${two(Math.abs(offset) % 60)}` : "";
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  const made = el("time", "", `${day} ${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())} ${zone}${minutes}`);
  made.dateTime = when.toISOString();
  return made;
}

function sum(minor, currency) {
  const said = money(minor, currency);
  return el("p", said.length > 14 ? "sum long" : "sum", el("small", "", currency), said);
}

const count = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
const span = (first, last) => (first === last ? count(first) : `${count(first)}–${count(last)}`);
const account = (code) => named(ACCOUNTS, code);

function rows(pairs) {
  const kept = pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return el("dl", "", kept.map(([label, value]) => el("div", "", el("dt", "", word(label)), el("dd", "", value))));
}

// ── a card ──
function card(state, verdict, name, ...inside) {
  const sign = { good: "✓", bad: "✕", note: "!" }[state];
  const mark = el("span", "mark", sign);
  mark.setAttribute("aria-hidden", "true");
  const head = el("div", `verdict ${state}`, mark, el("div", "", el("strong", "", word(verdict)), el("span", "", name)));
  const made = el("article", "", head, el("div", "inside", ...inside));
  made.dataset.state = state;
  return made;
}

function receiptCard(name, result) {
  if (!result.isGood) return card("bad", "bad", name, checks(result));
  const isPinned = !result.fromFile.length;
  return card(
    isPinned ? "good" : "note", isPinned ? "good" : "good_unpinned", name, what(result), unpinned(result), where(result),
    seen.length > 1 ? folded("checks", checks(result)) : [el("h2", "", word("checks")), checks(result)],
    seen.length > 1 ? folded("not_proved", limits(result.notProved)[1]) : limits(result.notProved), all(result),
  );
}

// of several files each card is short: what all of them say alike is opened by whoever wants it
const folded = (name, content) => el("details", "", el("summary", "", word(name)), content);

function unpinned({ fromFile }) {
  if (!fromFile.length) return null;
  const between = language === "zh" ? "、" : ", ";
  return el("p", "warn", word("unpinned", fromFile.map((one) => word(`from_${one}`)).join(between)));
}

function what(result) {
  if (result.month) return monthOfCard(result.month, result.receipt);
  if (!result.header) return [el("p", "to", word("act_title")), el("pre", "", result.content)];
  const { header, receipt, own, authority } = result;
  const told = own.map((one) => [
    sum(one.amount, one.account.currency),
    el("p", "to", word(one.change > 0n ? "credited" : "debited", account(one.account.code)), " · ", word("of_owner", one.account.owner)),
    rows([["number", count(one.number)], ["account_no", String(one.account.account)]]),
  ]);
  return [
    told.length ? told : el("p", "to", word("nothing_own")),
    rows([
      ["kind", named(KINDS, header.kind)], ["instruction", header.id], ["platform", receipt.platform],
      ["holder", receipt.holder || word("all_parties")], ["business_date", header.business_date], ["value_date", header.value_date],
      ["decided_at", instant(Date.parse(`${header.at.slice(0, 19)}Z`) / 1000)], ["sequence", count(header.seq)],
    ]),
    authority ? [el("h2", "", word("authority")), wordGiven(authority, own)] : null,
  ];
}

function wordGiven(authority, own) {
  const currency = own[0]?.account.currency;
  const amount = currency && typeof authority.amount_minor === "bigint" && authority.amount_minor
    ? `${currency} ${money(authority.amount_minor, currency)}` : "";
  return rows([
    ["amount", amount], ["payee", text_(authority.payee)], ["listing", text_(authority.listing)],
    ["authority_until", text_(authority.until)], ["confirmed_by", text_(authority.key_id)],
  ]);
}
const text_ = (value) => (typeof value === "string" ? value : "");

function monthOfCard(month, receipt) {
  const balance = (minor) => `${month.currency} ${money(minor, month.currency)}`;
  const isEmpty = month.last_number < month.first_number;
  return [
    sum(month.closing_minor, month.currency),
    el("p", "to", word("month_title", month.month), " · ", account(month.code), " · ", word("of_owner", month.owner)),
    rows([
      ["opening", balance(month.opening_minor)], ["closing", balance(month.closing_minor)],
      ["number", isEmpty ? word("month_empty") : word("month_lines", count(month.postings), span(month.first_number, month.last_number))],
      ["account_no", String(month.account)], ["platform", receipt.platform],
    ]),
  ];
}

function where({ latest, places, head, witnessed }) {
  const seen = witnessed.map((one) => el("div", "seen", el("b", "", one.name), " ", instant(one.at)));
  return [
    el("h2", "", word("in_log")),
    rows([
      ["at_latest", latest === null ? word("no_latest") : instant(latest)],
      ["witnesses", seen.length ? seen : word("nobody")],
      ["place", places.map((one) => el("div", "", word("place_of", count(one + 1n), count(head.size))))], ["log_name", head.origin],
    ]),
  ];
}

function checks(result) {
  const made = new Map(result.checks.map((one) => [one.name, one]));
  return el("ol", "checks", CHECKS.map((name) => checked(name, made.get(name) || { state: "not_reached", word: "", found: "" })));
}

function checked(name, { state, word: reason, found }) {
  const why = reason ? word(`why_${reason}`, found) : "";
  const one = el("li", state, marked(state), el("span", "", word(`check_${name}`), why ? el("span", "why", why) : null));
  one.dataset.check = name;
  return one;
}

function marked(state) {
  const mark = el("span", "mark", { ok: "✓", failed: "✕", open: "!", not_reached: "·" }[state]);
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", word(state));
  return mark;
}

function limits(names) {
  return [el("h2", "", word("not_proved")), el("ul", "limits", names.map((one) => el("li", "", word(`not_${one}`))))];
}

function all(result) {
  const shown = result.body ? [[word("body"), pretty(result.body)]] : [];
  const values = result.checks.filter((one) => one.found).map((one) => `${word(`check_${one.name}`)}\n${one.found}`);
  const links = result.own.map((one) => `${one.side} ${one.number}\n${one.link}`);
  shown.push([word("technical"), [...values, ...links].join("\n\n")]);
  return shown.map(([label, content]) => el("details", "", el("summary", "", label), el("pre", "", content)));
}

function pretty(body) {
  try {
    JSON.parse(body);
    return body.replace(/("(?:[^"\\]|\\.)*")|([,{[])|([\]}])/g, (whole, quoted, open) => quoted || (open ? `${open}\n ` : `\n${whole}`));
  } catch {
    return body;
  }
}

function chainCard(found) {
  const isBad = found.some((one) => WRONG.has(one.what));
  const lines = found.map((one) => {
    const state = WRONG.has(one.what) ? "failed" : "ok";
    const said = word(`found_${one.what}`, span(one.first, one.last)).replace("{month}", one.month);
    const made = el("li", state, marked(state), el("span", "", said, el("span", "why", word("chain_account", String(one.account)))));
    made.dataset.found = one.what;
    return made;
  });
  return card(isBad ? "bad" : "good", isBad ? "chain_bad" : "chain_good", word("chain"), el("ol", "", lines));
}
