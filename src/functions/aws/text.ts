/** How texts of the services become parts of the library's messages. */

/** A text in one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A text as part of a longer one: in one line, and without the full stop at its end. */
export function sentence(text = ''): string {
  return oneLine(text).replace(/[. ]+$/, '');
}

/** Puts names in the place of secret values, however `sentence` has changed them. */
export function hideSecrets(text: string, secrets: Readonly<Record<string, string>>): string {
  let hidden = text;
  for (const [name, value] of Object.entries(secrets)) {
    for (const form of [value, oneLine(value), sentence(value)]) {
      if (form) hidden = hidden.split(form).join(`(${name})`);
    }
  }
  return hidden;
}
