/* Passkeys need a script. Where there is none, or no passkeys, nothing is shown of them: the link goes on working. */
(() => {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) {
    return;
  }

  document.querySelectorAll("[data-no-passkeys]").forEach((hint) => {
    hint.hidden = true;
  });

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  /* What the server wants signed: once, within five minutes. */
  const ask = async (form) => {
    const answer = await fetch(form.dataset.ask, {
      method: "POST",
      body: new URLSearchParams({ _csrf: form.elements._csrf.value }),
      credentials: "same-origin",
      redirect: "error",
    });
    if (!answer.ok) {
      throw new Error("refused");
    }
    return answer.json();
  };

  const signIn = async (form) => {
    const question = await ask(form);
    const made = await navigator.credentials.get({
      publicKey: { challenge: bytes(question.challenge), rpId: question.host, userVerification: "required", timeout: 300000 },
    });
    form.elements.credential.value = made.id;
    form.elements.clientData.value = text(made.response.clientDataJSON);
    form.elements.data.value = text(made.response.authenticatorData);
    form.elements.signature.value = text(made.response.signature);
  };

  const add = async (form) => {
    const offer = await ask(form);
    const made = await navigator.credentials.create({
      publicKey: {
        challenge: bytes(offer.challenge),
        rp: { id: offer.host, name: offer.organisation },
        user: { id: bytes(offer.user), name: offer.address, displayName: offer.address },
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: offer.known.map((id) => ({ type: "public-key", id: bytes(id) })),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        attestation: "none",
        timeout: 300000,
      },
    });
    form.elements.clientData.value = text(made.response.clientDataJSON);
    form.elements.attestation.value = text(made.response.attestationObject);
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const use = form.dataset.passkey === "add" ? add : signIn;
    const failed = form.querySelector("[data-failed]");
    const button = form.querySelector("button[type=submit]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!form.reportValidity()) {
        return;
      }
      button.disabled = true;
      failed.hidden = true;
      try {
        await use(form);
        form.submit();
      } catch {
        /* Whoever said no to his browser wanted that; everything else is tried again by hand. */
        failed.hidden = false;
        button.disabled = false;
      }
    });
    window.addEventListener("pageshow", () => {
      button.disabled = false;
    });
  });
})();
