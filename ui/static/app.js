// Uploads with progress, and the buttons inside lists. No library, no inline script, text only ever as text.
(() => {
  "use strict";
  const own = { "X-RC-Request": "1" };

  const line = (list, name, words, kind) => {
    const item = document.createElement("li");
    const title = document.createElement("span");
    const state = document.createElement("span");
    title.textContent = name;
    state.textContent = words;
    state.className = "pill " + kind;
    item.append(title, state);
    list.append(item);
  };

  const KINDS = { imported: "good", partial: "warn", unpacked: "", duplicate: "", unreadable: "bad", refused: "bad", waiting: "accent" };

  const show = (form, files) => {
    const list = form.parentElement.querySelector(".file-list");
    list.replaceChildren();
    for (const file of files) {
      const state = file.state === "imported" && file.reason ? "partial" : file.state;
      const words = form.dataset["state" + state.charAt(0).toUpperCase() + state.slice(1)] || state;
      const text = file.reason_text ? words + ": " + file.reason_text : words;
      line(list, file.file_name, text, KINDS[state] || "");
    }
  };

  const say = (form, text, isBad) => {
    const box = form.parentElement.querySelector(".upload-say");
    box.textContent = text;
    box.className = "upload-say " + (text ? "notice " + (isBad ? "bad" : "") : "");
  };

  const follow = async (form, uploadId, refused) => {
    for (let tries = 0; tries < 600; tries += 1) {
      const answer = await fetch("/uploads/" + encodeURIComponent(uploadId), { headers: own });
      if (answer.ok) {
        const found = await answer.json();
        show(form, [...found.files, ...refused]);
        if (found.state === "done") {
          say(form, form.dataset.done, false);
          document.querySelector("#data-refresh")?.click();
          return;
        }
      }
      await new Promise((next) => setTimeout(next, 1000));
    }
  };

  const send = (form, files) => {
    if (!files.length) { say(form, form.dataset.none, true); return; }
    const body = new FormData();
    for (const file of files) body.append("files", file);
    const bar = form.parentElement.querySelector(".bar");
    const fill = bar.querySelector("i");
    const request = new XMLHttpRequest();
    request.open("POST", "/uploads");
    request.setRequestHeader("X-RC-Request", "1");
    request.responseType = "json";
    bar.hidden = false;
    say(form, form.dataset.sending, false);
    request.upload.onprogress = (event) => {
      const percent = event.lengthComputable ? Math.round((event.loaded / event.total) * 100) : 0;
      fill.style.width = percent + "%";
      bar.setAttribute("aria-valuenow", String(percent));
    };
    request.onerror = () => { bar.hidden = true; say(form, form.dataset.failed, true); };
    request.onload = () => {
      bar.hidden = true;
      const answer = request.response || {};
      if (request.status >= 400) {
        say(form, answer.sentence || form.dataset.failed, true);
        const list = form.parentElement.querySelector(".file-list");
        list.replaceChildren();
        for (const one of answer.errors || []) line(list, one.field, form.dataset["reason_" + one.reason] || form.dataset.stateRefused, "bad");
        return;
      }
      say(form, form.dataset.reading, false);
      show(form, answer.files);
      follow(form, answer.upload_id, answer.files.filter((file) => file.state === "refused"));
    };
    request.send(body);
  };

  document.addEventListener("change", (event) => {
    const input = event.target.closest?.("#upload-files");
    const box = input?.closest("form").querySelector(".chosen");
    if (!box) return;
    const names = [...input.files].map((file) => file.name);
    box.textContent = names.length > 1 ? input.dataset.many.replace("{count}", names.length) : names[0] || "";
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.upload");
    if (!form) return;
    event.preventDefault();
    send(form, form.querySelector("input[type=file]").files);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const drop = event.target.closest?.(".drop");
      if (!drop) return;
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") send(drop.closest("form"), event.dataTransfer.files);
    });
  }

  document.addEventListener("click", async (event) => {
    if (event.target.closest?.("[data-reload]")) { location.reload(); return; }
    const button = event.target.closest?.("[data-operate]");
    if (!button) {
      for (const open of document.querySelectorAll("details.info[open], .days details[open]")) {
        if (!open.contains(event.target)) open.open = false;
      }
      return;
    }
    button.disabled = true;
    const job = button.dataset.job.split("/").map(encodeURIComponent).join("/");
    const answer = await fetch("/operate/" + button.dataset.operate + "/" + job, { method: "POST", headers: own });
    const box = button.closest(".job").querySelector(".job-say");
    if (answer.ok) {
      document.querySelector("#data-refresh")?.click();
    } else {
      const told = await answer.json().catch(() => ({}));
      box.textContent = told.sentence || "";
      button.disabled = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.info[open], .days details[open]")) open.open = false;
  });
  const language = location.pathname.split("/")[1];
  if (language === "ko" || language === "en") document.documentElement.lang = language;
})();
