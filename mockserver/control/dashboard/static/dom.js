// Elements are made here and nowhere else. Text only ever becomes a text node, never markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (["value", "checked", "selected", "disabled", "hidden"].includes(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Return an element of HTML; attributes that begin with "on" are listeners. */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** Return an element of SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Let `parent` hold just `children`, in this order; those that stay keep their focus. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  children.forEach((child, at) => {
    if (parent.childNodes[at] !== child) parent.insertBefore(child, parent.childNodes[at] ?? null);
  });
}

/** Return a button that does `act` and cannot be pressed meanwhile. */
export function button(label, act, attributes = {}) {
  const made = el("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", async () => {
    if (made.getAttribute("aria-disabled") === "true") return;
    made.setAttribute("aria-disabled", "true");
    try {
      await act();
    } catch (error) {
      announce(error);
    } finally {
      made.removeAttribute("aria-disabled");
    }
  });
  return made;
}

/** Return a select of [value, label] pairs. */
export function select(label, options, value, change) {
  const made = el("select", { "aria-label": label, onchange: () => change(made.value) });
  setOptions(made, options, value);
  return made;
}

/** Let a select offer [value, label] pairs; it is left alone if it offers them already. */
export function setOptions(made, options, value) {
  const text = JSON.stringify(options);
  if (made.dataset.options !== text) {
    made.dataset.options = text;
    made.replaceChildren(...options.map(([key, name]) => el("option", { value: key }, name)));
  }
  made.value = value;
}

const notices = el("div", { class: "notices", role: "status", "aria-live": "polite" });
document.body.append(notices);

/** Tell the person something: a text, or the error of a call with its hint. */
export function announce(what) {
  const isError = what instanceof Error;
  const notice = el(
    "div",
    { class: isError ? "notice error" : "notice" },
    el("p", {}, isError ? what.message : what),
    isError && what.hint ? el("p", { class: "quiet" }, what.hint) : null,
  );
  const close = button("Dismiss", () => notice.remove(), { class: "plain" });
  notice.append(close);
  notices.append(notice);
  while (notices.children.length > 3) notices.firstChild.remove();
  setTimeout(() => notice.remove(), isError ? 12000 : 4000);
}
