// The page that is signed: the passkey answers the challenge of exactly this page; when the page is old, it must be read again.
// data-sign carries the challenge and the passkeys that may answer, data-seconds how long the page is good.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const say = (form, name) => {
    for (const one of form.querySelectorAll("[data-says]")) one.hidden = one.dataset.says !== name;
  };

  const run = async (form) => {
    say(form, "working");
    const keys = form.dataset.keys.split(" ").filter(Boolean);
    let made;
    try {
      made = await navigator.credentials.get({publicKey: {
        challenge: bytes(form.dataset.sign), userVerification: "required", timeout: 110000,
        allowCredentials: keys.map((id) => ({type: "public-key", id: bytes(id)})),
      }});
    } catch (wrong) {
      say(form, wrong.name === "NotAllowedError" ? "stopped" : "failed");
      return;
    }
    const response = {};
    for (const name of ["clientDataJSON", "authenticatorData", "signature"]) response[name] = text(made.response[name]);
    form.elements.credential.value = JSON.stringify({rawId: text(made.rawId), response});
    form.dataset.answered = "1";
    form.submit();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sign === undefined || form.dataset.answered) return;
    event.preventDefault();
    if (form.dataset.running || form.dataset.old) return;
    form.dataset.running = "1";
    run(form).catch(() => say(form, "failed")).finally(() => { delete form.dataset.running; });
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const form of document.querySelectorAll("[data-sign]")) {
      if (!window.PublicKeyCredential) say(form, "missing");
      setTimeout(() => {
        form.dataset.old = "1";
        for (const button of form.querySelectorAll("button")) button.disabled = true;
        say(form, "old");
      }, Number(form.dataset.seconds) * 1000);
    }
  });
})();
