// "Show the password": pressed, the field under it shows what is typed; sent or left, it is hidden.

const show = (button, isShown) => {
  document.getElementById(button.getAttribute("aria-controls")).type = isShown ? "text" : "password";
  button.setAttribute("aria-pressed", isShown);
};

const buttons = document.querySelectorAll("[data-show-password]");

for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", () => show(button, button.getAttribute("aria-pressed") === "false"));
  // Browsers keep, and offer again, what stands in a field of text.
  button.form?.addEventListener("submit", () => show(button, false));
}

addEventListener("pagehide", () => buttons.forEach((button) => show(button, false)));
