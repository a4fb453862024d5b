/* Tenantry: what the Component Explorer adds to its page. Everything works without it, except the comfort. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);

  /* The tree shows where the pane beside it is, also when one got there in the pane. */
  document.body.addEventListener("htmx:afterSettle", () => {
    const { folder } = $("place").dataset;
    for (const link of $("tree").querySelectorAll("a[data-folder]")) {
      if (link.dataset.folder === folder) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  });
  /* A refusal is over when it is closed, or when one goes on to something else. */
  const dismiss = () => $("refusal").replaceChildren();
  document.addEventListener("click", (event) => { if (event.target.closest?.("#refusal button")) dismiss(); });
  document.body.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.target.id === "place") dismiss(); });

  /* Components and folders are dragged onto folders. Nobody is asked beforehand: a drop sends what the dialog "Move" sends,
     and where it is not allowed the server says why (FOLD-12). The dialog is the way by keyboard and touch. */
  const FOLDER = "a[data-folder]";
  let thing = null, over = null, waiting = 0;
  function point(folder) {
    if (folder === over) return;
    clearTimeout(waiting);
    over?.classList.remove("target");
    over = folder;
    over?.classList.add("target");
    const level = over?.parentElement.querySelector(":scope > details:not([open])");
    if (level) waiting = setTimeout(() => { level.open = true; }, 700);
  }
  document.addEventListener("dragstart", (event) => {
    thing = event.target.closest?.(`[data-component], ${FOLDER}`) ?? null;
  });
  document.addEventListener("dragover", (event) => {
    const folder = thing && event.target.closest?.(FOLDER);
    point(folder && folder.dataset.folder !== thing.dataset.folder ? folder : null);
    if (!over) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
  });
  document.addEventListener("drop", (event) => {
    if (!over) return;
    event.preventDefault();
    const { component, folder } = thing.dataset, { movesComponent, movesFolder } = $("drop").dataset;
    const url = component ? `${movesComponent}?${new URLSearchParams({ component })}` : `${movesFolder}?${new URLSearchParams({ folder })}`;
    htmx.ajax("POST", url, { source: "#drop", target: "#refusal", swap: "outerHTML", values: { destination: over.dataset.folder } });
  });
  document.addEventListener("dragend", () => {
    point(null);
    thing = null;
  });

  /* The folder one is in is seen, and what is around it, in a tree longer than its window. */
  const tree = $("tree"), here = tree.querySelector("[aria-current]");
  if (here) tree.scrollTop += here.getBoundingClientRect().top - tree.getBoundingClientRect().top - tree.clientHeight / 3;
})();
