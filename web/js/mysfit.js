// What a mysfit is, whoever sent it. Nothing else of an answer gets into the page.

const TEXTS = ["mysfitId", "name", "species", "description", "goodevil", "lawchaos"];

// For a picture that is not one of the site's own.
const NO_PORTRAIT = "favicon.svg";

/** The mysfits in a list that came over the network. What is no mysfit is left out. */
export function mysfitsIn(list) {
  return list.filter(isMysfit).map(clean);
}

function isMysfit(found) {
  return TEXTS.every((field) => typeof found?.[field] === "string") && Number.isFinite(found.age);
}

function clean(found) {
  return {
    ...Object.fromEntries(TEXTS.map((field) => [field, found[field]])),
    age: found.age,
    thumbImageUri: picture(found.thumbImageUri),
    profileImageUri: picture(found.profileImageUri),
    // A number, but text in the answers of the lab's old service.
    likes: Number(found.likes) || 0,
    adopted: found.adopted === true,
  };
}

/** A path inside the site. No scheme, no other host, nothing above the page's own folder. */
function picture(path) {
  const inside = typeof path === "string" && /^[\w.-]+(\/[\w.-]+)*$/.test(path) && !path.includes("..");
  return inside ? path : NO_PORTRAIT;
}
