/* Passkeys: a button asks the browser for one, or to make one, writes the answer into a field of its form, and sends the form. */
(() => {
  "use strict";
  /* A page of passkeys may load this once more for its lock screen. */
  if ("passkeys" in document.documentElement.dataset) return;
  document.documentElement.dataset.passkeys = "";
  const known = window.PublicKeyCredential?.parseRequestOptionsFromJSON && window.PublicKeyCredential.parseCreationOptionsFromJSON;
  const show = (root) => known && root.querySelectorAll("[data-passkey][hidden]").forEach((button) => { button.hidden = false; });

  function say(form, text) {
    form.querySelector(".passkey-said")?.remove();
    if (!text) return;
    const notice = document.createElement("div");
    notice.className = "notice bad passkey-said";
    notice.setAttribute("role", "alert");
    notice.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#i-warning"/></svg><p></p>';
    notice.lastElementChild.textContent = text;
    const body = form.querySelector(".body") ?? form;
    body.prepend(notice);
    body.scrollTop = 0;
  }

  function made(button) {
    const options = JSON.parse(button.dataset.options);
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }

  async function found(button, form) {
    const asked = await fetch(button.dataset.question, {
      method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    if (!asked.ok) throw new Error(String(asked.status));
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(await asked.json()) });
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-passkey]"), form = button?.form;
    if (!form) return;
    event.preventDefault();
    if (!known) return say(form, "This browser knows no passkeys.");
    const making = button.dataset.passkey === "create";
    if (making && !form.reportValidity()) return;
    const field = form.elements[button.dataset.fills];
    say(form, "");
    button.disabled = true;
    try {
      field.value = JSON.stringify((await (making ? made(button) : found(button, form))).toJSON());
    } catch (error) {
      return say(form, error.name === "InvalidStateError" ? "This device has a passkey of yours already."
        : making ? "No passkey was made. Try again." : "No passkey was used. Try again, or use another way.");
    } finally {
      button.disabled = false;
    }
    form.requestSubmit();
  });
  document.addEventListener("htmx:afterSettle", (event) => show(event.target));
  document.addEventListener("lock:shown", (event) => show(event.target));
  show(document);
})();
