// The fields of a mysfit, whoever sent it. Nothing else of an answer gets into the page.

const TEXTS = ["mysfitId", "name", "species", "description", "goodevil", "lawchaos"];

// For a picture that is not one of the site's own.
const NO_PORTRAIT = "favicon.svg";

/** Returns the mysfits in a list that came over the network. Other entries are left out. */
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

/** Returns a path inside the site: no scheme, no other host, nothing above the page's own folder. */
function picture(path) {
  const inside = typeof path === "string" && /^[\w.-]+(\/[\w.-]+)*$/.test(path) && !path.includes("..");
  return inside ? path : NO_PORTRAIT;
}
