// The language of what is being written: said in words, and known to the speller of the browser.

for (const folded of document.querySelectorAll("[data-language-of-text]")) {
  const select = folded.querySelector("select");
  const words = folded.querySelector("[data-language-in-words]");
  const show = () => {
    words.textContent = select.selectedOptions[0]?.textContent ?? "";
    // The editor takes the place of its text area a moment later.
    for (const field of select.form.querySelectorAll("textarea, trix-editor, input[lang]"))
      field.lang = select.value;
  };
  select.addEventListener("change", show);
  show();
}
