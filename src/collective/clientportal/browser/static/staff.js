// What the staff's pages gain where scripts run: every one of them works without.
(() => {
  "use strict";

  document.documentElement.classList.add("cps-scripted");

  const fill = (text, values) =>
    Object.entries(values).reduce((done, [name, value]) => done.replace(`{${name}}`, value), text);

  // Menus close on Escape and when something else is clicked.
  const menus = () => {
    const close = (but) => {
      for (const menu of document.querySelectorAll(".cps-menu[open]")) {
        if (menu !== but) {
          menu.open = false;
        }
      }
    };
    document.addEventListener("click", (event) => close(event.target.closest(".cps-menu")));
    document.addEventListener("keydown", (event) => {
      const menu = event.target.closest(".cps-menu[open]");
      if (event.key === "Escape" && menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  };

  // Tick all, tell how many are ticked, and do not leave the page when none is.
  const ticks = (form) => {
    const all = form.querySelector(".cps-all");
    const boxes = [...form.querySelectorAll("tbody .cps-tick input")];
    const status = form.querySelector(".cps-ticked");
    if (!all) {
      return;
    }
    const tell = () => {
      const count = boxes.filter((box) => box.checked).length;
      all.checked = count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
      const text = count === 1 ? status.dataset.textOne : status.dataset.textMany;
      status.textContent = count ? fill(text, { count }) : "";
      status.classList.remove("cps-due");
    };
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) {
        box.checked = all.checked;
      }
      tell();
    });
    form.addEventListener("change", tell);
    form.addEventListener("submit", (event) => {
      if (!boxes.some((box) => box.checked)) {
        event.preventDefault();
        status.textContent = form.dataset.textNone;
        status.classList.add("cps-due");
        for (const menu of form.querySelectorAll(".cps-menu[open]")) {
          menu.open = false;
        }
      }
    });
    // The browser may have kept ticks over "back".
    tell();
  };

  // Releasing: show the folders that exactly the chosen clients see, and say what will happen.
  const release = (form) => {
    const isChoice = Boolean(form.dataset.choice);
    const clients = [...form.querySelectorAll("#cps-who input")];
    const folders = [...form.querySelectorAll("[data-readers]")];
    const title = form.querySelector("#cps-new-title");
    const isNew = form.querySelector("#folder-new");
    const sentence = form.querySelector("#cps-consequence");
    const narrowed = form.querySelector(".cps-narrowed");
    const picked = () => clients.filter((box) => box.checked);
    const readers = (folder) => folder.dataset.readers.split(" ").filter(Boolean);
    const input = (folder) => folder.querySelector("input");

    const fits = (folder) => {
      const ids = picked().map((box) => box.value);
      const those = readers(folder);
      return those.length === ids.length && those.every((id) => ids.includes(id));
    };

    const narrow = () => {
      const any = picked().length > 0;
      for (const folder of folders) {
        folder.hidden = any && !fits(folder);
        if (folder.hidden) {
          input(folder).checked = false;
        }
      }
      const left = folders.filter((folder) => !folder.hidden);
      narrowed.hidden = left.length === folders.length;
      if (any && !form.querySelector("[name=folder]:checked")) {
        if (left.length === 1) {
          input(left[0]).checked = true;
        } else if (!left.length) {
          isNew.checked = true;
        }
      }
    };

    const tell = () => {
      const labels = isChoice
        ? picked().map((box) => box.dataset.label)
        : [...form.querySelectorAll(".cps-only [data-label]")].map((one) => one.dataset.label);
      const folder = form.querySelector("[name=folder]:checked");
      const where = folder && (folder === isNew ? title.value.trim() : folder.dataset.title);
      if (!where || (isChoice && !labels.length)) {
        sentence.textContent = sentence.dataset.unclear;
        return;
      }
      const last = labels.at(-1);
      const people =
        labels.length > 1
          ? fill(form.dataset.and, { first: labels.slice(0, -1).join(", "), last })
          : last;
      const kinds = [form.dataset.nobody, form.dataset.one, form.dataset.many];
      sentence.textContent = fill(kinds[Math.min(labels.length, 2)], { people, folder: where });
    };

    form.addEventListener("change", (event) => {
      const folder = event.target.closest("[data-readers]");
      if (folder && isChoice && !picked().length) {
        // Whoever chooses the folder first has said for whom.
        for (const box of clients) {
          box.checked = readers(folder).includes(box.value);
        }
      }
      if (isChoice) {
        narrow();
      }
      tell();
    });
    title.addEventListener("input", () => {
      isNew.checked = true;
      tell();
    });
    isNew.addEventListener("change", () => title.focus());
    if (isChoice) {
      narrow();
    }
    tell();
  };

  // Sending a form with files: the limit before anything is sent, progress, and where to go next.
  const sender = (form, input, explain) => {
    const box = form.querySelector(".cps-progress");
    const bar = box.querySelector("progress");
    const status = box.querySelector("[role=status]");
    const words = form.dataset;

    const fail = (text) => {
      box.hidden = false;
      bar.hidden = true;
      status.textContent = text;
      status.className = "cps-progress-bad";
      explain?.(text);
    };

    return (submitter) => {
      const files = [...input.files];
      if (files.reduce((sum, file) => sum + file.size, 0) > Number(words.limit)) {
        fail(words.textLarge);
        return;
      }
      const data = new FormData(form);
      if (submitter) {
        data.append(submitter.name, submitter.value);
        submitter.disabled = true;
      }
      const request = new XMLHttpRequest();
      request.open("POST", form.getAttribute("action"));
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.upload.onprogress = (event) => {
        bar.value = (100 * event.loaded) / event.total;
        status.textContent =
          event.loaded < event.total
            ? `${words.textSending} … ${Math.floor(bar.value)} %`
            : words.textDone;
      };
      const again = (text) => {
        if (submitter) {
          submitter.disabled = false;
        }
        fail(text);
      };
      request.onerror = () => again(words.textFailed);
      request.onload = () => {
        let answer = {};
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          // An error page.
        }
        if (request.status === 200 && answer.next) {
          window.location.assign(answer.next);
        } else {
          if (answer.key && form.elements.key) {
            form.elements.key.value = answer.key;
          }
          again(answer.message || words.textFailed);
        }
      };
      box.hidden = false;
      bar.hidden = false;
      bar.value = 0;
      status.className = "";
      request.send(data);
    };
  };

  // Uploading: at once when files are chosen or dropped.
  const upload = (form) => {
    const input = form.querySelector("input[type=file]");
    const send = sender(form, input);

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });

    if (form.id) {
      // The page's main form takes files that are dropped anywhere.
      const hasFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
      document.addEventListener("dragover", (event) => {
        if (hasFiles(event)) {
          event.preventDefault();
          document.body.classList.add("cps-dropping");
        }
      });
      document.addEventListener("dragleave", (event) => {
        if (!event.relatedTarget) {
          document.body.classList.remove("cps-dropping");
        }
      });
      document.addEventListener("drop", (event) => {
        document.body.classList.remove("cps-dropping");
        if (hasFiles(event)) {
          event.preventDefault();
          input.files = event.dataTransfer.files;
          send();
        }
      });
    }
  };

  // Text blocks: those of the chosen category, put where the text is being written.
  const blocks = (bar) => {
    const form = bar.closest("form");
    const category = bar.querySelector("[name=category]");
    const block = bar.querySelector("[name=block]");
    const text = form.querySelector("textarea");
    const show = () => {
      for (const option of block.querySelectorAll("[data-category]")) {
        option.hidden = option.disabled = option.dataset.category !== category.value;
      }
      block.value = "";
    };
    category.addEventListener("change", show);
    bar.querySelector("#cps-insert").addEventListener("click", (event) => {
      event.preventDefault();
      const chosen = block.selectedOptions[0];
      if (!chosen?.dataset.text) {
        block.focus();
        return;
      }
      const names = form.dataset.names || "";
      const filled = names
        ? chosen.dataset.text.replace(/\$\{recipient\}|\$recipient\b/g, () => names)
        : chosen.dataset.text;
      const before = text.value.slice(0, text.selectionStart);
      const gap = before && !before.endsWith("\n") ? "\n\n" : "";
      text.setRangeText(gap + filled, text.selectionStart, text.selectionEnd, "end");
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  };

  // Writing a message: chips, threads that fit, suggestions, and what pressing the button will do.
  const compose = (form) => {
    const words = form.dataset;
    const people = form.querySelector(".cps-people");
    const threads = [...form.querySelectorAll("[data-readers]")];
    const isNew = form.querySelector("#thread-new");
    const typed = form.querySelector("#cps-addresses");
    const sentence = form.querySelector("#cps-consequence");
    const files = form.querySelector("[type=file]");
    const problem = form.querySelector("#cps-problem");
    const ofAddress = (address) =>
      [...people.querySelectorAll("input")].find(
        (box) => box.dataset.email && box.dataset.email === address.toLowerCase(),
      );
    const picked = () => {
      const boxes = addresses().map(ofAddress).filter(Boolean);
      return [...new Set([...people.querySelectorAll("input:checked"), ...boxes])];
    };
    const others = () => addresses().filter((address) => !ofAddress(address));
    // "a@b.example" or "A B <a@b.example>", by commas, semicolons or spaces.
    const addresses = () =>
      typed.value.split(/[,;\n]+/).flatMap((part) => {
        const inside = part.match(/<([^<>]*)>\s*$/);
        return inside ? [inside[1].trim()] : part.trim().split(/\s+/).filter(Boolean);
      });
    const readers = (thread) => thread.dataset.readers.split(" ").filter(Boolean);
    const input = (thread) => thread.querySelector("input");
    const join = (names) =>
      names.length > 1
        ? fill(words.and, { first: names.slice(0, -1).join(", "), last: names.at(-1) })
        : names.join("");

    const narrow = () => {
      const ids = picked().map((box) => box.value);
      const some = ids.length || others().length;
      for (const thread of threads) {
        const fits = !others().length && ids.every((id) => readers(thread).includes(id));
        thread.hidden = Boolean(some) && !fits;
        if (thread.hidden && input(thread).checked) {
          isNew.checked = true;
        }
      }
      form.querySelector(".cps-narrowed").hidden = !threads.some((thread) => thread.hidden);
    };

    const suit = () => {
      // The latest thread of exactly these people, where there is one.
      const ids = picked().map((box) => box.value);
      const exact = threads.find(
        (thread) => !thread.hidden && readers(thread).length === ids.length && ids.length,
      );
      (exact ? input(exact) : isNew).checked = true;
    };

    const tell = () => {
      const labels = [...picked().map((box) => box.dataset.label), ...others()];
      // Whose name is not known is not left out of a greeting: the placeholder stays.
      words.names = others().length ? "" : join(picked().map((box) => box.dataset.name));
      const asked = form.querySelector("[name=expects]:checked")?.dataset.asked;
      if (!labels.length || !asked) {
        sentence.textContent = sentence.dataset.unclear;
        return;
      }
      const count = form.querySelectorAll("[name='documents:list']:checked").length + files.files.length;
      const enclosed = count > 1 ? fill(words.files, { count }) : count ? words.file : "";
      const values = { people: join(labels), files: enclosed, asked };
      const ids = picked().map((box) => box.value);
      const thread = threads.find((one) => input(one).checked);
      const readers = [...(thread?.querySelectorAll("[data-reader]") || [])]
        .filter((reader) => !ids.includes(reader.dataset.reader))
        .map((reader) => reader.dataset.label);
      const isAsked = (thread?.dataset.awaited || "").split(" ").some((id) => id && ids.includes(id));
      sentence.textContent = [
        fill(labels.length === 1 ? words.one : words.many, values),
        readers.length && fill(words.others, { people: join(readers) }),
        isAsked && words.replaces,
      ]
        .filter(Boolean)
        .join(" ");
    };

    const add = (found) => {
      const value = found.in_matter ? found.id : found.email;
      let box = [...people.querySelectorAll("input")].find((one) => one.value === value);
      if (!box) {
        const name = found.fullname || found.email;
        const label = document.createElement("label");
        label.className = "cps-choice";
        box = document.createElement("input");
        Object.assign(box, { className: "form-check-input", type: "checkbox", value });
        box.name = "recipients:list";
        Object.assign(box.dataset, { label: name, name, opposing: "" });
        const text = document.createElement("span");
        text.textContent = name;
        if (name !== found.email) {
          const detail = document.createElement("span");
          detail.className = "cps-detail";
          detail.textContent = ` ${found.email}`;
          text.append(detail);
        }
        label.append(box, text);
        people.append(label);
      }
      box.checked = true;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    };

    const query = form.querySelector("#cps-q");
    const scope = form.querySelector("#cps-scope");
    const list = form.querySelector(".cps-found");
    let waiting = 0;
    const search = async () => {
      const asked = new URLSearchParams({ q: query.value, scope: scope.value });
      const response = await fetch(`${words.recipients}?${asked}`, {
        headers: { Accept: "application/json" },
      }).catch(() => null);
      if (!response?.ok || asked.get("q") !== query.value || asked.get("scope") !== scope.value) {
        return;
      }
      const { items } = await response.json();
      list.replaceChildren(
        ...items.map((found) => {
          const row = document.createElement("li");
          const button = document.createElement("button");
          button.type = "button";
          button.className = "btn btn-sm btn-outline-secondary";
          const party = found.party ? ` (${found.party})` : "";
          const name = found.fullname ? `${found.fullname}${party} · ` : "";
          button.textContent = `+ ${name}${found.email}`;
          button.addEventListener("click", () => {
            add(found);
            row.remove();
          });
          row.append(button);
          return row;
        }),
      );
    };
    const soon = () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(search, 250);
    };
    query.addEventListener("input", soon);
    scope.addEventListener("change", soon);

    form.addEventListener("change", (event) => {
      if (event.target.closest(".cps-people, #cps-addresses")) {
        narrow();
        suit();
      }
      tell();
    });
    typed.addEventListener("input", () => {
      narrow();
      tell();
    });
    form.addEventListener("keydown", (event) => {
      // Enter in a line must not throw away files that were chosen.
      if (event.key === "Enter" && event.target.matches("input:not([type=checkbox], [type=radio])")) {
        event.preventDefault();
      }
    });
    const send = sender(form, files, (text) => {
      problem.hidden = false;
      problem.textContent = text;
      problem.scrollIntoView({ block: "center" });
    });
    form.addEventListener("submit", (event) => {
      if (event.submitter?.id === "cps-send") {
        event.preventDefault();
        problem.hidden = true;
        send(event.submitter);
      }
    });
    narrow();
    tell();
  };

  // A form whose session has ended keeps what was written, and shows the way to log in.
  const session = (form) => {
    const words = form.dataset;
    const ended = document.createElement("p");
    const link = document.createElement("a");
    Object.assign(link, { href: words.login, target: "_blank", textContent: words.loginText });
    ended.className = "cps-problem cps-expired";
    ended.setAttribute("role", "alert");
    ended.append(`${words.expired} `, link);
    let known = false;
    form.addEventListener("submit", async (event) => {
      if (known) {
        known = false;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const answer = await fetch(words.session, { redirect: "manual" }).catch(() => null);
      if (answer?.type === "opaqueredirect") {
        event.submitter.before(ended);
        return;
      }
      ended.remove();
      known = true;
      form.requestSubmit(event.submitter);
    });
  };

  // What a client wrote counts as seen when somebody of the team has the thread before their eyes.
  const seen = (form) => {
    const tell = async () => {
      if (document.visibilityState !== "visible") {
        return;
      }
      document.removeEventListener("visibilitychange", tell);
      const response = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Requested-With": "XMLHttpRequest" },
        keepalive: true,
      }).catch(() => null);
      if (response?.ok) {
        form.remove();
      }
    };
    document.addEventListener("visibilitychange", tell);
    tell();
  };

  // The choice of an expected action shows where a text is shared, and only there.
  const activity = (form) => {
    const share = form.querySelector("[name=share]");
    if (!share) {
      // The portal is off: there are only notes.
      return;
    }
    const words = form.dataset;
    const button = form.querySelector("#cps-save-activity");
    const more = form.querySelector("[name=more]");
    const sentence = form.querySelector("#cps-consequence");
    const people = [...form.querySelectorAll(".cps-chip")].map((chip) => chip.dataset.label);
    const show = () => {
      for (const part of form.querySelectorAll(".cps-if-shared")) {
        part.hidden = !share.checked;
      }
      // Saving sends, where recipients are remembered and nothing is to be added.
      const isSent = share.checked && sentence && !more.checked;
      const text = isSent ? "send" : share.checked ? "next" : "note";
      button.textContent = button.dataset[text];
      if (!sentence) {
        return;
      }
      const asked = form.querySelector("[name=expects]:checked")?.dataset.asked;
      const names =
        people.length > 1
          ? fill(words.and, { first: people.slice(0, -1).join(", "), last: people.at(-1) })
          : people[0];
      const values = { people: names, files: "", asked };
      sentence.textContent =
        isSent && asked ? fill(people.length === 1 ? words.one : words.many, values) : "";
      if (isSent && asked && words.awaits) {
        sentence.textContent += ` ${words.replaces}`;
      }
    };
    form.addEventListener("change", show);
    show();
  };

  const start = (selector, action) => document.querySelectorAll(selector).forEach(action);
  menus();
  start("form[data-session]", session);
  start(".cps-documents", ticks);
  start(".cps-release", release);
  start(".cps-upload", upload);
  start("[data-blocks]", blocks);
  start(".cps-compose", compose);
  start(".cps-seen", seen);
  start(".cps-activity", activity);
})();
