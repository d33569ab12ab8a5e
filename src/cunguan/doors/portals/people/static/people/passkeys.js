// Passkeys: a form with data-passkey asks for a challenge, lets the browser make or use a key, and sends the answer.
// data-passkey is "create" or "get", data-begin the address of the challenge; what went wrong is said in the form's own words.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => (list || []).map((one) => ({...one, id: bytes(one.id)}));

  const options = (told) => ({
    ...told,
    challenge: bytes(told.challenge),
    ...(told.user ? {user: {...told.user, id: bytes(told.user.id)}} : {}),
    ...(told.excludeCredentials ? {excludeCredentials: keys(told.excludeCredentials)} : {}),
    ...(told.allowCredentials ? {allowCredentials: keys(told.allowCredentials)} : {}),
  });

  const answer = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    if (made.response.getTransports) response.transports = made.response.getTransports();
    return {
      id: made.id, rawId: text(made.rawId), type: made.type, response,
      authenticatorAttachment: made.authenticatorAttachment, clientExtensionResults: made.getClientExtensionResults(),
    };
  };

  const say = (form, name) => {
    for (const one of form.querySelectorAll("[data-says]")) one.hidden = one.dataset.says !== name;
  };

  const run = async (form) => {
    say(form, "working");
    const asked = await fetch(form.dataset.begin, {method: "POST", body: new FormData(form), headers: {"X-CSRFToken": form.elements.csrfmiddlewaretoken.value}});
    if (!asked.ok) {
      say(form, asked.status === 429 ? "often" : "failed");
      return;
    }
    const told = options((await asked.json()).publicKey);
    let made;
    try {
      made = await (form.dataset.passkey === "create" ? navigator.credentials.create({publicKey: told}) : navigator.credentials.get({publicKey: told}));
    } catch (wrong) {
      say(form, wrong.name === "InvalidStateError" ? "known" : wrong.name === "NotAllowedError" ? "stopped" : "failed");
      return;
    }
    form.elements.credential.value = JSON.stringify(answer(made));
    form.dataset.answered = "1";
    form.submit();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.passkey === undefined || form.dataset.answered) return;
    event.preventDefault();
    if (form.dataset.running) return;
    form.dataset.running = "1";
    run(form).catch(() => say(form, "failed")).finally(() => { delete form.dataset.running; });
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (window.PublicKeyCredential) return;
    for (const form of document.querySelectorAll("[data-passkey]")) say(form, "missing");
  });
})();
