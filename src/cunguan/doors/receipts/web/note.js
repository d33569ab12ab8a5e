// Signed notes, checkpoints and policies: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy.

const ED25519 = 1;
const COSIGNATURE = 4;

async function keyOf(text) {
  const [, name, id, coded] = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) || [];
  const content = coded && fromBase64(coded);
  if (!content || content.length !== 33) return null;
  const key = { name, id, algorithm: content[0], public: content.slice(1) };
  return hexOf((await sha256(bytesOf(`${name}\n`), content)).slice(0, 4)) === id ? key : null;
}

function noteOf(whole) {
  const end = whole.lastIndexOf("\n\n");
  const lines = whole.slice(end + 2).split("\n");
  if (end < 0 || lines.pop() !== "" || !lines.length || /[\x00-\x09\x0b-\x1f]/.test(whole)) return null;
  const signatures = lines.map((line) => {
    const [, name, coded] = /^— ([^\s+]+) (\S+)$/.exec(line) || [];
    const content = coded && fromBase64(coded);
    return content && content.length > 4 && { name, id: hexOf(content.slice(0, 4)), blob: content.slice(4) };
  });
  return signatures.every(Boolean) ? { text: whole.slice(0, end + 1), signatures } : null;
}

function checkpointOf(text) {
  const [origin, size, coded, ...rest] = text.split("\n");
  const root = coded && fromBase64(coded);
  const isOne = rest.length === 1 && rest[0] === "" && origin && /^(0|[1-9][0-9]{0,18})$/.test(size) && root;
  return isOne && root.length === 32 ? { origin, size: BigInt(size), root } : null;
}

const timeOf = (blob) => Number(blob.slice(0, 8).reduce((value, one) => value * 256n + BigInt(one), 0n));

const linesOf = (note, key) => note.signatures.filter((one) => one.name === key.name && one.id === key.id);

async function hasSigned(key, text, blob) {
  if (key.algorithm === ED25519) return isSignedBy(key.public, bytesOf(text), blob);
  if (key.algorithm !== COSIGNATURE || blob.length !== 72) return false;
  return isSignedBy(key.public, bytesOf(`cosignature/v1\ntime ${timeOf(blob)}\n${text}`), blob.slice(8));
}

// ── policy ──
async function policyOf(text) {
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: "" };
  const members = new Set();
  const isNew = (name) => name && name !== "none" && !policy.witnesses.has(name) && !policy.groups.has(name);
  const isKnown = (name) => policy.witnesses.has(name) || policy.groups.has(name);
  const takers = {
    async log([vkey, ...url]) {
      const key = await keyOf(vkey || "");
      return key && key.algorithm === ED25519 && url.length < 2 && policy.logs.push(key);
    },
    async witness([name, vkey, ...url]) {
      const key = await keyOf(vkey || "");
      const isTwin = key && [...policy.witnesses.values()].some((one) => isSame(one.public, key.public));
      return key && key.algorithm === COSIGNATURE && isNew(name) && !isTwin && url.length < 2 && policy.witnesses.set(name, key);
    },
    group([name, wanted, ...names]) {
      const threshold = wanted === "any" ? 1 : wanted === "all" ? names.length : /^[1-9]\d*$/.test(wanted) ? Number(wanted) : 0;
      const isRight = names.every((one) => isKnown(one) && !members.has(one) && members.add(one));
      return isNew(name) && names.length && isRight && threshold && threshold <= names.length
        && policy.groups.set(name, { threshold, names });
    },
    quorum([name, ...more]) {
      return !policy.quorum && !more.length && (name === "none" || isKnown(name)) && (policy.quorum = name);
    },
  };
  for (const line of text.split("\n")) {
    const [word, ...rest] = line.split(/[ \t]+/).filter(Boolean);
    if (!word || word.startsWith("#")) continue;
    if (!Object.hasOwn(takers, word) || !(await takers[word](rest))) return null;
  }
  // a log does not witness itself
  const isOwn = policy.logs.some((log) => [...policy.witnesses.values()].some((one) => isSame(one.public, log.public)));
  return policy.quorum && !isOwn ? policy : null;
}

function isMet(policy, names) {
  const has = (name) => {
    const group = policy.groups.get(name);
    return group ? group.names.filter(has).length >= group.threshold : names.includes(name);
  };
  return policy.quorum === "none" || has(policy.quorum);
}
