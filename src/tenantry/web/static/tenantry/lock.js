/* Tenantry: the lock screen over a page in which nobody is active (SESS-3). The server is the judge: it is asked before anything is locked, and what
   it takes for locked it answers nothing else to. What was typed stays in the page behind. */
(() => {
  "use strict";
  const lock = document.getElementById("lock");
  if (!lock) return;
  const { state, active, signIn } = lock.dataset, after = lock.dataset.after * 1000, end = lock.dataset.end * 1000, MINUTE = 60000;
  const token = () => lock.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  let last = Date.now(), told = Date.now(), owed = 0, next = 0, before = null;

  /* Keyboard and mouse are told of at most once a minute, the last of them too. */
  async function report() {
    owed = 0;
    told = Date.now();
    try {
      const answer = await fetch(active, { method: "POST", headers: { "X-CSRFToken": token() }, credentials: "same-origin" });
      if (answer.status === 423) show();
    } catch { /* the server cannot be reached: the next request of the user says so */ }
  }
  function used(event) {
    if (lock.open || !event.isTrusted) return;
    last = Date.now();
    if (!owed) owed = setTimeout(report, Math.max(0, told + MINUTE - last));
  }
  for (const name of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) addEventListener(name, used, { capture: true, passive: true });

  async function look() {
    clearTimeout(next);
    let wait = MINUTE;
    try {
      const said = await (await fetch(state, { credentials: "same-origin", cache: "no-store" })).json();
      if (said.state === "ended") return location.assign(signIn);
      if (said.state === "locked") show();
      else if (lock.open) hide();
      const idle = said.idle * 1000;
      last = Math.max(last, Date.now() - idle);
      wait = lock.open ? Math.min(5000, end - idle) : after - idle;
    } catch { wait = 5000; }
    next = setTimeout(look, Math.max(250, wait));
  }
  next = setTimeout(look, after);
  /* A machine that slept, or another window that has locked or unlocked. */
  document.addEventListener("visibilitychange", () => { if (!document.hidden && (lock.open || Date.now() - last >= after)) look(); });

  function show() {
    if (lock.open) return;
    clearTimeout(owed);
    owed = 0;
    before = document.activeElement;
    document.querySelectorAll("[popover]:popover-open").forEach((open) => open.hidePopover());
    lock.showModal();
    lock.querySelector("input:not([type=hidden], [hidden]), button:not([hidden])")?.focus();
    clearTimeout(next);
    next = setTimeout(look, 5000);
  }
  function hide() {
    lock.close();
    lock.querySelectorAll("[data-unlocks] [name=password], [name=code], [name=passkey]").forEach((field) => { field.value = ""; });
    last = told = Date.now();
    if (before?.isConnected) before.focus();
    clearTimeout(next);
    next = setTimeout(look, after);
  }
  lock.addEventListener("cancel", (event) => event.preventDefault());
  lock.addEventListener("keydown", (event) => { if (event.key === "Escape") event.preventDefault(); });

  lock.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!("unlocks" in form.dataset)) return; // sign-out, or off to the identity provider
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (answer.headers.get("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
      if (answer.status === 204) return hide();
      if (answer.status === 422) {
        const said = new DOMParser().parseFromString(await answer.text(), "text/html");
        lock.querySelector(".lock-form").replaceWith(said.querySelector(".lock-form"));
        lock.dispatchEvent(new CustomEvent("lock:shown", { bubbles: true }));
        return lock.querySelector("[aria-invalid], input:not([type=hidden], [hidden]), [data-unlocks] button")?.focus();
      }
    } catch { /* sent as a plain form then */ }
    form.submit();
  });

  /* A part of a page was asked for, and the server found the session locked: the page stays, under the lock screen. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 423) return;
    event.detail.shouldSwap = event.detail.isError = false;
    event.stopPropagation();
    show();
  }, true);
})();
