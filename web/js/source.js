// Where the mysfits come from. Nothing else knows it.

const ADDRESS = "mysfits.json";

/** All mysfits, in the order in which they are shown. */
export async function loadMysfits() {
  // `no-cache` asks the server again: a student who has just deployed wants to see the new data.
  const response = await fetch(ADDRESS, { cache: "no-cache" });
  if (!response.ok) {
    throw new Error(`${ADDRESS} answered with status ${response.status}`);
  }
  const { mysfits } = await response.json();
  if (!Array.isArray(mysfits)) {
    throw new Error(`${ADDRESS} holds no list of mysfits`);
  }
  return mysfits;
}
