/* Files of an application: each in pieces, from where it broke, while one writes on. Leaving the step waits for them. */
import { ask, form, pause, signedOut, toSignIn, words } from "./apply.js";

// Files that are under way, by question. Whoever leaves the step waits for them, or goes on without waiting.
const uploads = new Map();
let goal = null;
const waiting = () => {
  form.querySelector("#waiting")?.remove();
  if (!goal) return;
  if (!uploads.size) {
    location.assign(goal);
    return;
  }
  const made = document.createElement("div");
  made.id = "waiting";
  made.className = "note due stack tight";
  const put = (kind, text, more = {}) => made.appendChild(Object.assign(document.createElement(kind), { textContent: text, ...more }));
  put("p", words.waiting).setAttribute("role", "status");
  for (const one of uploads.values()) made.append(one.line);
  const row = put("p", "", { className: "row" });
  row.append(Object.assign(document.createElement("button"), {
    type: "button", className: "btn two", textContent: words.without, onclick: () => {
      for (const one of uploads.values()) one.stop();
      uploads.clear();
      waiting();
    },
  }));
  put("p", words.resume, { className: "small mute" });
  form.append(made);
  made.scrollIntoView({ block: "nearest" });
};
const isHere = (url) => new URL(url, location).href === location.origin + location.pathname;
const ended = (key, one, well) => {
  if (uploads.get(key) !== one) return; // another file took its place
  uploads.delete(key);
  one.line.remove();
  if (!well) goal = null;
  waiting();
};

// What the slot holds now, drawn by the server: the file with its link, and the button that removes it.
const drawSlot = async (key) => {
  const answer = await ask(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return false;
  const where = `[data-question="${key}"] [data-slot]`;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(where);
  const old = document.querySelector(where);
  if (fresh && old) old.replaceWith(document.adoptNode(fresh));
  return Boolean(fresh && old);
};

// A file, in pieces, from where it broke. A piece takes a few seconds, so that little is sent again.
const FIRST_PIECE = 16_384;
const upload = async (input) => {
  const file = input.files[0];
  if (!file) return;
  const box = input.closest("[data-file]");
  const key = box.dataset.file;
  box.querySelector("[data-way]")?.remove();
  const way = document.createElement("div");
  way.dataset.way = "";
  const bar = document.createElement("progress");
  bar.max = file.size || 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const state = document.createElement("p");
  state.setAttribute("role", "status");
  way.append(bar, state);
  box.append(way);
  const stopper = new AbortController();
  const line = document.createElement("p");
  const one = { line, stop: () => stopper.abort() };
  uploads.get(key)?.stop();
  uploads.set(key, one);
  const mark = (kind, text) => {
    state.className = `small st ${kind}`;
    line.className = state.className;
    line.textContent = `${file.name}: ${text}`;
    state.textContent = line.textContent;
  };
  const refuse = (text) => {
    bar.remove();
    state.className = "err";
    state.textContent = text;
    input.value = "";
    if (goal) box.scrollIntoView({ block: "center" });
    ended(key, one, false);
  };
  mark("part", `${words.sent} 0 %`);
  waiting();
  const head = new FormData();
  for (const [name, value] of [["question", key], ["name", file.name], ["size", file.size]]) head.set(name, value);
  const send = (to, more = {}) => ask(to, { signal: stopper.signal, ...more });
  let url = "", at = 0, most = 0, piece = FIRST_PIECE, broken = 0;
  while (!stopper.signal.aborted) {
    try {
      const finishing = url && at >= file.size;
      if (finishing) mark("part", words.checking);
      const began = performance.now();
      const answer = !url ? await send(words.upload, { method: "POST", body: head })
        : finishing ? await send(url, { method: "POST", body: new URLSearchParams({ device: form.elements.device.value }) })
          : await send(url, {
            method: "PUT", body: file.slice(at, at + piece),
            headers: { "Upload-Offset": at, "Content-Type": "application/offset+octet-stream" },
          });
      if (signedOut(answer)) {
        toSignIn();
        ended(key, one, false);
        return;
      }
      const found = await answer.json();
      if (found.error) {
        refuse(found.error);
        return;
      }
      broken = 0;
      if (finishing && answer.ok) {
        bar.value = bar.max;
        mark("done", words.received);
        input.value = "";
        drawSlot(key).then((drawn) => drawn && bar.remove()).catch(() => {});
        ended(key, one, true);
        return;
      }
      const took = performance.now() - began;
      if (!url) ({ url, piece: most } = found);
      else if (took < 2000) piece = Math.min(most, piece * 2);
      else if (took > 8000) piece = Math.max(8192, piece / 2);
      at = found.received;
      bar.value = at;
      mark("part", `${words.sent} ${Math.floor((100 * at) / file.size)} %`);
    } catch {
      if (stopper.signal.aborted) return;
      mark("due", words.paused);
      await pause(broken);
      broken += 1;
      if (url) at = await send(url).then((answer) => answer.json()).then((found) => found.received).catch(() => at);
    }
  }
};

form.dataset.files = "pieces";
form.addEventListener("change", (event) => {
  if (event.target.type === "file") upload(event.target);
});
for (const input of form.querySelectorAll("[type=file]")) upload(input); // chosen before this was here
// "Save" stays here: what is under way goes on.
form.addEventListener("leave", (event) => {
  if (!uploads.size) return;
  event.preventDefault();
  goal = isHere(event.detail) ? null : event.detail;
  waiting();
});
// At the document: the bar of steps is another one whenever a condition has drawn it anew.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".steps a");
  if (!link || !uploads.size || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  goal = link.href;
  waiting();
});
addEventListener("beforeunload", (event) => {
  if (uploads.size) event.preventDefault();
});
