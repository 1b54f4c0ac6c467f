/* Everything works without this file. Words come from data- attributes; nothing is said to be saved before the server says so. */
const all = (query, root = document) => [...root.querySelectorAll(query)];
const lang = document.documentElement.lang.replace(/^en$/, "en-GB");

// A deadline, also in the reader's own time zone.
for (const time of all("time[data-local]")) {
  const here = new Intl.DateTimeFormat(lang, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  const note = document.createElement("span");
  note.className = "small mute";
  note.textContent = `${time.dataset.local} ${here.format(new Date(time.dateTime))}`;
  time.closest("dd, p")?.append(document.createElement("br"), note);
}

// The error summary gets the focus, so that it is read first.
document.querySelector("#errors")?.focus();

// Lists that narrow as one types: the form's own address, fetched quietly, answers into the named target.
for (const form of all("form[data-live]")) {
  const target = document.querySelector(form.dataset.live);
  let wait, running;
  const ask = async () => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    const address = `${form.getAttribute("action") || location.pathname}${query.size ? "?" : ""}${query}`;
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(address, { signal: running.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(form.dataset.live);
      // What names the list's own address outside of it: its other languages, its other forms, its title.
      const naming = ".mast a[hreflang], link[rel=alternate], link[rel=canonical]";
      const links = all(naming, page);
      for (const [n, link] of all(naming).entries()) link.setAttribute("href", links[n]?.getAttribute("href") ?? address);
      document.title = page.title;
      if (!page.querySelector("#errors")) document.querySelector("#errors")?.remove();
      if (fresh) target.replaceChildren(...fresh.childNodes);
      for (const select of all("select", form)) {
        const next = page.getElementById(select.id);
        // As markup: options that are moved one by one leave their select choosing another each time.
        if (next && select !== document.activeElement) select.innerHTML = next.innerHTML;
      }
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  };
  form.addEventListener("input", (event) => {
    clearTimeout(wait);
    wait = setTimeout(ask, event.target.type === "search" ? 250 : 0);
  });
}

// Signing out takes with it what this device kept of unsaved text, once the writer has agreed to that.
addEventListener("submit", (event) => {
  const { unsent } = event.target.dataset;
  if (!unsent) return;
  const kept = Object.keys(localStorage).filter((name) => name.startsWith("tessera:draft:"));
  if (kept.length && !confirm(unsent)) event.preventDefault();
  else for (const name of kept) localStorage.removeItem(name);
});
