// <form data-keep="/entwurf">: what is typed is kept by itself, for the person alone. Without this file the form's own
// button saves. A pause in typing sends the whole form as it is; leaving the page sends what is left. The portal keeps
// texts in the order of `entwurf_nr`, so that nothing old comes after something new.

const PAUSE = 1500; // after the last key
const LONGEST = 8000; // while somebody types on and on
const AGAIN = 10000; // after a failure
const MOST_ON_LEAVING = 60000; // bytes a browser sends for a page that is gone
const OWN = /^(entwurf|csrf_token)/; // fields of the page, not of the person

for (const form of document.querySelectorAll("form[data-keep]")) keep(form);

function keep(form) {
  const state = form.querySelector("[data-keep-state]");
  let typed = 0; // how often something changed here
  let kept = 0; // of these, what the portal has
  let since = 0; // when the oldest change that it lacks was made
  let timer = 0;
  let running = false;
  let hurry = false; // it was to be sent once more while it was on its way
  let failing = false;
  let renewed = false; // the token was exchanged, and that did not help yet
  let sent = false;
  let last = text(true);
  const drawer = `keep:${form.dataset.keepName}`;

  function say(words, tone = "") {
    if (state && state.textContent !== words) state.textContent = words;
    if (state) state.dataset.keepState = tone;
  }

  function changed() {
    const now = text();
    if (now === last) return; // a field was left as it was
    last = now;
    typed += 1;
    since ||= Date.now();
    plan(Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
  }

  function plan(delay) {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  }

  function body() {
    const words = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") words.append(name, value);
    words.append("entwurf_nr", String(typed));
    return words;
  }

  function fields() {
    return [...form.elements].filter(({ name, type }) => name && !OWN.test(name) && type !== "submit");
  }

  // What somebody entered; or what the page was made with, whatever the browser has put into it since.
  function text(asMade = false) {
    return JSON.stringify(fields().map((one) => {
      if (isTicked(one)) return [one.name, one.value, asMade ? one.defaultChecked : one.checked];
      if (!asMade) return [one.name, one.value];
      if (one.type !== "select-one") return [one.name, one.defaultValue];
      return [one.name, ([...one.options].find((option) => option.defaultSelected) ?? one.options[0])?.value];
    }));
  }

  function isTicked(one) {
    return one.type === "checkbox" || one.type === "radio";
  }

  function enter(entries) {
    for (const one of fields()) {
      const values = entries.filter(([name]) => name === one.name).map(([, value]) => value);
      if (isTicked(one)) one.checked = values.includes(one.value);
      else if (values.length) [one.value] = values;
    }
  }

  async function save() {
    if (sent || typed === kept) return;
    if (running) { hurry = true; return; }
    running = true;
    const count = typed;
    let soon = PAUSE;
    try {
      const answer = await post(body());
      if (answer.type === "opaqueredirect" || [400, 401, 403].includes(answer.status)) {
        failed(form.dataset.keepAway);
        soon = await renew() ? 0 : AGAIN;
      } else if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
        failed(form.dataset.keepFault);
        soon = AGAIN;
      } else {
        took(answer.status, await answer.json(), count);
      }
    } catch {
      failed(form.dataset.keepOffline);
      soon = AGAIN;
    } finally {
      running = false;
      since = typed === kept ? 0 : Date.now();
      if (typed !== kept) plan(hurry ? 0 : soon);
      hurry = false;
    }
  }

  function took(status, found, count) {
    failing = renewed = false;
    if (status !== 422) {
      field("entwurf").value = found.token;
      field("entwurf_stand").value = String(found.read);
      if (found.late) return; // sent meanwhile; what is typed now goes into a sheet of its own
    }
    kept = count;
    say(found.text, status === 200 ? "ok" : "warn");
  }

  function post(words, leaving = false) {
    return fetch(form.dataset.keep, { method: "POST", body: words, keepalive: leaving, redirect: "manual" });
  }

  function failed(words) {
    failing = true;
    say(words, "error");
  }

  // The session is over or another one has begun: the page as it is now knows the token that is valid.
  async function renew() {
    if (renewed) return false;
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("form[data-keep] input[name=csrf_token]")?.value;
    if (!fresh) return false;
    for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = fresh;
    renewed = true;
    return true;
  }

  function field(name) {
    return form.querySelector(`input[name=${name}]`);
  }

  // The last words are sent after the page; if this window shows the form again sooner than they arrive, or they do
  // not, it has them in its own drawer, which closes with the window.
  function leave() {
    if (sent || typed === kept) return;
    const words = body();
    put(words.toString());
    if (words.toString().length > MOST_ON_LEAVING) return;
    post(words, true).then(() => {}, () => {});
  }

  function put(words) {
    try {
      if (words) sessionStorage.setItem(drawer, words); else sessionStorage.removeItem(drawer);
    } catch {
      // Storage is switched off or full: then the portal alone has it.
    }
  }

  function comeBack() {
    let left = null;
    try { left = sessionStorage.getItem(drawer); } catch { return; }
    put(null);
    if (!left) return;
    const words = new URLSearchParams(left);
    if (words.get("entwurf_stand") === field("entwurf_stand").value) {
      // Nothing arrived since: the page goes on as the one before.
      for (const name of ["entwurf", "entwurf_seite"]) field(name).value = words.get(name);
      typed = kept = Number(words.get("entwurf_nr"));
      return enter([...words]);
    }
    // Something arrived. If it is this, nothing happens; if not, it is kept beside what the page shows.
    words.set("csrf_token", field("csrf_token").value);
    post(words).then(() => {}, () => put(left));
  }

  comeBack();
  changed(); // what is in the form now may be more than it was made with
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) { sent = true; clearTimeout(timer); } });
  addEventListener("online", () => { if (failing) plan(0); });
  addEventListener("focus", () => { if (failing) plan(0); });
  addEventListener("pagehide", leave);
  // Back from another page with everything as it was: the form was sent, but it is here and can be written in again.
  addEventListener("pageshow", (event) => { if (event.persisted) { sent = false; put(null); } });
  // Only what cannot be kept any other way asks for a decision.
  addEventListener("beforeunload", (event) => {
    if (!sent && typed !== kept && (failing || body().toString().length > MOST_ON_LEAVING)) event.preventDefault();
  });
}
