// The page at work: languages, pins, files.

const $ = (id) => document.getElementById(id);
let seen = [];

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  document.title = `${word("title")} · Cunguan 存管`;
  $("language").textContent = chosen === "zh" ? "English" : "中文";
  $("language").lang = chosen === "zh" ? "en" : "zh-CN";
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = word(one.dataset.word);
  return show();
}

async function pinned() {
  const given = (id) => $(id).value.trim();
  const pins = { log: null, policy: null, custodian: null };
  if (given("policy")) pins.policy = await policyOf($("policy").value);
  if (given("log")) pins.log = await keyOf(given("log"));
  if (given("custodian")) pins.custodian = await keyOf(given("custodian"));
  const isWrong = ["policy", "log", "custodian"].some((id) => given(id) && !pins[id]);
  $("key_wrong").hidden = !isWrong;
  if (isWrong) $("keys").open = true;
  return isWrong ? null : pins;
}

async function show() {
  const pins = seen.length ? await pinned() : null;
  const cards = pins ? await cardsOf(pins) : [];
  $("results").replaceChildren(...cards);
}

async function cardsOf(pins) {
  try {
    const results = await Promise.all(seen.map(async ({ name, bytes }) => ({ name, ...(await looked(bytes, pins)) })));
    const found = chain(results.filter((one) => one.kind === "receipt" && one.result.isGood).map((one) => one.result));
    const cards = results.map(({ name, kind, result }) => (kind === "owed" ? owedCard(name, result) : receiptCard(name, result)));
    return found.length ? [chainCard(found), ...cards] : cards;
  } catch (wrong) {
    if (wrong instanceof TooOld) return [el("p", "warn", word("too_old"))];
    throw wrong;
  }
}

async function looked(bytes, pins) {
  return isOwed(bytes) ? { kind: "owed", result: await verifyOwed(bytes, pins) } : { kind: "receipt", result: await verify(bytes, pins) };
}

async function take(files) {
  seen = await Promise.all([...files].map(async (one) => ({ name: one.name, bytes: new Uint8Array(await one.arrayBuffer()) })));
  await show();
}

for (const id of ["policy", "log", "custodian"]) $(id).value = BAKED[id] || "";
$("language").addEventListener("click", () => speak(language === "zh" ? "en" : "zh"));
$("again").addEventListener("click", show);
$("file").addEventListener("change", (event) => take(event.target.files));
for (const kind of ["dragover", "dragleave", "drop"]) {
  $("drop").addEventListener(kind, (event) => {
    event.preventDefault();
    $("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer.files);
  });
}
speak((location.hash.slice(1) || navigator.language || "zh").toLowerCase().startsWith("en") ? "en" : "zh");
