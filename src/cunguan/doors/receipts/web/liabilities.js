// A client's proof of liabilities: his balance under the root that the snapshot bound, its place in the log, and who attested it.

const OWED_FORMAT = "cunguan-liabilities-proof/1";
const OWED_CHECKS = ["form", "owed_leaf", "owed_root", "owed_log", "owed_quorum", "owed_attested"];
const OWED_PARTS = ["available_minor", "uncleared_minor", "held_minor", "outbound_minor", "frozen_minor", "unclaimed_minor"];
const OWED_ACT = { sequence: "i", salt: "s", content: "s" };
const OWED = {
  format: "s", act: OWED_ACT,
  inclusion: {
    index: "i", owed: { holder: "s", ...Object.fromEntries(OWED_PARTS.map((one) => [one, "i"])) }, salt: "s", sum_salt: "s",
    steps: [{ sum: "s", hash: "s", above: "s" }],
  },
  log: "s", attestations: [{ act: OWED_ACT, log: "s" }],
};
const SNAPSHOT = {
  id: "s", lane: "i", pool: "s", currency: "s", at: "s", business_date: "s", seq: "i", run: "s", slot: "s", drawn_by: "s", root: "s",
  total: "s", detail: "s",
};
const STATEMENT = {
  snapshot: "s", pool: "s", currency: "s", at: "s", root: "s", total: "s", detail: "s", attester: "s", role: "s", attested_at: "s",
  assets: "s", bank_statements: ["s"], seen: ["s"], figures: "s",
};

function isOwed(bytes) {
  return new TextDecoder().decode(bytes.slice(0, 60)).includes(`"format":"${OWED_FORMAT}"`);
}

async function verifyOwed(bytes, pins) {
  const checks = [];
  const ok = (name, word = "", found = "") => checks.push({ name, state: "ok", word, found });
  try {
    const proof = readOwed(bytes);
    ok("form");
    const snapshot = rowOf(proof.act.content, "liability_snapshot", SNAPSHOT);
    const { minor, node } = await ownNode(proof.inclusion);
    ok("owed_leaf", "", hexOf(node));
    await underSnapshot(proof.inclusion, node, snapshot);
    ok("owed_root", "", snapshot.root);
    const seen = await owedInLog(proof.act, proof.log, pins);
    checks.push(...seen.checks);
    const attested = [];
    for (const one of proof.attestations) attested.push(await attestedBy(one, snapshot, pins));
    checks.push(attestedCheck(attested));
    return { isGood: true, checks, snapshot, owed: proof.inclusion.owed, minor, attested, ...seen.told };
  } catch (wrong) {
    if (!(wrong instanceof Wrong)) throw wrong;
    checks.push({ name: wrong.check, state: "failed", word: wrong.word, found: wrong.found });
    return { isGood: false, checks };
  }
}

function readOwed(bytes) {
  let text, proof;
  try {
    text = decoder.decode(bytes);
    proof = parsed(text);
  } catch {
    throw new Wrong("form", "not_a_proof");
  }
  if (!isOf(proof, OWED)) throw new Wrong("form", "not_a_proof");
  if (`${written(proof)}\n` !== text) throw new Wrong("form", "another_form");
  return proof;
}

function rowOf(content, table, shape) {
  try {
    const act = parsed(content);
    const row = Object.fromEntries(Object.keys(shape).map((name) => [name, act.row[name]]));
    if (act.table === table && act.act === "insert" && isOf(row, shape)) return row;
  } catch {
    // said below
  }
  throw new Wrong("owed_leaf", "not_its_kind", table);
}

function hashOf(text) {
  const found = fromHex(text);
  if (!found || found.length !== 32) throw new Wrong("owed_leaf", "not_base64", text.slice(0, 60));
  return found;
}

async function ownNode({ owed, salt, sum_salt }) {
  const parts = OWED_PARTS.map((name) => owed[name]);
  const minor = parts.reduce((sum, one) => sum + one, 0n);
  if ([...parts, minor].some((one) => one < 0n || one >= 1n << 63n)) throw new Wrong("owed_leaf", "out_of_range");
  const opening = bytesOf(`liability\n1\n${written(owed)}`);
  const leaf = await sha256(new Uint8Array([0]), await hmac(hashOf(salt), opening));
  return { minor, node: join(await hmac(hashOf(sum_salt), big(minor)), leaf) };
}

async function underSnapshot({ index, steps }, own, snapshot) {
  if (steps.length > 40 || index < 0n || index >= 1n << BigInt(steps.length)) throw new Wrong("owed_root", "not_under_snapshot");
  let found = own;
  for (const [level, step] of steps.entries()) {
    const beside = join(hashOf(step.sum), hashOf(step.hash));
    const pair = (index >> BigInt(level)) & 1n ? [beside, found] : [found, beside];
    found = join(hashOf(step.above), await sha256(new Uint8Array([1]), ...pair));
  }
  const root = await sha256(new Uint8Array([2]), found);
  if (hexOf(found.slice(0, 32)) !== snapshot.total || hexOf(root) !== snapshot.root) throw new Wrong("owed_root", "not_under_snapshot");
}

// ── the log ──
const open = (name, word, found = "") => ({ name, state: "open", word, found });

async function owedInLog(act, log, pins) {
  const told = { latest: null, witnessed: [], head: null, places: [] };
  if (!log) return { checks: [open("owed_log", "not_logged_yet"), open("owed_quorum", "not_logged_yet")], told };
  const { note, head, index } = await actInLog(act, log);
  const keys = pins.log ? [pins.log] : pins.policy?.logs || [];
  if (!keys.length) return { checks: [open("owed_log", "no_keys"), open("owed_quorum", "no_keys")], told: { ...told, head, places: [index] } };
  await logSigned(note, head, pins.policy || { logs: [] }, pins).catch((wrong) => {
    throw wrong instanceof Wrong ? new Wrong("owed_log", wrong.word, wrong.found) : wrong;
  });
  const signed = { name: "owed_log", state: "ok", word: "pinned", found: head.origin };
  if (!pins.policy) return { checks: [signed, open("owed_quorum", "no_keys")], told: { ...told, head, places: [index] } };
  const witnessed = await witnessedBy(note, pins.policy);
  const quorum = { ...owedQuorum(pins.policy, witnessed), name: "owed_quorum" };
  return { checks: [signed, quorum], told: { latest: latestOf(pins.policy, witnessed), witnessed, head, places: [index] } };
}

function owedQuorum(policy, witnessed) {
  try {
    return quorumOf(policy, witnessed);
  } catch (wrong) {
    throw new Wrong("owed_quorum", wrong.word, wrong.found);
  }
}

async function actInLog(act, log) {
  const end = log.indexOf("\n\n");
  const note = noteOf(log.slice(end + 2));
  const head = note && checkpointOf(note.text);
  if (end < 0 || !head || act.sequence < 0n || act.sequence >= 1n << 63n) throw new Wrong("owed_log", "no_proof");
  const { index, hashes } = proofOf(`${log.slice(0, end)}\n`);
  const part = await hmac(hashOf(act.salt), bytesOf(act.content));
  const committed = await sha256(bytesOf("cunguan/log/act/v1\0"), part);
  const entry = join(new Uint8Array([1, Number(LIABILITIES)]), big(act.sequence), committed);
  const root = await rootOf(index, head.size, await sha256(new Uint8Array([0]), entry), hashes);
  if (!root || !isSame(root, head.root)) throw new Wrong("owed_log", "not_under_root");
  return { note, head, index };
}

// ── attesters ──
const ATTESTED = { statement: "s", algorithm: "s", public_key: "s", signature: "s" };

async function attestedBy({ act, log }, snapshot, pins) {
  const row = rowOf(act.content, "liability_attestation", ATTESTED);
  const said = statementOf(row.statement);
  const same = ["pool", "currency", "at", "root", "total", "detail"].every((name) => said[name] === snapshot[name]);
  if (!same || said.snapshot !== snapshot.id) throw new Wrong("owed_attested", "another_snapshot", said.attester);
  const holds = await attesterSigned(row);
  if (holds === false) throw new Wrong("owed_attested", "not_signed", said.attester);
  if (log) await owedInLog(act, log, pins);
  return { ...said, holds };
}

function statementOf(text) {
  const head = "liabilities_attestation\n1\n";
  try {
    const said = parsed(text.slice(head.length));
    if (text.startsWith(head) && isOf(said, STATEMENT) && head + written(said) === text) return said;
  } catch {
    // said below
  }
  throw new Wrong("owed_attested", "not_its_kind", "statement");
}

// null: of an algorithm that browsers do not have
async function attesterSigned({ statement, algorithm, public_key, signature }) {
  const [key, given] = [fromBase64(public_key), fromBase64(signature)];
  const message = bytesOf(`cunguan-liabilities-attestation-v1\n${statement}`);
  if (!key || !given) return false;
  if (algorithm === "ed25519") return isSignedBy(key, message, given);
  if (algorithm !== "ecdsa-p256-sha256") return null;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  try {
    const read = await crypto.subtle.importKey("spki", key, curve, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, read, given, message);
  } catch {
    return false;
  }
}

function attestedCheck(attested) {
  const names = attested.map((one) => `${one.attester} (${one.role})`).join(", ");
  if (!attested.length) return open("owed_attested", "nobody_attested");
  return attested.some((one) => one.holds === null) ? open("owed_attested", "unknown_algorithm", names)
    : { name: "owed_attested", state: "ok", word: "attested_by", found: names };
}

// ── the card ──
function owedCard(name, result) {
  const steps = el("ol", "checks", OWED_CHECKS.map((one) => {
    const made = result.checks.find((check) => check.name === one) || { state: "not_reached", word: "", found: "" };
    return checked(one, made);
  }));
  if (!result.isGood) return card("bad", "owed_bad", name, steps);
  const isWhole = result.checks.every((one) => one.state === "ok" || one.name === "owed_attested");
  const { snapshot, owed, minor, attested } = result;
  const sums = OWED_PARTS.filter((one) => owed[one]).map((one) => [`owed_${one}`, `${snapshot.currency} ${money(owed[one], snapshot.currency)}`]);
  const assets = attested.filter((one) => one.assets !== "not_attested").map((one) => one.assets).pop() || "not_attested";
  return card(
    isWhole ? "good" : "note", isWhole ? "owed_good" : "owed_open", name,
    sum(minor, snapshot.currency),
    el("p", "to", word("owed_title"), " · ", word("of_owner", owed.holder)),
    rows([...sums, ["business_date", snapshot.business_date], ["owed_at", instant(Date.parse(`${snapshot.at.slice(0, 19)}Z`) / 1000)],
      ["owed_pool", snapshot.pool], ["owed_assets", word(`assets_${assets}`)]]),
    result.head ? where(result) : null,
    el("h2", "", word("checks")), steps, limits(["owed_assets", "owed_others"]),
  );
}
