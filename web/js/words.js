// Numbers and names as people say them.

const short = new Intl.NumberFormat("en", { notation: "compact", compactDisplay: "long" });
const exact = new Intl.NumberFormat("en");

/** `1`, `1,234`. */
export const figure = (number) => exact.format(number);

/** `like`, `likes`. */
export const plural = (number, noun) => (number === 1 ? noun : `${noun}s`);

/** `1 like`, `5 likes`. */
export const counted = (number, noun) => `${figure(number)} ${plural(number, noun)}`;

/** `43 years`, `2,709 years`, `2 billion years`. */
export function ageInWords(years) {
  return years < 1_000_000 ? counted(years, "year") : `${short.format(years)} years`;
}

/** Returns the name as it is in the page's address: `twilight-glitter`. */
export function slug(mysfit) {
  return mysfit.name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-");
}
