// The pages of clients. Everything works without this file; it adds sight of what is going on.
(() => {
  "use strict";

  const PART = 2 * 1024 * 1024; // bytes that are sent at once of a large file
  const MOST_PAUSE = 30; // seconds between two tries
  const AGAIN = [408, 409, 429, 460, 500, 502, 503, 504]; // what may be otherwise in a moment

  // What was fetched is not new any more: one document, or all of a section.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-fetch]")) {
      const fetched = event.target.closest("li, section").querySelectorAll(".cp-badge");
      fetched.forEach((badge) => badge.remove());
    }
  });

  // Passwords can be shown, to check what was typed.
  for (const input of document.querySelectorAll("input[data-show]")) {
    const label = make("label", "cp-show");
    const box = make("input");
    box.type = "checkbox";
    box.addEventListener("change", () => {
      input.type = box.checked ? "text" : "password";
    });
    input.form.addEventListener("submit", () => {
      input.type = "password";
    });
    label.append(box, input.dataset.show);
    input.after(label);
  }

  const form = document.querySelector("form[data-upload]");
  // Whether somebody is writing or has chosen files.
  const busyWriting = form ? upload(form) : () => false;

  const inbox = document.querySelector("[data-poll]");
  if (inbox) {
    watch(inbox);
  }

  // Keep the number of waiting messages right, and tell of new ones, while somebody looks at the page.
  function watch(inbox) {
    const main = document.querySelector("main");
    const said = document.querySelector("[data-said]");
    const badge = inbox.querySelector(".cp-count");
    const news = main.querySelector("[data-news]");
    let tag = "";
    let timer = 0;

    document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : poll()));
    // Fetching a file may settle what it came with.
    document.addEventListener("submit", (event) => {
      if (event.target.matches("form[data-fetch]")) {
        wait(1);
      }
    });
    wait();

    function wait(seconds = inbox.dataset.poll) {
      clearTimeout(timer);
      timer = setTimeout(poll, 1000 * seconds);
    }

    async function poll() {
      clearTimeout(timer);
      try {
        const headers = tag ? { "If-None-Match": tag } : {};
        const answer = await fetch(inbox.dataset.pollUrl, { cache: "no-store", headers, redirect: "manual" });
        if (answer.status === 200) {
          tag = answer.headers.get("ETag") || "";
          await show(await answer.json());
        }
      } catch {
        // Not reachable: the next time, perhaps.
        tag = "";
      }
      if (!document.hidden) {
        wait();
      }
    }

    async function show(state) {
      const other = state.unread !== Number(badge.textContent);
      badge.textContent = state.unread;
      badge.hidden = !state.unread;
      inbox.setAttribute("aria-label", state.label);
      if (!news) {
        return;
      }
      const newer = BigInt(state.mark) > BigInt(main.dataset.mark);
      // What is being written or marked to be copied is left alone.
      if (newer && (busyWriting() || !getSelection().isCollapsed)) {
        tell();
      } else if (newer || other) {
        await renew(newer);
      }
    }

    function tell() {
      const link = make("a", "", news.dataset.newsShow);
      link.href = location.pathname;
      link.addEventListener("click", async (event) => {
        event.preventDefault();
        await renew();
        const latest = document.getElementById("latest")?.closest("article");
        (latest || main).focus({ preventScroll: !latest });
      });
      if (!news.hasChildNodes()) {
        news.append(make("span", "", news.dataset.news), " ", link);
      }
    }

    // Take what is live from a fresh copy of the page; what is being written stays as it is, and so do
    // the place on the page and the focus.
    async function renew(announce = false) {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = [...page.querySelectorAll("[data-live]")];
      const stale = [...document.querySelectorAll("[data-live]")];
      if (!answer.ok || fresh.length !== stale.length) {
        location.reload();
        return;
      }
      const focused = document.activeElement;
      const top = (element) => element.getBoundingClientRect().top;
      const stays = (element) => page.getElementById(element.id) && element.getBoundingClientRect().bottom > 0;
      const held = scrollY > 0 && [...main.querySelectorAll("[id]")].find(stays);
      const before = held && top(held);
      stale.forEach((element, i) => element.replaceWith(fresh[i]));
      if (held) {
        scrollBy({ top: top(document.getElementById(held.id)) - before, behavior: "instant" });
      }
      if (!focused.isConnected) {
        const same = [...main.querySelectorAll("a, button, [tabindex]")].find((element) => alike(element, focused));
        (same || main).focus({ preventScroll: true });
      }
      // The forms tell with what they send which messages were on the page.
      main.dataset.mark = page.querySelector("main").dataset.mark;
      main.querySelectorAll("[name=seen]").forEach((field) => (field.value = main.dataset.mark));
      news.replaceChildren();
      // The same words are read out again only where they are new.
      said.textContent = "";
      if (announce) {
        setTimeout(() => (said.textContent = news.dataset.news), 100);
      }
    }

    // Whether an element of the fresh page is what another was on the stale one.
    function alike(element, other) {
      const same = (name) => element.getAttribute(name) === other.getAttribute(name);
      return ["id", "href", "value"].every(same) && element.form?.action === other.form?.action;
    }
  }

  function upload(form) {
    const text = form.dataset;
    const input = form.querySelector("input[type=file]");
    const drop = form.querySelector(".cp-drop");
    const send = form.querySelector("[type=submit]");
    const sendText = send.textContent;
    const list = make("ul", "cp-list cp-files");
    const total = make("p", "cp-total cp-hint");
    const problem = form.querySelector("[role=alert]") || make("div");
    const cancel = make("button", "cp-button cp-button-second", text.cancel);
    const words = form.querySelector("textarea");
    const key = form.querySelector("[name=key]");
    const optional = "filesOptional" in text;
    let files = [];
    let request = null;
    let sent = false;
    let over = false;

    cancel.type = "button";
    cancel.hidden = true;
    cancel.addEventListener("click", () => request?.abort());
    send.after(cancel);
    problem.setAttribute("role", "alert");
    problem.tabIndex = -1;
    total.setAttribute("role", "status");
    drop.before(problem);
    // The browser's own field says "no file chosen" even when some are: a label stands in for it.
    const choose = make("label", "cp-button cp-button-second", text.choose);
    choose.htmlFor = input.id;
    input.classList.add("cp-hidden");
    input.after(choose, make("span", "cp-hint cp-drop-hint", text.drop));
    drop.after(list, total);
    // What is chosen is kept here, so that a second choice adds to the first.
    input.removeAttribute("name");

    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = "";
    });
    for (const name of ["dragover", "dragleave", "drop"]) {
      form.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.toggle("cp-drop-over", name === "dragover" && !request);
      });
    }
    form.addEventListener("drop", (event) => {
      // A folder cannot be read as a file.
      const items = [...event.dataTransfer.items].filter((item) => item.webkitGetAsEntry()?.isFile);
      add(items.map((item) => item.getAsFile()));
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const reason = files.length || optional ? refusal() : text.none;
      if (reason) {
        complain(reason);
        look();
      } else if (!request && !over) {
        start();
      }
    });
    const draft = words && keepDraft();
    window.addEventListener("beforeunload", (event) => {
      draft?.keep();
      if (!sent && (request || (optional && files.length) || draft?.isUnsaved())) {
        event.preventDefault();
      }
    });
    return () => Boolean(request || files.length || words?.value.trim());

    // A text that is being written is kept on the server, for the person who writes it: it outlives an
    // expired log-in, a reload, a closed tab. Nothing of it stays in the browser.
    function keepDraft() {
      let saved = words.value;
      let timer = 0;
      let under = Promise.resolve();

      words.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(keep, 1500);
      });
      document.addEventListener("visibilitychange", () => document.hidden && keep());
      return { keep, isUnsaved, settle };

      function isUnsaved() {
        return words.value.trim() !== saved.trim();
      }

      function keep() {
        clearTimeout(timer);
        if (!isUnsaved() || request || sent || over) {
          return;
        }
        const value = words.value;
        const body = new FormData();
        body.set("_authenticator", form.querySelector("[name=_authenticator]").value);
        body.set("text", value);
        under = under.then(() => post(body)).then(
          (answer) => {
            saved = answer.ok ? value : saved;
          },
          () => {
            // Not reachable: with the next key, perhaps.
          },
        );
      }

      function post(body) {
        const options = { method: "POST", body, redirect: "manual" };
        // Browsers send no more than 64 kB for a page that is closing.
        return fetch(text.draftUrl, { ...options, keepalive: body.get("text").length < 15_000 });
      }

      // Nothing may be kept after it was sent.
      function settle() {
        clearTimeout(timer);
        return Promise.race([under, new Promise((done) => setTimeout(done, 3000))]);
      }
    }

    function add(more) {
      if (!request) {
        const known = (file) =>
          files.some((f) => f.name === file.name && f.size === file.size && f.lastModified === file.lastModified);
        files = files.concat(more.filter((file) => !known(file)));
        show();
      }
    }

    function show() {
      list.replaceChildren(...files.map(row));
      total.textContent = files.length
        ? fill(text.total, { count: files.length, size: size(bytes(), bytes() > Number(text.mostBytes)) })
        : "";
      complain(refusal());
    }

    function row(file) {
      const item = make("li", "cp-row");
      const words = make("span", "cp-row-text");
      const remove = make("button", "cp-remove", "×");
      remove.type = "button";
      remove.setAttribute("aria-label", fill(text.remove, { name: file.name }));
      remove.addEventListener("click", () => {
        files = files.filter((other) => other !== file);
        show();
        input.focus();
      });
      words.append(make("strong", "", file.name), make("small", "", size(file.size)));
      item.append(words, remove);
      return item;
    }

    function refusal() {
      if (files.length > Number(text.mostFiles)) {
        return fill(text.many, { count: files.length, most: text.mostFiles });
      }
      if (bytes() > Number(text.mostBytes)) {
        return fill(text.large, { size: size(bytes(), true), most: size(Number(text.mostBytes)) });
      }
      return "";
    }

    async function start() {
      request = new AbortController();
      busy(true);
      complain("");
      cancel.disabled = true;
      await draft?.settle();
      cancel.disabled = false;
      cancel.focus();
      const data = new FormData(form);
      const bars = files.map((file, i) => {
        const bar = make("progress");
        bar.max = Math.max(file.size, 1);
        bar.value = 0;
        bar.setAttribute("aria-label", file.name);
        list.children[i].querySelector(".cp-row-text").append(bar);
        return bar;
      });
      if (!text.parts || bytes() <= Number(text.partsFrom)) {
        files.forEach((file) => data.append("files", file, file.name));
        post(data, bars);
        return;
      }
      try {
        await sendParts(data, bars);
        total.textContent = text.storing;
        post(data);
      } catch (error) {
        refuse(error);
      }
    }

    // Send what is large in parts beforehand; the form names it.
    async function sendParts(data, bars) {
      const all = bytes();
      let before = 0;
      for (const [i, file] of files.entries()) {
        const id = await inParts(file, text.parts, request.signal, (offset) => {
          bars[i].value = Math.max(offset, bars[i].value);
          tell(offset < 0 ? -1 : before + offset, all);
        });
        before += file.size;
        data.append("uploads", id);
      }
    }

    // `bars`: how far each file is; none: all of them are there already, and this can be sent again.
    function post(data, bars, pause = 1) {
      request = new XMLHttpRequest();
      if (bars) {
        request.upload.addEventListener("progress", (event) => progress(event, bars));
        request.addEventListener("error", () => stop(text.lost, true));
      } else {
        request.addEventListener("error", async () => {
          total.textContent = text.interrupted;
          request = new AbortController();
          const { signal } = request;
          await later(pause, signal);
          if (signal.aborted) {
            stop(text.cancelled);
          } else {
            post(data, bars, Math.min(2 * pause, MOST_PAUSE));
          }
        });
      }
      request.addEventListener("load", finish);
      request.addEventListener("abort", () => stop(text.cancelled));
      request.open("POST", form.action);
      request.send(data);
    }

    // What came of sending in parts, where it did not come to its end.
    async function refuse(error) {
      const status = error instanceof Response ? error.status : 0;
      if (request.signal.aborted) {
        stop(text.cancelled);
      } else if (status === 401) {
        expire();
      } else if (status === 403 || status === 404) {
        over = true;
        stop(text.gone);
      } else if (status) {
        const told = await error.json().catch(() => ({}));
        stop(told.message || text.broken, status >= 500);
      } else {
        stop(fill(text.unreadable, { name: error.message }));
      }
    }

    // The files go one after the other, so the bytes sent tell how far each of them is.
    function progress(event, bars) {
      let sent = event.loaded;
      for (const bar of bars) {
        bar.value = Math.max(0, Math.min(sent, bar.max));
        sent -= bar.max;
      }
      tell(event.loaded, event.total);
    }

    // How many of all bytes are there; -1: the connection is interrupted.
    function tell(some, all) {
      // In steps of ten: a screen reader reads each of them.
      const percent = 10 * Math.floor((10 * some) / all);
      const words = percent < 100 ? fill(text.sending, { percent }) : text.storing;
      total.textContent = some < 0 ? text.interrupted : words;
    }

    function finish() {
      const answer = new URL(request.responseURL);
      const done = answer.searchParams.get(text.done || "receipt");
      if (request.status === 200 && done) {
        request = null;
        sent = true;
        answer.hash = words ? `m${done}` : "";
        location.assign(answer);
        return;
      }
      const { status } = request;
      if (status === 413) {
        // From in front of the portal; its page has a style of its own.
        stop(text.tooLarge);
        return;
      }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      if (page.getElementById("__ac_password")) {
        expire();
        return;
      }
      const fresh = page.querySelector("[name=key]");
      if (key && fresh) {
        key.value = fresh.value;
      }
      const reason = page.querySelector("[role=alert] strong") || page.querySelector("h1");
      if (status === 403 || status === 404) {
        over = true;
        stop(text.gone);
      } else if (status >= 500) {
        // 507: the disk is full; the page says so.
        stop(status === 507 && reason ? reason.textContent : text.broken, true);
      } else {
        stop(reason ? reason.textContent : text.lost, !reason);
      }
    }

    function expire() {
      stop(text.expired, true);
      const link = make("a", "", text.login);
      link.href = text.loginUrl;
      link.target = "_blank";
      problem.append(" ", link);
    }

    // `again`: whether the very same may well succeed the next time.
    function stop(reason, again = false) {
      request = null;
      busy(false);
      show();
      complain(reason);
      send.textContent = again ? text.again : sendText;
      send.hidden = over;
      look();
    }

    // The reason stands above the files, which may be many.
    function look() {
      problem.focus({ preventScroll: true });
      problem.scrollIntoView({ block: "center" });
    }

    function busy(is) {
      send.disabled = input.disabled = is;
      if (words) {
        words.readOnly = is;
      }
      cancel.hidden = !is;
      send.textContent = sendText;
      list.querySelectorAll(".cp-remove").forEach((button) => (button.hidden = is));
    }

    function complain(reason) {
      problem.className = reason ? "cp-message cp-message-error" : "";
      problem.textContent = reason;
    }

    function bytes() {
      return files.reduce((sum, file) => sum + file.size, 0);
    }
  }

  // Send a file in parts (tus 1.0.0) to `place`, each again until it has arrived; return the upload's id.
  // Whoever begins with the same file goes on where they were, after a reload, too. `said`: called with how
  // many bytes are there, -1 while the connection is interrupted. Raises the server's refusal (a Response),
  // or an Error with the file's name where it cannot be read any more.
  async function inParts(file, place, signal, said) {
    const headers = { Accept: "application/json", "Tus-Resumable": "1.0.0" };
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
    let id = "";
    let offset = -1; // not known
    let pause = 1;
    for (;;) {
      signal.throwIfAborted();
      const answer = await (offset < 0 ? begin() : send()).catch((error) => {
        if (!(error instanceof TypeError)) {
          throw error;
        }
      });
      if (answer?.ok) {
        if (offset < 0) {
          id = (await answer.json()).id;
        } else {
          pause = 1;
        }
        offset = Number(answer.headers.get("Upload-Offset"));
        said(offset);
        if (offset === file.size) {
          return id;
        }
      } else if (!answer || AGAIN.includes(answer.status) || (offset >= 0 && answer.status === 404)) {
        // Not reachable, or not where we thought that we were: what the server has, it says next time.
        offset = -1;
        said(offset);
        await later(pause, signal);
        pause = Math.min(2 * pause, MOST_PAUSE);
      } else {
        throw answer;
      }
    }

    function begin() {
      const told = { "Upload-Length": file.size, "Upload-Metadata": `filename ${name},waits` };
      const options = { method: "POST", headers: { ...headers, ...told, "Idempotency-Key": String(file.lastModified) } };
      return fetch(place, { ...options, cache: "no-store", signal });
    }

    async function send() {
      const body = await file
        .slice(offset, offset + PART)
        .arrayBuffer()
        .catch(() => {
          throw new Error(file.name);
        });
      const told = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": offset };
      return fetch(`${place}/${id}`, { method: "PATCH", headers: { ...headers, ...told }, body, signal });
    }
  }

  // Wait for some seconds, but no longer than the connection is away.
  function later(seconds, signal) {
    return new Promise((done) => {
      setTimeout(done, 1000 * seconds);
      window.addEventListener("online", done, { once: true });
      signal.addEventListener("abort", done, { once: true });
    });
  }

  function make(tag, classes = "", text = "") {
    const element = document.createElement(tag);
    element.className = classes;
    element.textContent = text;
    return element;
  }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  // `up`: round up, so that what is too much never reads as just enough.
  function size(count, up = false) {
    const units = [count === 1 ? "Byte" : "Bytes", "kB", "MB", "GB"];
    let unit = 0;
    while (count >= 1000 && unit < 3) {
      count /= 1024;
      unit += 1;
    }
    const digits = unit && count < 100 ? 1 : 0;
    const step = 10 ** digits;
    const shown = up ? Math.ceil(count * step) / step : count;
    const number = shown.toLocaleString(document.documentElement.lang, {
      maximumFractionDigits: digits,
    });
    return `${number} ${units[unit]}`;
  }
})();
