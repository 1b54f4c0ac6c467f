/* The desk: rows and finder without leaving the page, counters, and text that is kept while it is written.
   Everything works without this file. Words come from data- attributes; "kept" is said only after the server's answer. */
const all = (query, root = document) => [...root.querySelectorAll(query)];
const parse = (text) => new DOMParser().parseFromString(text, "text/html");
const PREFIX = "tessera:draft:";

const fieldsOf = (form, button) => {
  const data = new FormData(form);
  if (button) data.set("do", button);
  return data;
};

// Asks the server for the same form after a button; answers with its page, or null where that is not possible.
const ask = async (form, button, signal) => {
  const answer = await fetch(form.action, { method: "POST", body: fieldsOf(form, button), signal });
  return answer.ok && !answer.redirected ? parse(await answer.text()) : null;
};

const swap = (id, page) => {
  const fresh = page?.getElementById(id);
  if (!fresh) return false;
  document.getElementById(id).replaceWith(document.adoptNode(fresh));
  return true;
};

const count = (note) => {
  const field = document.getElementById(note.dataset.countOf);
  if (!field) return;
  const said = [...field.value].length;
  note.textContent = note.dataset.words.replace("%(n)s", said).replace("%(limit)s", note.dataset.limit);
  note.classList.toggle("err", said > Number(note.dataset.limit));
};

// What is typed: sent to the server a moment after the last key, kept on the device where the server cannot be reached.
const keep = (form) => {
  const { autosave, draft, user, version } = form.dataset;
  const name = `${PREFIX}${user}:${autosave}`;
  const line = form.querySelector("[data-save-state]");
  let wait, dirty = false;
  const say = (kind, text) => {
    line.className = `st ${kind} small`;
    line.textContent = text;
  };
  const onDevice = () => {
    const fields = [...fieldsOf(form)].filter(([key]) => key !== "csrfmiddlewaretoken");
    try {
      localStorage.setItem(name, JSON.stringify({ version, at: new Date().toISOString(), fields }));
      return true;
    } catch {
      say("late", form.dataset.full);
      return false;
    }
  };
  const send = async () => {
    if (!dirty) return;
    dirty = false;
    say("part", form.dataset.keeping);
    try {
      const answer = await fetch(draft, { method: "POST", body: fieldsOf(form), headers: { Accept: "application/json" } });
      if (answer.redirected || !answer.ok) {
        dirty = true;
        if (onDevice()) say("due", answer.redirected || answer.status === 403 ? form.dataset.signedOut : form.dataset.offline);
        return;
      }
      const { at } = await answer.json();
      const time = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      localStorage.removeItem(name);
      say("done", `${form.dataset.kept} (${time})`);
    } catch {
      dirty = true;
      if (onDevice()) say("due", form.dataset.offline);
    }
  };
  const later = () => {
    dirty = true;
    clearTimeout(wait);
    wait = setTimeout(send, 1500);
  };
  form.addEventListener("input", later);
  form.addEventListener("rows", later);
  addEventListener("online", send);
  addEventListener("pagehide", () => dirty && onDevice());
  form.addEventListener("submit", () => {
    clearTimeout(wait);
    dirty = false;
    onDevice(); // until the server says that it is saved
  });
  if ("saved" in form.dataset) localStorage.removeItem(name);
  else if (!("posted" in form.dataset)) offer(form, name); // else the page shows it already
};

// Text that this device kept and the server never got: take it, or discard it.
const offer = (form, name) => {
  const kept = JSON.parse(localStorage.getItem(name) ?? "null");
  if (!kept) return;
  const note = document.createElement("div");
  note.className = "note due";
  const text = document.createElement("p");
  text.textContent = form.dataset.found;
  const row = document.createElement("p");
  row.className = "row";
  const button = (words, kind, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `btn ${kind} wee`;
    made.textContent = words;
    made.addEventListener("click", act);
    row.append(made);
  };
  button(form.dataset.take, "two", async () => {
    // The server draws the form, rows included, from the fields as they were.
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [key, value] of kept.fields) data.append(key, value);
    const answer = await fetch(form.dataset.draft, { method: "POST", body: data }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    localStorage.removeItem(name);
    const there = new URL(form.action);
    there.searchParams.set("draft", "take");
    location.assign(there);
  });
  button(form.dataset.discard, "bad", () => {
    localStorage.removeItem(name);
    note.remove();
  });
  note.append(text, row);
  form.before(note);
};

// A picture of what is being written, drawn anew a moment after the last key, or at once by its button.
const watch = (form, button) => {
  let wait, running;
  const draw = async () => {
    running?.abort();
    running = new AbortController();
    try {
      return swap(button.dataset.look, await ask(form, button.value, running.signal));
    } catch {
      return false; // a later key, or no network
    }
  };
  form.addEventListener("click", async (event) => {
    if (event.target.closest("button") !== button || !button.dataset.look) return;
    event.preventDefault();
    clearTimeout(wait);
    const place = button.dataset.look;
    if (await draw()) document.getElementById(place).scrollIntoView({ block: "nearest" });
    else {
      button.removeAttribute("data-look"); // the ordinary way says what is wrong
      button.click();
    }
  });
  const later = () => {
    clearTimeout(wait);
    wait = setTimeout(() => button.dataset.look && draw(), 700);
  };
  form.addEventListener("input", later);
  form.addEventListener("rows", later);
};

for (const form of all("form.section")) {
  let running, wait;
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-rows]");
    if (!button) return;
    event.preventDefault();
    const id = `f-${button.dataset.rows}`;
    let page = null;
    try {
      page = await ask(form, button.value);
    } catch {
      // offline: the ordinary way shows the browser's own page
    }
    if (!swap(id, page)) {
      button.removeAttribute("data-rows");
      button.click();
      return;
    }
    const there = document.getElementById(id);
    (there.querySelector("[autofocus]") ?? there.querySelector("button"))?.focus();
    form.dispatchEvent(new Event("rows"));
  });
  form.addEventListener("input", (event) => {
    for (const note of all(`[data-count-of="${CSS.escape(event.target.id)}"]`, form)) count(note);
    const name = event.target.dataset?.find;
    if (!name) return;
    clearTimeout(wait);
    wait = setTimeout(async () => {
      running?.abort();
      running = new AbortController();
      try {
        const page = await ask(form, `find:${name}`, running.signal);
        const fresh = page?.getElementById(`found-${name}`);
        if (fresh) document.getElementById(`found-${name}`).replaceChildren(...fresh.childNodes);
      } catch {
        // a later key, or no network: the button is there
      }
    }, 350);
  });
  if (form.dataset.autosave) keep(form);
  const look = form.querySelector("button[data-look]");
  if (look) watch(form, look);
}

// What was kept of a form on this device is settled once the server has saved it and shows another page.
for (const page of all("[data-saved-draft]")) localStorage.removeItem(PREFIX + page.dataset.savedDraft);

// The menu under "More" folds up again on Escape and on a click elsewhere.
const more = document.querySelector(".more details");
if (more) {
  addEventListener("click", ({ target }) => {
    if (!more.contains(target)) more.open = false;
  });
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !more.open) return;
    more.open = false;
    more.firstElementChild.focus();
  });
}
