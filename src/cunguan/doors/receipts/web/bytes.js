// Bytes: text, base64, hashes; JSON whose numbers keep every digit, and its one form.

class Wrong extends Error {
  constructor(check, word, found = "") {
    super(`${check}: ${word} ${found}`);
    Object.assign(this, { check, word, found });
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const bytesOf = (text) => encoder.encode(text);

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((size, one) => size + one.length, 0));
  let at = 0;
  for (const one of parts) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}

const hexOf = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const base64Of = (bytes) => btoa(String.fromCharCode(...bytes));

// null where a text is not base64 in its one spelling
function fromBase64(text) {
  try {
    const found = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    return base64Of(found) === text ? found : null;
  } catch {
    return null;
  }
}

function fromHex(text) {
  return /^(?:[0-9a-f]{2})*$/.test(text) ? Uint8Array.from(text.match(/../g) || [], (two) => parseInt(two, 16)) : null;
}

function big(value, size = 8) {
  return Uint8Array.from({ length: size }, (_, place) => Number((value >> BigInt(8 * (size - 1 - place))) & 255n));
}

const isSame = (one, other) => hexOf(one) === hexOf(other);

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}

async function hmac(secret, message) {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}

// a browser that does not know Ed25519 must not be taken for a receipt that is wrong
class TooOld extends Error {}

async function isSignedBy(public_, message, signature) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", public_, { name: "Ed25519" }, false, ["verify"]);
  } catch (wrong) {
    if (wrong.name === "NotSupportedError") throw new TooOld();
    return false;
  }
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
}

// ── JSON ──
// whole numbers become BigInt: an amount may have more digits than a number of this language holds
function parsed(text) {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (one) => (one[0] === '"' ? one : `{"#":"${one}"}`));
  return JSON.parse(marked, (_, value) => {
    const isNumber = value && typeof value === "object" && Object.keys(value).length === 1 && typeof value["#"] === "string";
    return isNumber ? BigInt(value["#"]) : value;
  });
}

function written(value) {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${written(one)}`).join(",")}}`;
}

// a shape: "s" text, "i" whole number, "i?" that or null, [shape] a list, {…} these fields in this order
function isOf(value, shape) {
  if (shape === "s") return typeof value === "string";
  if (shape === "i") return typeof value === "bigint";
  if (shape === "i?") return value === null || typeof value === "bigint";
  if (Array.isArray(shape)) return Array.isArray(value) && value.every((one) => isOf(one, shape[0]));
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const names = Object.keys(shape);
  return Object.keys(value).join() === names.join() && names.every((name) => isOf(value[name], shape[name]));
}
