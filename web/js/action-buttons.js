// The buttons for liking, adopting and giving back. Each is created once, and then shows a mysfit as `asSeen` gives it.

import { element, icon, unseen } from "./dom.js";
import { figure, plural } from "./words.js";

const HEART = "M12 20.3C7 16.6 3 13.2 3 8.9 3 6.1 5.1 4 7.8 4c1.7 0 3.2.9 4.2 2.4C13 4.9 14.5 4 16.2 4 18.9 4 21 6.1 21 8.9c0 4.3-4 7.7-9 11.4z";

/** A heart with the number of likes: full once the visitor likes the mysfit. */
export function heartButton(onPress) {
  const whom = unseen("");
  const number = element("span", { className: "number" });
  const unit = unseen("");
  const button = element("button", { type: "button", className: "heart" },
    icon(HEART), element("span", { className: "verb" }, "Like"), whom, number, unit);
  button.addEventListener("click", onPress);
  return {
    element: button,
    show({ name, likes, isLiked, isLiking }) {
      button.setAttribute("aria-busy", String(isLiking));
      button.setAttribute("aria-pressed", String(isLiked));
      whom.textContent = ` ${name}${likes > 0 ? ", " : ""}`;
      number.textContent = likes > 0 ? figure(likes) : "";
      unit.textContent = likes > 0 ? ` ${plural(likes, "like")}` : "";
    },
  };
}

/** Gives a mysfit a home. */
export function adoptButton(onPress) {
  const button = element("button", { type: "button", className: "solid adopt" });
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") {
      onPress();
    }
  });
  return {
    element: button,
    show({ name, adopted, isMine }) {
      // Not `disabled`: that would take the focus away from whoever has just pressed it.
      button.setAttribute("aria-disabled", String(adopted));
      button.replaceChildren(...(adopted ? [isMine ? "Yours" : "Adopted"] : ["Adopt", unseen(` ${name}`)]));
    },
  };
}

/** Gives a mysfit back, for who has adopted it. */
export function giveBackButton(onPress) {
  const button = element("button", { type: "button", className: "link give-back", hidden: true });
  button.addEventListener("click", onPress);
  return {
    element: button,
    show({ name, canGiveBack }) {
      const hadFocus = document.activeElement === button;
      button.hidden = !canGiveBack;
      button.replaceChildren("Give back", unseen(` ${name}`));
      if (hadFocus && !canGiveBack) {
        // It is gone, and the button before it says what has become of the mysfit.
        button.previousElementSibling?.focus();
      }
    },
  };
}
