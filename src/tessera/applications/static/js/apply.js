/* Applying on a bad line: each answer is sent a moment after the last key, kept on this device until the server has said
   that it has it, and tried again until then. Everything works without this file. */
export const form = document.querySelector("form[data-apply], form[data-persist]");
export const words = form?.dataset ?? {};
const line = document.querySelector("[data-save-state]");
const language = document.documentElement.lang;
const LONGEST_PAUSE = 20_000;

export const say = (kind, text) => {
  if (!line) return;
  line.className = `st ${kind}`;
  line.textContent = text;
};
// On the clock that the person chose, or the one of this device; with its zone, as the server says it.
const clock = (at) => new Date(at).toLocaleTimeString(language, {
  hour: "2-digit", minute: "2-digit", timeZoneName: "short", timeZone: words.zone || undefined,
});

// Waits longer each time, and ends as soon as there is a network again.
export const pause = (tries) => new Promise((resolve) => {
  const wait = Math.min(LONGEST_PAUSE, 500 * 2 ** tries) * (0.75 + Math.random() / 2);
  const go = () => { clearTimeout(timer); removeEventListener("online", go); resolve(); };
  const timer = setTimeout(go, wait);
  addEventListener("online", go);
});

// An answer, or an error where the line or the server broke or has too much to do; a redirect is one to the sign-in.
export const ask = async (url, options = {}) => {
  const { signal: stop, ...more } = options;
  const late = AbortSignal.timeout(60_000);
  const answer = await fetch(url, {
    redirect: "manual", signal: stop ? AbortSignal.any([stop, late]) : late, ...more,
    headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, ...options.headers },
  });
  if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
  return answer;
};
export const signedOut = (answer) => answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;

// One send at a time for each application on this device, whatever tab it comes from: older text never arrives later.
const alone = (work) => (navigator.locks ? navigator.locks.request(`tessera:apply:${words.number}`, work) : work());

// What an answer says; one that is none of ours (too large, not found) is refused for good, and says so.
const said = (answer) => (answer.headers.get("Content-Type")?.startsWith("application/json") ? answer.json()
  : { error: words.refused });

export const toSignIn = () => {
  say("late", `${words.signedOut} `);
  const link = document.createElement("a");
  link.href = `${words.signIn}?next=${encodeURIComponent(location.pathname)}`;
  link.textContent = words.enter;
  line?.append(link);
};

// What this device holds of a step: {question: [[name, value], …]}, until it is saved. A device may keep nothing.
// What is asked of those selected has a place of its own: what was left of the application is sent no more.
const prefix = `tessera:draft:${words.stage ?? "apply"}:${words.number}:`;
const place = prefix + form?.elements.step?.value;
const kept = (name = place) => {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
};
let full = false;
const write = (all, name = place) => {
  try {
    if (Object.keys(all).length) localStorage.setItem(name, JSON.stringify(all));
    else localStorage.removeItem(name);
    full = false;
  } catch {
    full = true;
  }
};
// The newest revision that this tab has heard of. A page that was under way when it came shows older answers.
const newest = `tessera:revision:${words.number}`;
const heard = (revision) => {
  try {
    sessionStorage.setItem(newest, revision);
  } catch { /* a device that keeps nothing: the page is as it is */ }
};
const outdated = () => {
  try {
    return Number(sessionStorage.getItem(newest)) > Number(form.elements.revision.value);
  } catch {
    return false;
  }
};
const boxes = () => [...form.querySelectorAll("[data-question]")];
const boxOf = (key) => form.querySelector(`[data-question="${key}"]`);
const fieldsOf = (box) => [...box.querySelectorAll("input, textarea, select")]
  .filter((one) => one.name && one.type !== "file" && (one.checked || !["radio", "checkbox"].includes(one.type)))
  .map((one) => [one.name, one.value]);
// On which page an answer was written: what another device saves since is not replaced unseen, however late it is sent.
const baseOf = (box) => {
  const name = `base-${box.dataset.question}`;
  const { revision, device } = form.elements;
  const made = { type: "hidden", name, value: `${revision.value} ${device.value}` };
  if (!form.elements[name]) box.append(Object.assign(document.createElement("input"), made));
  return form.elements[name];
};
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const touched = new Set();
const tooBig = new Set(); // by themselves; they wait for a change
let oneByOne = false;
const touch = (box) => {
  baseOf(box);
  touched.add(box.dataset.question);
  tooBig.delete(box.dataset.question);
  write({ ...kept(), [box.dataset.question]: fieldsOf(box) });
};
const notSent = () => (full ? say("late", words.full) : say("due", words.offline));

// Takes what arrived off the device; what was written since stays, and is sent.
const arrived = (sent, refused = {}) => {
  const all = kept();
  for (const [key, fields] of Object.entries(sent)) {
    const box = boxOf(key);
    const later = box && !same(fieldsOf(box), fields);
    if (!later) touched.delete(key);
    if (!later && !refused[key] && same(all[key], fields)) delete all[key]; // not what another tab has written since
  }
  write(all);
};

// On to another page, unless somebody (apply-files.js) has a reason to wait and goes there later.
const leave = (next) => {
  if (form.dispatchEvent(new CustomEvent("leave", { cancelable: true, detail: next }))) location.assign(next);
};

const postAll = async (button) => {
  const sent = Object.fromEntries(boxes().map((box) => [box.dataset.question, fieldsOf(box)]));
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) if (!(value instanceof File)) body.append(name, value);
  return { answer: await ask(form.getAttribute("action"), { method: "POST", body }), sent };
};
// The whole form, sent until there is an answer; then on to where the server says.
let going = false, underWay = null;
const persist = () => {
  form.addEventListener("submit", async (event) => {
    // Files that nothing here sends go with the form, as without scripts.
    if (!form.dataset.files && [...form.querySelectorAll("[type=file]")].some((one) => one.files.length)) return;
    event.preventDefault();
    if (going) return;
    going = true;
    if (!words.apply && !(await sendOthers())) {
      going = false;
      return;
    }
    say("part", words.saving);
    await underWay; // what was written before never arrives after this
    for (let tries = 0; ; tries += 1) {
      say("part", words.saving);
      try {
        const { answer, sent } = await alone(() => postAll(event.submitter));
        if (signedOut(answer)) {
          going = false;
          toSignIn();
          return;
        }
        const { next, at, error } = await said(answer);
        going = false;
        if (error) {
          say("late", error);
        } else if (at) {
          arrived(sent);
          say("done", `${words.saved} ${clock(at)}`);
          if (touched.size) later(); // written meanwhile, and the page may stay
          leave(next);
        } else {
          location.assign(next);
        }
        return;
      } catch {
        notSent();
        await pause(tries);
      }
    }
  });
};

let running = false, wait, tries = 0;
const note = (box, id, kind, ...texts) => {
  box.querySelector(`#${id}`)?.remove();
  if (!texts.length) return;
  const made = document.createElement("div");
  made.className = kind;
  made.id = id;
  made.setAttribute("role", "status");
  for (const text of texts) {
    const part = document.createElement("p");
    part.textContent = text;
    part.className = "diff";
    made.append(part);
  }
  box.append(made);
};

// Without this file what leaves the page saves it first; with it the text stays on this device, and a link does.
const toLinks = () => {
  for (const button of document.querySelectorAll("button[data-href]")) {
    const link = Object.assign(document.createElement("a"), { href: button.dataset.href });
    if (button.lang) link.lang = link.hreflang = button.lang;
    link.append(...button.childNodes);
    button.replaceWith(link);
  }
};

// Questions and steps that a condition shows or hides: drawn by the server; what is being written stays.
const redraw = async () => {
  const answer = await ask(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const here = new Map(boxes().map((box) => [box.dataset.question, box]));
  const list = form.querySelector("#questions");
  let last = null;
  for (const fresh of page.querySelectorAll("#questions > [data-question]")) {
    const box = here.get(fresh.dataset.question) ?? document.adoptNode(fresh);
    here.delete(box.dataset.question);
    const next = last ? last.nextElementSibling : list.firstElementChild;
    if (next !== box) list.insertBefore(box, next);
    last = box;
  }
  for (const [key, box] of here) {
    touched.delete(key); // stays on the device: another page sends it
    box.remove();
  }
  boxes().forEach(enhance);
  const bar = page.querySelector(".steps");
  if (!bar) return;
  document.querySelector(".steps").replaceWith(document.adoptNode(bar));
  toLinks();
};

const told = async (answer, sent) => {
  if (!answer.ok) {
    say("late", (await said(answer)).error);
    return;
  }
  const { at, revision, asked, path, refused, elsewhere, wrong = {} } = await answer.json();
  for (const key of Object.keys(sent)) {
    const box = boxOf(key);
    if (box) note(box, `r-${key}`, "err", ...(refused[key] ? [refused[key]] : wrong[key] ?? []));
  }
  for (const { question, held, text } of elsewhere) {
    const box = boxOf(question);
    if (!box) continue;
    note(box, `o-${question}`, "note due", ...(held ? [words.replaced, text] : [words.elsewhere]));
    if (!held) continue;
    baseOf(box).value = `${revision} ${form.elements.device.value}`; // the other text is seen: this one may go over it
    touch(box);
  }
  arrived(sent, refused);
  if (tooBig.size) say("late", words.refused);
  else if (!touched.size) say("done", `${words.saved} ${clock(at)}`);
  if (waiting().length) later();
  const here = boxes().map((box) => box.dataset.question);
  if (asked.join() !== here.join() || path.join() !== document.querySelector(".steps").dataset.path) {
    await redraw().catch(() => {});
  }
};

// All that waits, or the first of it where all at once was too much for the server.
const waiting = () => {
  const boxed = boxes().filter(({ dataset }) => touched.has(dataset.question) && !tooBig.has(dataset.question));
  return oneByOne ? boxed.slice(0, 1) : boxed;
};
const post = async () => {
  const sent = {};
  const body = new URLSearchParams({ ask: 1 });
  for (const name of ["csrfmiddlewaretoken", "revision", "device", "step", "number"]) body.set(name, form.elements[name].value);
  for (const box of waiting()) {
    sent[box.dataset.question] = fieldsOf(box);
    for (const [name, value] of sent[box.dataset.question]) body.append(name, value);
  }
  return { answer: await ask(words.save, { method: "POST", body }), sent };
};
const send = async () => {
  if (running || going || !waiting().length) return;
  running = true;
  say("part", words.saving);
  try {
    const asking = alone(post);
    underWay = asking.catch(() => null);
    const { answer, sent } = await asking;
    running = false;
    tries = 0;
    if (signedOut(answer)) toSignIn();
    else if ([400, 413].includes(answer.status)) {
      say("late", words.refused);
      if (Object.keys(sent).length === 1) tooBig.add(...Object.keys(sent));
      oneByOne = true;
      send();
    } else await told(answer, sent);
  } catch {
    notSent();
    running = true;
    await pause(tries);
    tries = Math.min(tries + 1, 8);
    running = false;
    send();
  }
};
const later = () => {
  clearTimeout(wait);
  wait = setTimeout(send, 900);
};

// As the server counts (core.folding.clean, questions.cleaning): what cannot be seen is taken out before, an accent that is
// typed apart does not count. Unicode says of such a sign that it may change places with another one beside it.
const INVISIBLE = /[\0-\x08\x0B\f\x0E-\x1F\x7F-\x9F\u00AD\u200B\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\uFDD0-\uFDEF\uFFFE\uFFFF]/g;
const cleaned = (text) => text.replace(/\r\n|[\r\x85\u2028\u2029]/g, "\n").replace(INVISIBLE, "").normalize("NFC")
  .split("\n").map((line) => line.trimEnd()).join("\n").trim();
const isCombining = (sign) => /\p{M}/u.test(sign) && (sign === "\u0345"
  || !`\u0345${sign}`.normalize("NFD").startsWith("\u0345"));
const count = (area) => {
  const hint = area.closest("[data-question]").querySelector("[data-count]");
  if (!hint) return;
  const whole = cleaned(area.value);
  const text = area.localName === "input" ? whole.replace(/\s+/g, " ") : whole;
  const said = area.dataset.limit === "characters" ? [...text].filter((sign) => !isCombining(sign)).length
    : text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  hint.textContent = hint.textContent.replace(/\d+/, said);
  hint.classList.toggle("err", said > Number(hint.textContent.match(/\d+/g).at(-1)));
};

const enhance = (box) => {
  if (box.dataset.enhanced) return;
  box.dataset.enhanced = "yes";
  for (const area of box.querySelectorAll("[data-limit]")) area.addEventListener("input", () => count(area));
};

// Text of an earlier visit that never arrived goes back to where it was written.
const restore = (box, fields) => {
  const controls = [...box.querySelectorAll("input, textarea, select")];
  const ticks = controls.filter((one) => ["radio", "checkbox"].includes(one.type));
  for (const one of ticks) one.checked = fields.some(([name, value]) => name === one.name && value === one.value);
  const used = new Map();
  for (const [name, value] of fields) {
    if (ticks.some((one) => one.name === name)) continue;
    const n = used.get(name) ?? 0;
    used.set(name, n + 1);
    const found = controls.filter((one) => one.name === name)[n];
    if (found) {
      found.value = value;
    } else { // a line more than the page shows
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name, value });
      box.append(hidden);
    }
  }
  touched.add(box.dataset.question);
  if (same(kept()[box.dataset.question], fields)) write({ ...kept(), [box.dataset.question]: fieldsOf(box) });
};

// What other steps of this application left on this device: sent from whichever page is open, until it has arrived. Where
// another device wrote since, only the step sends it, as it can show both. True if nothing was, or is, on this device.
const others = () => {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix) && name !== place);
  } catch {
    return [];
  }
};
// A question that stands on this page now, and stood on another when it was written. Where both were written, the other
// text is shown beside the one of this page.
const textOf = (fields) => fields.filter(([name, value]) => name.startsWith("q-") && value).map(([, value]) => value).join("\n");
const adopt = () => {
  for (const name of others()) {
    const all = kept(name), here = kept();
    for (const key of Object.keys(all).filter((one) => boxOf(one))) {
      const texts = [here[key], all[key]].map((fields) => fields && textOf(fields));
      here[key] ??= all[key];
      if (texts[0] !== undefined && texts[0] !== texts[1]) note(boxOf(key), `t-${key}`, "note due", words.twice, texts[1]);
      delete all[key];
    }
    write(here);
    write(all, name);
  }
};
// What one step left here, or only some questions of it, sent until there is an answer.
const sendSome = async (name, only) => {
  for (let n = 0; ; n += 1) {
    try {
      return await alone(async () => {
        const drafts = Object.fromEntries(Object.entries(kept(name)).filter(([key]) => !only || only === key));
        const body = new URLSearchParams({ ask: 1, number: words.number });
        for (const [field, value] of Object.values(drafts).flat()) body.append(field, value);
        const answer = await ask(words.save, { method: "POST", body });
        return { drafts, answer, found: signedOut(answer) || await said(answer) };
      });
    } catch {
      say("due", words.kept ?? words.offline);
      await pause(n);
    }
  }
};
const sayStuck = (text, key) => {
  say("late", `${text} `);
  const named = [...document.querySelectorAll(".steps a")].find((one) => one.pathname.endsWith(`/${key}/`));
  const href = named?.href ?? words.step?.replace("/-/", `/${key}/`);
  if (!href) return;
  const link = document.createElement("a");
  link.href = href;
  link.textContent = named?.textContent ?? key;
  line?.append(link);
};
let sending = null;
const sendOthers = () => sending ??= sendAll().finally(() => { sending = null; });
const sendAll = async () => {
  const stuck = [];
  let some = false, refused = false;
  for (const name of others()) {
    const places = {};
    const queue = [""]; // all at once, or one by one where that was too much for the server
    while (queue.length) {
      const { drafts, answer, found } = await sendSome(name, queue.shift());
      if (found === true) {
        toSignIn();
        return false;
      }
      if ([400, 413].includes(answer.status)) {
        const keys = Object.keys(drafts);
        if (keys.length > 1) queue.push(...keys);
        else refused = true; // its step shows it, to be made shorter
        continue;
      }
      if (!answer.ok) {
        say("late", found.error);
        return false;
      }
      some = true;
      heard(found.revision);
      Object.assign(places, found.steps);
      const late = new Set([...Object.keys(found.refused), ...found.elsewhere.map(({ question, held }) => held && question)]);
      const now = Object.entries(kept(name));
      write(Object.fromEntries(now.filter(([key, fields]) => late.has(key) || !same(fields, drafts[key]))), name);
      if (words.apply && !touched.size) say("done", `${words.saved} ${clock(found.at)}`);
    }
    for (const key of Object.keys(kept(name))) stuck.push(places[key] ?? name.slice(prefix.length));
  }
  if (words.apply) {
    if (refused) sayStuck(words.refused, stuck[0]);
    return true;
  }
  if (stuck.length) sayStuck(words.stuck, stuck[0]);
  else if (some) location.assign("?arrived"); // the list of what is missing is another one now
  return !some && !stuck.length;
};

const start = () => {
  boxes().forEach(enhance);
  toLinks();
  for (const one of document.querySelectorAll("[data-scripted]")) one.hidden = false;
  const saved = document.querySelector("[data-saved-at]");
  const at = new Date(saved?.dateTime);
  if (saved && at.toDateString() === new Date().toDateString()) saved.textContent = `${words.saved} ${clock(at)}`;
  form.addEventListener("input", (event) => {
    const box = event.target.closest("[data-question]");
    if (!box || event.target.type === "file") return;
    touch(box);
    if (!running) say("part", words.saving);
    else if (full) say("late", words.full);
    later();
  });
  addEventListener("beforeunload", (event) => {
    if (full && touched.size) event.preventDefault();
  });
  if (outdated() && !("again" in words)) {
    sessionStorage.removeItem(newest);
    location.replace(location.pathname + location.search); // a reload would bring the older answers back in some browsers
    return;
  }
  adopt();
  // What was posted before the sign-in, unless something was written after it.
  if ("again" in words) boxes().filter((box) => !(box.dataset.question in kept())).forEach(touch);
  for (const [key, fields] of Object.entries(kept())) {
    const box = boxOf(key);
    if (box) restore(box, fields);
  }
  send();
};

if (form) {
  persist();
  if (words.apply) start();
  if (words.number) sendOthers();
}
