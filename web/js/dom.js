// The few helpers with which every part of the page builds its elements.

/** Returns the element with this id. */
export const byId = (id) => document.getElementById(id);

/** Creates an element with properties, and children that are elements or text. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Creates text for screen readers only. */
export const unseen = (text) => element("span", { className: "unseen" }, text);

/** Creates a picture of 24 by 24 that takes the colour of the text around it. */
export function icon(path) {
  const [svg, line] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  Object.entries({ viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": true }).forEach((pair) => svg.setAttribute(...pair));
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
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

/** Creates the label that a mysfit has found a home, perhaps with this visitor. */
export function adoptedBadge({ isMine }) {
  return element("span", { className: "badge adopted" }, isMine ? "adopted by you" : "adopted");
}
