/* What a script can do better. Every page does its work without it. */
(() => {
  "use strict";

  const each = (selector, use) => document.querySelectorAll(selector).forEach(use);

  /* Times in the reader's own zone. */
  const today = new Date();
  const language = document.documentElement.lang;
  const locale = language === "en" ? "en-GB" : language;
  const format = (options) => new Intl.DateTimeFormat(locale, options);
  each("time[datetime]", (time) => {
    const then = new Date(time.dateTime);
    if (Number.isNaN(then.getTime())) {
      return;
    }
    const full = format({ dateStyle: "full", timeStyle: "short" }).format(then);
    time.title = full;
    if (time.dataset.full !== undefined) {
      time.textContent = format({ dateStyle: "medium", timeStyle: "short" }).format(then);
    } else if (then.toDateString() === today.toDateString()) {
      time.textContent = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(then);
    } else if (then.getFullYear() === today.getFullYear()) {
      time.textContent = format({ day: "numeric", month: "short" }).format(then);
    } else {
      time.textContent = format({ dateStyle: "medium" }).format(then);
    }
  });

  /* The code in two groups of four, a notice's number in three and four, typed or pasted. */
  each("input.code", (field) => {
    const [first, length, between] = field.name === "number" ? [3, 7, "-"] : [4, 8, " "];
    field.addEventListener("input", () => {
      const atEnd = field.selectionStart === field.value.length;
      const code = field.value.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, length);
      if (atEnd) {
        field.value = code.length > first ? code.slice(0, first) + between + code.slice(first) : code;
      }
    });
  });

  /* Asking again makes sense once the first mail has had time to arrive. */
  each("[data-wait]", (button) => {
    const words = button.textContent;
    let left = Number(button.dataset.wait);
    const tick = () => {
      button.disabled = left > 0;
      button.textContent = left > 0 ? button.dataset.waiting.replace("#", String(left)) : words;
      if (left > 0) {
        left -= 1;
        setTimeout(tick, 1000);
      }
    };
    tick();
  });

  /* The frame as high as its mail. */
  each("iframe.mail-frame", (frame) => {
    const fit = () => {
      const page = frame.contentDocument && frame.contentDocument.documentElement;
      if (page) {
        frame.style.height = "0";
        frame.style.height = Math.max(160, Math.min(page.scrollHeight, 20000)) + "px";
        frame.style.resize = "none";
      }
    };
    frame.addEventListener("load", fit);
    window.addEventListener("resize", fit);
    if (frame.contentDocument && frame.contentDocument.readyState === "complete") {
      fit();
    }
  });

  /* j and k walk through a list. */
  each(".rows", (list) => {
    const rows = Array.from(list.querySelectorAll(".row"));
    each(".keys", (hint) => {
      hint.hidden = false;
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || (event.key !== "j" && event.key !== "k")) {
        return;
      }
      const at = rows.indexOf(document.activeElement);
      const next = rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))];
      if (next) {
        next.focus();
      }
    });
  });

  /* Too large is said before hours of sending; sending is seen, and done once. */
  each("form[data-answer]", (form) => {
    const files = form.querySelector("input[type=file]");
    const tooLarge = form.querySelector("[data-too-large]");
    const progress = form.querySelector(".progress");
    const bar = form.querySelector("progress");
    const percent = form.querySelector("[data-percent]");
    const send = form.querySelector("button[type=submit]");

    const check = () => {
      const sizes = Array.from(files.files, (file) => file.size);
      const wrong =
        sizes.some((size) => size > Number(form.dataset.maxFile)) ||
        sizes.reduce((sum, size) => sum + size, 0) > Number(form.dataset.maxAll);
      tooLarge.hidden = !wrong;
      return !wrong;
    };
    files.addEventListener("change", check);

    form.addEventListener("submit", (event) => {
      if (send.disabled || !check()) {
        event.preventDefault();
        return;
      }
      if (files.files.length === 0) {
        setTimeout(() => {
          send.disabled = true;
        });
        return;
      }
      event.preventDefault();
      send.disabled = true;
      progress.hidden = false;
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", (step) => {
        if (step.lengthComputable) {
          const share = Math.floor((step.loaded / step.total) * 100);
          bar.value = share;
          percent.textContent = share + " %";
        }
      });
      request.addEventListener("load", () => {
        if (request.status === 200) {
          window.location.assign(request.responseURL);
          return;
        }
        /* The page that says what is wrong is what a plain form gives. */
        send.disabled = false;
        progress.hidden = true;
        form.querySelector("[data-failed]").hidden = false;
      });
      request.addEventListener("error", () => {
        send.disabled = false;
        progress.hidden = true;
        form.querySelector("[data-failed]").hidden = false;
      });
      request.open("POST", form.action);
      request.send(new FormData(form));
    });
    window.addEventListener("pageshow", () => {
      send.disabled = false;
    });
  });
})();
