/* <passkey-form>: asks the device for a passkey and posts its answer. Shown only where passkeys work. */
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function fromJSON({ publicKey }) {
  const options = structuredClone(publicKey);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials])
    for (const one of list ?? []) one.id = bytes(one.id);
  return options;
}

function toJSON(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[name]) answer[name] = text(response[name]);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answer,
  };
}

class PasskeyForm extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return;
    this.hidden = false;
    for (const note of document.querySelectorAll("[data-no-passkeys]")) note.hidden = true;
    this.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(event.target);
    });
  }

  async options() {
    const given = this.querySelector('script[type="application/json"]');
    if (given) return JSON.parse(given.textContent);
    const answer = await fetch(this.dataset.options, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  }

  async ask(form) {
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      const publicKey = fromJSON(await this.options());
      let credential;
      if ("new" in this.dataset) {
        publicKey.authenticatorSelection = { ...publicKey.authenticatorSelection, residentKey: "preferred", requireResidentKey: false };
        credential = await navigator.credentials.create({ publicKey });
      } else {
        credential = await navigator.credentials.get({ publicKey });
      }
      form.elements.credential.value = JSON.stringify(toJSON(credential));
      form.submit();
    } catch {
      failed.textContent = failed.dataset.failed;
      failed.hidden = false;
    }
  }
}
customElements.define("passkey-form", PasskeyForm);
