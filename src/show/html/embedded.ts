/** JSON that stands in a script element (HTML, 4.12.1.3): no text of it can end the element, or open a comment in it. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (letter) => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A bundle as the text of a script element. What would end or comment it stands in strings alone there, where an escape is the same. */
export function embeddedScript(source: string): string {
  return source.replace(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '\\x3c!--');
}

/** A style sheet as the text of a style element, for which the same holds. */
export function embeddedStyle(source: string): string {
  return source.replace(/<\/(?=style)/gi, '<\\/');
}
