// Pictures that a worker is preparing: when one is ready it appears, without the page being loaded.

const DELAYS = [1000, 2000, 3000, 5000, 8000, 13_000, 21_000, 34_000, 55_000];
const watched = new WeakSet();

const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Gives what the site says of a file; null where it says nothing now. */
async function look(id) {
  try {
    const answer = await fetch(`/api/v1/files/${id}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Shows a picture in the place of its sign in a form. */
function showThumbnail(place, file) {
  if (file.state !== "ready") return;
  const picture = new Image();
  picture.alt = "";
  picture.draggable = false;
  picture.src = `${new URL(file.url).pathname}?w=480`;
  place.replaceChildren(picture);
}

/** Shows the files of a post or a comment as the server writes them now. */
async function renew(place) {
  const shown = place.closest("[data-prepared]");
  if (!shown) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(`[data-prepared="${shown.dataset.prepared}"]`);
  if (!fresh || !shown.isConnected) return;
  shown.replaceWith(fresh);
  watchPreparation(fresh);
}

async function watch(place) {
  const id = place.dataset.preparing;
  for (const delay of DELAYS) {
    await wait(delay);
    if (!place.isConnected || place.dataset.preparing !== id) return;
    const file = document.hidden ? null : await look(id);
    if (!file || file.state === "processing") continue;
    delete place.dataset.preparing;
    if (place.dataset.fileThumb === undefined) await renew(place).catch(() => {});
    else showThumbnail(place, file);
    return;
  }
}

/** Watches over what is in preparation within an element, and in it alone. */
export function watchPreparation(element) {
  const inside = [...element.querySelectorAll("[data-preparing]")];
  if (element.dataset?.preparing) inside.push(element);
  for (const place of inside) {
    if (watched.has(place)) continue;
    watched.add(place);
    watch(place);
  }
}
