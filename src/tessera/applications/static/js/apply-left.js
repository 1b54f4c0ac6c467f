/* Text of an application that this device holds and that did not arrive (apply.js keeps it), on the page that says how the
   application stands: its writer can copy it, or have it forgotten. Everything else on the page works without this file. */
for (const box of document.querySelectorAll("[data-left]")) {
  const prefix = `tessera:draft:${box.dataset.place}:${box.dataset.number}:`;
  const names = () => {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
    } catch {
      return [];
    }
  };
  const fields = names().flatMap((name) => {
    try {
      return Object.values(JSON.parse(localStorage.getItem(name))).flat();
    } catch {
      return [];
    }
  });
  const saved = box.dataset.place === "apply" ? document.querySelector("[data-all-saved]") : null;
  const forget = () => {
    for (const name of names()) localStorage.removeItem(name);
    box.hidden = true;
    if (saved) saved.hidden = false;
  };
  const rows = box.querySelector("[data-rows]");

  // In words, by the server; where it does not answer, what was typed and nothing else.
  const show = async () => {
    const body = new URLSearchParams(fields);
    body.set("csrfmiddlewaretoken", box.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(box.dataset.left, { method: "POST", body, redirect: "error" }).catch(() => null);
    if (answer?.status === 204) {
      forget();
      return;
    }
    if (answer?.ok) rows.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    else for (const [name, value] of fields) {
      if (!name.startsWith("q-") || !value) continue;
      const line = document.createElement("p");
      line.className = "diff";
      line.textContent = value;
      rows.append(line);
    }
    box.hidden = false;
    if (saved) saved.hidden = true; // not everything is
  };

  if (fields.length) {
    const copy = box.querySelector("[data-copy]");
    copy.hidden = !navigator.clipboard;
    copy.addEventListener("click", () => navigator.clipboard.writeText(rows.innerText));
    box.querySelector("[data-forget]").addEventListener("click", () => confirm(box.dataset.sure) && forget());
    show();
  }
}
