// The menu “Share” of a post: the phone's own sheet where there is one, else copying and printing.

const status = document.getElementById("share-status");

async function copy(menu) {
  const { url, copied, notCopied } = menu.dataset;
  try {
    await navigator.clipboard.writeText(url);
    status.textContent = copied;
  } catch {
    status.textContent = notCopied.replace("{url}", url);
  }
  // The status is for screen readers: the menu shows the same words.
  const said = menu.querySelector(".share-said") ?? document.createElement("p");
  Object.assign(said, { className: "share-said menu-title", textContent: status.textContent });
  said.ariaHidden = "true";
  menu.querySelector(".menu-list").append(said);
}

for (const menu of document.querySelectorAll("[data-share]")) {
  const { url, title } = menu.dataset;
  for (const item of menu.querySelectorAll("[data-scripted]")) item.hidden = false;
  menu.querySelector("[data-copy]").addEventListener("click", () => copy(menu));
  menu.querySelector("[data-print]").addEventListener("click", () => {
    menu.open = false;
    print();
  });
  // The sheet of a phone has all of that; with a mouse the menu is quicker.
  const hasSheet = navigator.share && matchMedia("(pointer: coarse)").matches;
  menu.querySelector("summary").addEventListener("click", async (event) => {
    if (!hasSheet || menu.open) return;
    event.preventDefault();
    try {
      await navigator.share({ title, url });
    } catch (refused) {
      if (refused.name !== "AbortError") menu.open = true;
    }
  });
}
