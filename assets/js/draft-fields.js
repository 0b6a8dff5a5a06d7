// The values of a form by the names of its fields, so that a form which gains or loses a field still
// takes the drafts of before.

const NONE = ["hidden", "password", "file", "submit", "button"];
const isTicked = (field) => ["checkbox", "radio"].includes(field.type);

/** The fields that have a draft. What the editor brings is none: its text area has the text. */
function kept(form) {
  return [...form.elements].filter(
    (field) =>
      field.name &&
      (field.dataset.territories || !NONE.includes(field.type)) &&
      !field.closest("trix-editor, trix-toolbar"),
  );
}

function byName(form, valuesOf) {
  const values = {};
  for (const field of kept(form)) (values[field.name] ??= []).push(...valuesOf(field));
  return values;
}

function present(field) {
  if (isTicked(field)) return field.checked ? [field.value] : [];
  if (field.options) return [...field.selectedOptions].map((option) => option.value);
  return [field.value];
}

function written(field) {
  if (isTicked(field)) return field.defaultChecked ? [field.value] : [];
  if (!field.options) return [field.defaultValue];
  const options = [...field.options];
  const chosen = options.filter((option) => option.defaultSelected);
  return (chosen.length || field.multiple ? chosen : options.slice(0, 1)).map(({ value }) => value);
}

/** What the fields hold: {name: [values]}. */
export const read = (form) => byName(form, present);

/** What the server wrote into them: one may have typed before this script came. */
export const given = (form) => byName(form, written);

/** Returns whether two forms say the same, in the fields that both have. */
export function isSame(one, other) {
  const names = Object.keys(one).filter((name) => name in other);
  return names.every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]));
}

function set(field, values, turn) {
  if (isTicked(field)) field.checked = values.includes(field.value);
  else if (field.options)
    for (const option of field.options) option.selected = values.includes(option.value);
  else field.value = values[turn] ?? "";
}

/** Puts the values of a draft into the fields that they are of, and leaves all others. */
export function write(form, values) {
  const turns = {};
  for (const field of kept(form)) {
    if (!(field.name in values)) continue;
    const turn = (turns[field.name] = (turns[field.name] ?? -1) + 1);
    set(field, values[field.name], turn);
    field.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  }
}

/** Names the values of a draft of an earlier release, a list; null where it is of other fields. */
export function named(form, list) {
  const fields = kept(form);
  if (!Array.isArray(list) || list.length !== fields.length) return null;
  const values = {};
  fields.forEach((field, index) => {
    const ticked = list[index] === true ? [field.value] : [];
    (values[field.name] ??= []).push(...(isTicked(field) ? ticked : [list[index]]));
  });
  return values;
}
