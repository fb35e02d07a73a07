// The pages of clients. Everything works without this file; it adds sight of what is going on.
(() => {
  "use strict";

  // A document that was fetched is not new any more.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-fetch]")) {
      event.target.closest("li").querySelector(".cp-badge")?.remove();
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
  if (form) {
    upload(form);
  }

  const inbox = document.querySelector("[data-poll]");
  if (inbox) {
    watch(inbox);
  }

  // Keep the number of waiting messages right, and tell of new ones, while somebody looks at the page.
  function watch(inbox) {
    const main = document.querySelector("main");
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
          show(await answer.json());
        }
      } catch {
        // Not reachable: the next time, perhaps.
      }
      if (!document.hidden) {
        wait();
      }
    }

    function show(state) {
      const less = state.unread < Number(badge.textContent);
      badge.textContent = state.unread;
      badge.hidden = !state.unread;
      inbox.setAttribute("aria-label", state.label);
      if (news && BigInt(state.mark) > BigInt(main.dataset.mark)) {
        tell();
      } else if (news && less) {
        renew();
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

    // Take what is live from a fresh copy of the page; what is being written stays as it is.
    async function renew() {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = [...page.querySelectorAll("[data-live]")];
      const stale = [...document.querySelectorAll("[data-live]")];
      if (!answer.ok || fresh.length !== stale.length) {
        location.reload();
        return;
      }
      const action = document.activeElement?.form?.action;
      stale.forEach((element, i) => element.replaceWith(fresh[i]));
      if (document.activeElement === document.body && action) {
        [...document.forms].find((form) => form.action === action)?.querySelector("[type=submit]").focus();
      }
      main.dataset.mark = page.querySelector("main").dataset.mark;
      news.replaceChildren();
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
    let loggingOut = false;

    cancel.type = "button";
    cancel.hidden = true;
    cancel.addEventListener("click", () => request?.abort());
    send.after(cancel);
    problem.setAttribute("role", "alert");
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
      reason ? complain(reason) : request || start();
    });
    window.addEventListener("beforeunload", (event) => {
      keep();
      if (!sent && (request || (optional && files.length) || words?.value.trim())) {
        event.preventDefault();
      }
    });
    if (words) {
      restore();
    }

    // A text that is being written outlives a reload in this tab's own history, never in the storage
    // of the browser, and only for the person who writes it.
    function restore() {
      const kept = history.state;
      if (kept?.draft === text.draft && (!words.value || words.value === kept.text)) {
        words.value = kept.text;
        key.value = kept.key;
      }
      document.addEventListener("visibilitychange", keep);
      document.querySelector("form[action$='@@logout']")?.addEventListener("submit", () => {
        loggingOut = true;
      });
      words.addEventListener("input", () => {
        loggingOut = false;
      });
    }

    function keep() {
      if (words) {
        const draft = { draft: text.draft, text: words.value, key: key.value };
        history.replaceState(sent || loggingOut || !words.value.trim() ? null : draft, "");
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
        ? fill(text.total, { count: files.length, size: size(bytes()) })
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
        return fill(text.large, { size: size(bytes()), most: size(Number(text.mostBytes)) });
      }
      return "";
    }

    function start() {
      const data = new FormData(form);
      files.forEach((file) => data.append("files", file, file.name));
      const bars = files.map((file, i) => {
        const bar = make("progress");
        bar.max = Math.max(file.size, 1);
        bar.value = 0;
        bar.setAttribute("aria-label", file.name);
        list.children[i].querySelector(".cp-row-text").append(bar);
        return bar;
      });
      busy(true);
      complain("");
      request = new XMLHttpRequest();
      request.upload.addEventListener("progress", (event) => progress(event, bars));
      request.addEventListener("load", finish);
      request.addEventListener("error", () => stop(text.lost));
      request.addEventListener("abort", () => stop(text.cancelled));
      request.open("POST", form.action);
      request.send(data);
      cancel.focus();
    }

    // The files go one after the other, so the bytes sent tell how far each of them is.
    function progress(event, bars) {
      let sent = event.loaded;
      for (const bar of bars) {
        bar.value = Math.max(0, Math.min(sent, bar.max));
        sent -= bar.max;
      }
      // In steps of ten: a screen reader reads each of them.
      const percent = 10 * Math.floor((10 * event.loaded) / event.total);
      total.textContent = percent < 100 ? fill(text.sending, { percent }) : text.storing;
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
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      if (page.getElementById("__ac_password")) {
        stop(text.expired);
        const link = make("a", "", text.login);
        link.href = text.loginUrl;
        link.target = "_blank";
        problem.append(" ", link);
        return;
      }
      const fresh = page.querySelector("[name=key]");
      if (key && fresh) {
        key.value = fresh.value;
      }
      const reason = page.querySelector("[role=alert] strong") || page.querySelector("h1");
      stop(reason ? reason.textContent : text.lost);
    }

    function stop(reason) {
      request = null;
      busy(false);
      show();
      complain(reason);
      send.textContent = text.again;
      send.focus();
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

  function make(tag, classes = "", text = "") {
    const element = document.createElement(tag);
    element.className = classes;
    element.textContent = text;
    return element;
  }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  function size(count) {
    const units = ["Bytes", "kB", "MB", "GB"];
    let unit = 0;
    while (count >= 1000 && unit < 3) {
      count /= 1024;
      unit += 1;
    }
    const digits = unit && count < 100 ? 1 : 0;
    const number = count.toLocaleString(document.documentElement.lang, {
      maximumFractionDigits: digits,
    });
    return `${number} ${units[unit]}`;
  }
})();
