// The few helpers with which every part of the page builds its elements.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** A new element with properties, and children that are elements or text. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** `Good`, `Neutral` or `Evil` as a small label. The side gives the colour. */
export function goodEvilBadge({ goodevil }) {
  const badge = element("span", { className: "badge", title: "Good or evil" }, goodevil);
  badge.dataset.side = goodevil;
  return badge;
}

/** `Lawful`, `Neutral` or `Chaotic` as a small label. */
export function lawChaosBadge({ lawchaos }) {
  return element("span", { className: "badge", title: "Law or chaos" }, lawchaos);
}

/** Says that a mysfit has found a home. */
export function adoptedBadge() {
  return element("span", { className: "badge adopted" }, "adopted");
}
