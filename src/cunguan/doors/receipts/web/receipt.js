// A receipt: its checks in their order, as docs/receipts.md has them. What it returns is what transparency/receipt.py returns.

const FORMAT = "cunguan-receipt/v1";
const PROOF = "c2sp.org/tlog-proof@v1";
const AUTHORITY = 1n, JOURNAL = 2n, INSTRUCTION = 3n, ACT = 4n, LIABILITIES = 9n, ACCOUNT_STATEMENT = 10n, LAST_TYPE = 11n;
const NEVER_PROVED = ["money_is_there", "nothing_left_out", "was_right"];
const DOMAINS = { 1: "authority", 2: "journal", 3: "instruction" };

const ACCOUNT = { account: "i", owner: "s", code: "s", currency: "s" };
const HEADER = {
  lane: "i", seq: "i", id: "s", kind: "s", version: "i", at: "s", business_date: "s", value_date: "s", template: "s",
  postings: "i", pack: "s", pack_version: "i", rule_set_hash: "s", code_version: "s",
};
const POSTING = {
  lane: "i", seq: "i", line: "i", debit_account: "i", credit_account: "i", amount_minor: "i", authority: "i?", opened: "i?",
};
const SIDE = { posting: POSTING, side: "s", account: "i", number: "i", previous: "s" };
const MONTH = {
  lane: "i", platform: "s", account: "i", owner: "s", code: "s", currency: "s", month: "s", first_number: "i", last_number: "i",
  postings: "i", opening_minor: "i", closing_minor: "i", previous_link: "s", last_link: "s", upto_seq: "i",
};
const isPart = (one) => isOf(one, { name: "s", hash: "s" }) || isOf(one, { name: "s", salt: "s", opening: "s" });

async function verify(bytes, pins) {
  const checks = [];
  const ok = (name, word = "", found = "") => checks.push({ name, state: "ok", word, found });
  try {
    const receipt = read(bytes);
    ok("form");
    const said = await opened(receipt);
    ok("opening");
    const leaves = await leavesOf(receipt, said);
    ok("leaf", "", hexOf(leaves[0].hash));
    const { note, head, places } = await rooted(receipt, leaves);
    ok("root", "", hexOf(head.root));
    const { policy, fromFile } = await policyFor(receipt, pins);
    await logSigned(note, head, policy, pins);
    ok("log", fromFile.includes("log") ? "of_file" : "pinned", head.origin);
    const witnessed = await witnessedBy(note, policy);
    checks.push(quorumOf(policy, witnessed));
    const name = await namesSigned(receipt, pins);
    ok("names", fromFile.includes("custodian") ? "of_file" : "pinned", name);
    const latest = latestOf(policy, witnessed);
    const notProved = latest === null ? [...NEVER_PROVED, "not_witnessed"] : NEVER_PROVED;
    return { ...said, isGood: true, checks, receipt, head, places, witnessed, latest, fromFile, notProved };
  } catch (wrong) {
    if (!(wrong instanceof Wrong)) throw wrong;
    checks.push({ name: wrong.check, state: "failed", word: wrong.word, found: wrong.found });
    return { isGood: false, checks, own: [] };
  }
}

// ── the file ──
function read(bytes) {
  let text, receipt;
  try {
    text = decoder.decode(bytes);
    receipt = parsed(text);
  } catch {
    throw new Wrong("form", "not_a_receipt");
  }
  const shape = {
    format: "s", platform: "s", holder: "s", lane: "i", sequence: "i", accounts: [ACCOUNT], parts: [null],
    leaves: [{ type: "i", proof: "s" }], checkpoint: "s", policy: "s", custodian: "s", signature: "s",
  };
  if (!isOf({ ...receipt, parts: [] }, shape) || !Array.isArray(receipt.parts) || !receipt.parts.every(isPart)) {
    throw new Wrong("form", "not_a_receipt");
  }
  if (receipt.format !== FORMAT) throw new Wrong("form", "another_format", receipt.format);
  if (written(receipt) !== text) throw new Wrong("form", "another_form");
  return receipt;
}

// ── openings ──
async function opened(receipt) {
  if (receipt.lane === -1n) return act(receipt);
  const header = openingOf(receipt.parts[0] || { name: "" }, "header", HEADER);
  if (receipt.parts[0].name !== "header" || header.lane !== receipt.lane || header.seq !== receipt.sequence) {
    throw new Wrong("opening", "another_place");
  }
  if (receipt.parts.map((one) => one.name).join() !== namesOf(receipt, header).join()) throw new Wrong("opening", "parts_differ");
  const byName = Object.fromEntries(receipt.parts.map((one) => [one.name, one]));
  const authority = byName.authority?.opening && jsonOf(byName.authority.opening, "authority");
  if (authority && receipt.holder && authority.owner !== receipt.holder) throw new Wrong("opening", "another_owner");
  return { header, own: await ownOf(receipt), body: byName.body?.opening || "", authority: authority || null };
}

function namesOf(receipt, header) {
  const types = receipt.leaves.map((one) => one.type);
  if (!["1", "2", "3", "1,2", "1,3"].includes(types.join())) throw new Wrong("opening", "leaves_differ");
  const names = ["header", ...(types.includes(AUTHORITY) ? ["authority"] : [])];
  if (types.includes(JOURNAL)) names.push("body", ...sideNames(header));
  if (types.includes(INSTRUCTION)) names.push("body", "detail");
  return names;
}

function sideNames(header) {
  if (header.postings > 100000n) throw new Wrong("opening", "parts_differ");
  return Array.from({ length: Number(header.postings) }, (_, line) => [`debit:${line}`, `credit:${line}`]).flat();
}

async function ownOf(receipt) {
  const accounts = new Map(receipt.accounts.map((one) => [one.account, one]));
  const parts = receipt.parts.filter((one) => one.opening && /^(debit|credit):/.test(one.name));
  const sides = parts.map((one) => sideOf(receipt, one));
  if ([...accounts.keys()].join() !== [...new Set(sides.map((one) => one.account))].join()) {
    throw new Wrong("opening", "accounts_differ");
  }
  if (receipt.holder && receipt.accounts.some((one) => one.owner !== receipt.holder)) throw new Wrong("opening", "another_owner");
  const own = [];
  for (const [place, side] of sides.entries()) {
    const account = accounts.get(side.account);
    const amount = side.posting.amount_minor;
    own.push({
      lane: receipt.lane, seq: receipt.sequence, line: side.posting.line, account, side: side.side, amount, number: side.number,
      previous: side.previous, link: hexOf(await valueOf(parts[place])),
      // assets, with numbers below zero, grow by debits; what is owed grows by credits
      change: (side.side === "debit") === account.account < 0n ? amount : -amount,
    });
  }
  return own;
}

function sideOf(receipt, one) {
  const side = openingOf(one, "side", SIDE);
  const posting = side.posting;
  const account = side.side === "debit" ? posting.debit_account : posting.credit_account;
  const isHere = posting.lane === receipt.lane && posting.seq === receipt.sequence && `${side.side}:${posting.line}` === one.name;
  if (!isHere || side.account !== account || posting.amount_minor <= 0n) throw new Wrong("opening", "another_place");
  if (side.number < 1n || side.previous.length !== (side.number === 1n ? 0 : 64)) throw new Wrong("opening", "another_number");
  return side;
}

function act(receipt) {
  const [part] = receipt.parts;
  if (receipt.parts.length !== 1 || part.name !== "content" || !part.opening || receipt.accounts.length) {
    throw new Wrong("opening", "parts_differ");
  }
  const types = receipt.leaves.map((one) => one.type);
  if (types.length !== 1 || types[0] < ACT) throw new Wrong("opening", "leaves_differ");
  const said = { header: null, own: [], body: "", authority: null, content: part.opening };
  return types[0] === ACCOUNT_STATEMENT ? { ...said, month: monthOf(receipt, part.opening) } : said;
}

function monthOf(receipt, content) {
  let month = null;
  try {
    const row = parsed(content).row;
    month = Object.fromEntries(Object.keys(MONTH).map((name) => [name, row[name]]));
  } catch {
    // said below
  }
  if (!isOf(month, MONTH)) throw new Wrong("opening", "not_its_kind", "content");
  if (receipt.holder && month.owner !== receipt.holder) throw new Wrong("opening", "another_owner");
  return month;
}

function openingOf(one, kind, shape) {
  const text = one.opening || "";
  let value = null;
  try {
    value = parsed(text.slice(kind.length + 3));
  } catch {
    // said below
  }
  if (!isOf(value, shape) || `${kind}\n1\n${written(value)}` !== text) throw new Wrong("opening", "not_its_kind", one.name);
  return value;
}

function jsonOf(text, kind) {
  try {
    const value = parsed(text.slice(kind.length + 3));
    if (value && typeof value === "object" && !Array.isArray(value)) return value;
  } catch {
    // said below
  }
  throw new Wrong("opening", "not_its_kind", kind);
}

function sized(text, size = 32, check = "opening", word = "not_base64") {
  const found = fromBase64(text);
  if (!found || found.length !== size) throw new Wrong(check, word, text.slice(0, 60));
  return found;
}

async function valueOf(part) {
  if (part.hash) return sized(part.hash);
  if (!part.salt || !part.opening) throw new Wrong("opening", "neither_open_nor_hidden", part.name);
  return hmac(sized(part.salt), bytesOf(part.opening));
}

// ── from the parts to the root ──
async function leavesOf(receipt, said) {
  const values = new Map();
  for (const one of receipt.parts) values.set(one.name, await valueOf(one));
  const of = { 1: ["header", "authority"], 3: ["header", "body", "detail"] };
  if (said.header) of[2] = ["header", "body", ...sideNames(said.header)];
  const leaves = [];
  for (const { type, proof } of receipt.leaves) {
    if (type < 1n || type > LAST_TYPE || receipt.sequence < 0n || receipt.sequence >= 1n << 63n) {
      throw new Wrong("opening", "leaves_differ");
    }
    const domain = bytesOf(`cunguan/log/${DOMAINS[type] || "act"}/v1\0`);
    const committed = await sha256(domain, ...(of[type] || ["content"]).map((name) => values.get(name)));
    const entry = join(new Uint8Array([1, Number(type)]), big(receipt.sequence), committed);
    leaves.push({ hash: await sha256(new Uint8Array([0]), entry), proof });
  }
  return leaves;
}

async function rooted(receipt, leaves) {
  const note = noteOf(receipt.checkpoint);
  if (!note) throw new Wrong("root", "no_proof");
  const head = checkpointOf(note.text);
  if (!head) throw new Wrong("root", "no_checkpoint");
  const places = [];
  for (const { hash, proof } of leaves) {
    const { index, hashes } = proofOf(proof);
    const root = await rootOf(index, head.size, hash, hashes);
    if (!root || !isSame(root, head.root)) throw new Wrong("root", "not_under_root");
    places.push(index);
  }
  return { note, head, places };
}

function proofOf(text) {
  const [first, index, ...rest] = text.split("\n");
  const [, digits] = /^index (0|[1-9][0-9]{0,18})$/.exec(index || "") || [];
  if (first !== PROOF || digits === undefined || rest.pop() !== "") throw new Wrong("root", "no_proof");
  return { index: BigInt(digits), hashes: rest.map((line) => sized(line, 32, "root", "no_proof")) };
}

// RFC 9162 2.1.3.2; null where the proof has not the length of its place
async function rootOf(index, size, leaf, hashes) {
  let [place, last, found] = [index, size - 1n, leaf];
  if (index >= size) return null;
  const node = new Uint8Array([1]);
  for (const sibling of hashes) {
    if (last === 0n) return null;
    if (place & 1n || place === last) {
      found = await sha256(node, sibling, found);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      found = await sha256(node, found, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n ? found : null;
}

// ── signatures ──
async function policyFor(receipt, pins) {
  const fromFile = ["policy", "custodian"].filter((name) => !pins[name]);
  if (!pins.log && !pins.policy?.logs.length) fromFile.unshift("log");
  const policy = pins.policy || (await policyOf(receipt.policy));
  if (!policy) throw new Wrong("log", "no_policy");
  return { policy, fromFile };
}

async function logSigned(note, head, policy, pins) {
  const keys = pins.log ? [pins.log] : policy.logs;
  if (!keys.length) throw new Wrong("log", "no_log_key", head.origin);
  const named = keys.filter((key) => key.name === head.origin);
  if (!named.length) throw new Wrong("log", "another_log", head.origin);
  for (const key of named) {
    for (const line of linesOf(note, key)) if (await hasSigned(key, note.text, line.blob)) return;
  }
  throw new Wrong("log", "not_signed", head.origin);
}

async function witnessedBy(note, policy) {
  const found = [];
  for (const [name, key] of policy.witnesses) {
    const [line] = linesOf(note, key);
    if (line && (await hasSigned(key, note.text, line.blob))) found.push({ name, at: timeOf(line.blob) });
  }
  return found.sort((one, other) => one.at - other.at || (one.name < other.name ? -1 : 1));
}

function quorumOf(policy, witnessed) {
  const names = witnessed.map((one) => one.name);
  if (policy.quorum === "none") return { name: "quorum", state: "open", word: "nobody_asked", found: names.join(", ") };
  if (!isMet(policy, names)) throw new Wrong("quorum", "not_met", names.join(", "));
  return { name: "quorum", state: "ok", word: "", found: names.join(", ") };
}

function latestOf(policy, witnessed) {
  if (policy.quorum === "none") return null;
  const count = witnessed.findIndex((_, place) => isMet(policy, witnessed.slice(0, place + 1).map((one) => one.name)));
  return witnessed[count].at;
}

async function namesSigned(receipt, pins) {
  const key = pins.custodian || (await keyOf(receipt.custodian));
  if (!key) throw new Wrong("names", "no_key");
  const signature = sized(receipt.signature, 64, "names", "not_base64");
  const text = written({ ...receipt, signature: "" });
  if (key.algorithm !== ED25519 || !(await isSignedBy(key.public, bytesOf(text), signature))) {
    throw new Wrong("names", "not_signed", key.name);
  }
  return key.name;
}
