/* Tenantry: what the console adds to plain pages. Everything works without it, except the comfort. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const dialog = $("dialog"), body = $("dialog-body"), toasts = $("toasts");

  /* Toasts: said by the server as Django messages, or by the header HX-Trigger: {"toast": {"text": ..., "kind": "success"}} */
  const ICONS = { success: "check", warning: "warning", error: "warning" };
  const away = (toast, delay) => setTimeout(() => toast.matches(":hover, :focus-within") ? away(toast, 3000) : toast.remove(), delay);
  function show(text, kind = "info") {
    const toast = $("toast").content.firstElementChild.cloneNode(true);
    toast.classList.add(...kind.split(" ").filter(Boolean));
    toast.querySelector("p").textContent = text;
    const known = Object.keys(ICONS).find((word) => toast.classList.contains(word));
    if (known) toast.querySelector("use").setAttribute("href", "#i-" + ICONS[known]);
    toasts.append(toast);
    if (!toast.matches(".error, .warning")) away(toast, 8000);
  }
  /* Said again after loading, because a live region only announces what is added to it. */
  for (const old of [...toasts.children]) {
    const kind = old.className.replace("toast", ""), text = old.textContent.trim();
    old.remove();
    setTimeout(() => show(text, kind), 60);
  }
  toasts.addEventListener("click", (event) => event.target.closest("button")?.parentElement.remove());
  document.body.addEventListener("toast", (event) => show(event.detail.text, event.detail.kind));
  /* Where a dialog is open, in it: what is behind one is neither read nor reached. */
  function failed(text) {
    const place = dialog.open && body.querySelector(".body");
    if (!place) return show(text, "error");
    place.querySelector(".failed")?.remove();
    const notice = document.createElement("div");
    notice.className = "notice bad failed";
    notice.setAttribute("role", "alert");
    notice.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#i-warning"/></svg><p></p>';
    notice.lastElementChild.textContent = text;
    place.prepend(notice);
    place.scrollTop = 0;
  }
  document.body.addEventListener("htmx:sendError", () => failed("The server cannot be reached. Nothing was saved."));
  document.body.addEventListener("htmx:responseError", (event) => failed(event.detail.xhr.status === 503
    ? "The store cannot be reached. Nothing was saved." : "Something went wrong. Nothing was saved."));

  function announce(text) {
    $("announce").textContent = "";
    if (text) setTimeout(() => { $("announce").textContent = text; }, 60);
  }

  /* The dialog: whatever htmx puts into #dialog-body is shown; an emptied one closes. */
  function close() {
    if (dialog.open) dialog.close();
  }
  dialog.addEventListener("close", () => {
    const changed = body.querySelector("[data-reloads]"); // what is behind shows the state of before
    body.replaceChildren();
    if (changed) location.reload();
  });
  document.addEventListener("click", (event) => {
    const closer = event.target.closest?.("[data-close]");
    if (!closer || !dialog.contains(closer)) return;
    event.preventDefault();
    close();
  });
  document.body.addEventListener("close-dialog", close);
  /* A value that is copied; one that is shown once goes away with its dialog. Where the browser does not allow it, the value stays to be copied by hand. */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copies]"), field = button && $(button.dataset.copies);
    if (!field) return;
    try { await navigator.clipboard.writeText(field.value); } catch {
      failed("The browser does not let the page copy. Select the value and copy it yourself.");
      return field.select();
    }
    if (button.dataset.copied) { // the button says so, and the screen reader
      announce(button.dataset.copied);
      button.querySelector("span").textContent = "Copied";
    }
    close();
  });

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === body) document.querySelectorAll("[popover]:popover-open").forEach((open) => open.hidePopover());
  });

  /* An upload tells how much has arrived, and then that the server looks through it. */
  const uploading = (bar, part, words) => {
    if (part < 1) bar.value = part;
    else bar.removeAttribute("value");
    bar.nextElementSibling.textContent = bar.nextElementSibling.dataset[words];
  };
  document.body.addEventListener("htmx:beforeRequest", ({ target }) => {
    const bar = target.querySelector?.(".busy progress");
    if (bar) uploading(bar, 0, "first");
  });
  document.body.addEventListener("htmx:xhr:progress", ({ target, detail: { lengthComputable, loaded, total } }) => {
    const bar = target.querySelector?.(".busy progress");
    if (!lengthComputable || !bar?.hasAttribute("value")) return; // without one it has arrived, and the answer comes back
    uploading(bar, loaded / total, loaded < total ? "first" : "then");
  });

  /* A whole page where a part was wanted (signed out, access gone, refused): show that page. */
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr, serverResponse, requestConfig } = event.detail;
    if (xhr.status >= 500) return; // said by htmx:responseError; what was typed stays
    const page = /^\s*<!doctype/i.test(serverResponse);
    if (target === body ? !page : serverResponse.includes(`id="${target.id}"`)) return;
    event.detail.shouldSwap = false;
    /* Access is gone: asking again would lead elsewhere and hide the reason, so the page itself is shown. */
    const lost = page && new DOMParser().parseFromString(serverResponse, "text/html");
    if (lost && lost.getElementById("lost-access")) {
      document.title = lost.title;
      document.body.replaceWith(lost.body);
      $("main").focus();
    } else if (requestConfig.verb === "get") location.assign(xhr.responseURL);
    else location.reload();
  });

  /* The dialog opens, and takes the keyboard, once htmx knows what came: a key pressed any sooner would be lost. */
  document.body.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
    if (target !== body) return;
    if (!body.firstElementChild) return close();
    if (!dialog.open) dialog.showModal();
    const first = body.querySelector("[aria-invalid=true], [data-invalid] input:not(:disabled)")
      ?? body.querySelector("[role=alert]")
      ?? body.querySelector("[autofocus], input:not([type=hidden], :disabled, [readonly]), select")
      ?? body.querySelector("footer .button");
    if (first?.matches("[role=alert]")) first.tabIndex = -1;
    first?.focus();
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    const { target, requestConfig } = event.detail;
    if (target === body) return;
    const row = requestConfig?.elt;
    if (row?.matches?.(".rows a")) {
      row.closest(".rows").querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
      row.setAttribute("aria-current", "true");
    }
    const now = target.id && $(target.id);
    if (row?.matches?.(".rows a") && now?.getBoundingClientRect().top > innerHeight * 0.7) now.scrollIntoView();
    if (now?.dataset.announce) announce(now.dataset.announce);
  });

  /* A part that was turned by a link in it, which is gone now: the keyboard stays in the part, where it can be put there. */
  let turned = "";
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = event.detail;
    turned = target !== body && target.tabIndex === -1 && target.contains(document.activeElement) ? target.id : "";
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (turned && (document.activeElement === document.body || !document.activeElement)) $(turned)?.focus({ preventScroll: true });
    if (turned) $(turned)?.scrollIntoView({ block: "nearest" });
    turned = "";
  });

  /* Lists of check boxes: how many are selected, and a filter box. */
  function chosen(list) {
    const count = list && document.querySelector(`[data-counts="${list.id}"]`);
    const number = list?.querySelectorAll("input:checked").length;
    if (count) count.textContent = `${number} selected`;
    const items = list && document.querySelector(`[data-counts-items="${list.id}"]`);
    if (items) items.textContent = `${number} item${number === 1 ? "" : "s"} selected.`;
    for (const button of list ? document.querySelectorAll(`[data-needs="${list.closest("form")?.id}"]`) : []) button.disabled = number === 0;
  }
  document.addEventListener("change", (event) => chosen(event.target.closest?.(".choices")));
  /* A list to choose from that is searched while one chooses in it: what was checked while the answer was under way stays. */
  let kept = new Map(), focused = "";
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const list = event.detail.target.querySelector?.("[data-keeps]");
    kept = new Map([...(list?.querySelectorAll("input") ?? [])].map((box) => [box.value, box]));
    focused = list?.contains(document.activeElement) ? document.activeElement.value : "";
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    const list = kept.size && document.querySelector("[data-keeps]");
    if (!list) return;
    for (const box of list.querySelectorAll("input")) {
      box.checked = kept.get(box.value)?.checked ?? box.checked;
      if (focused && box.value === focused) box.focus();
      kept.delete(box.value);
    }
    for (const box of kept.values()) if (box.checked) list.prepend(box.closest("label"));
    kept.clear();
    chosen(list);
  });
  /* An answer that comes while a box is pressed takes the pressed one away: the new one, released, counts as pressed. */
  const boxOf = (event) => event.target.closest?.("[data-keeps] .choice")?.querySelector("input");
  let pressed = null;
  for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, (event) => { if ((event.key ?? " ") === " ") pressed = boxOf(event); });
  for (const name of ["keyup", "pointerup"]) document.addEventListener(name, (event) => {
    if ((event.key ?? " ") !== " ") return;
    const box = boxOf(event), lost = pressed && !pressed.isConnected && box?.value === pressed.value;
    pressed = null;
    if (!lost) return;
    event.preventDefault();
    box.click();
  });
  const choosing = () => document.querySelectorAll("[data-counts-items]").forEach((count) => chosen($(count.dataset.countsItems)));
  document.body.addEventListener("htmx:afterSettle", choosing);
  choosing();
  document.addEventListener("input", (event) => {
    const list = event.target.dataset?.filters && $(event.target.dataset.filters);
    if (!list) return;
    const words = event.target.value.toLowerCase().split(/\s+/);
    let any = false;
    for (const group of list.querySelectorAll("[role=group]")) {
      let shown = false;
      for (const choice of group.querySelectorAll(".choice")) {
        const text = choice.textContent.toLowerCase();
        choice.hidden = !words.every((word) => text.includes(word));
        shown ||= !choice.hidden;
      }
      group.hidden = !shown;
      any ||= shown;
    }
    list.querySelector(".none").hidden = any;
  });
  /* Tables with check boxes: one box for the page, and a button that needs at least one of them. */
  const picked = (form) => form.querySelectorAll("tbody input:checked").length;
  function tally(form) {
    const boxes = form.querySelectorAll("tbody input[type=checkbox]"), all = form.querySelector("[data-all]");
    if (all) {
      all.hidden = false;
      all.checked = boxes.length > 0 && picked(form) === boxes.length;
      all.indeterminate = picked(form) > 0 && !all.checked;
    }
    for (const button of document.querySelectorAll(`[data-needs="${form.id}"]`)) button.disabled = picked(form) === 0;
  }
  const tallies = () => document.querySelectorAll("[data-all]").forEach((all) => tally(all.form));
  document.addEventListener("change", (event) => {
    const form = event.target.form, all = event.target.matches?.("[data-all]");
    if (!form?.querySelector("[data-all]")) return;
    if (all) form.querySelectorAll("tbody input[type=checkbox]").forEach((box) => { box.checked = event.target.checked; });
    tally(form);
  });
  document.body.addEventListener("htmx:afterSettle", tallies);
  tallies();
  /* Enter in such a box must not send the form, nor in one that searches by itself: its answer is there or under way. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.target.dataset?.filters || event.target.matches?.("form input[type=search][hx-post]"))) event.preventDefault();
  });

  /* Open pages notice a change within a second: they ask whether the account's facts are still those they were made from.
     What was typed stays; only the user reloads. */
  const since = document.body.dataset;
  function tell(text) {
    document.querySelectorAll(".notice.changed").forEach((old) => old.remove());
    for (const place of [$("main"), dialog.open && body.querySelector(".body")]) {
      if (!place) continue;
      const notice = $("changed").content.firstElementChild.cloneNode(true);
      notice.querySelector("span").textContent = text;
      place.prepend(notice);
    }
    announce(text);
  }
  let doubt = "";
  async function look() {
    if (document.hidden) return setTimeout(look, 700);
    try {
      const answer = await fetch(`${since.changes}?since=${encodeURIComponent(since.stamp)}`, { credentials: "same-origin", cache: "no-store" });
      if (answer.status === 200) {
        const news = await answer.json();
        /* A question asked while this browser changes accounts may carry the old session: an end is told when it is heard twice. */
        if (!news.stamp && doubt !== news.text) {
          doubt = news.text;
          return setTimeout(look, 150);
        }
        since.stamp = news.stamp;
        tell(news.text);
      }
      doubt = "";
    } catch { /* the server cannot be reached: the next request of the user says so */ }
    if (since.stamp) setTimeout(look, 700);
  }
  if (since.stamp) setTimeout(look, 700);
  document.addEventListener("click", (event) => { if (event.target.closest?.(".notice.changed button")) location.reload(); });

  /* A plain page that came back with errors: start at the first one. */
  document.querySelector("main [aria-invalid=true]")?.focus();
})();
