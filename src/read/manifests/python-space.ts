/** Whether Python's `str.strip` and `\s` take a character for a space: the unit separator too, a byte order mark not. */
export function isPythonSpace(character: string): boolean {
  return character !== '\uFEFF' && /[\s\x1c-\x1f\x85]/.test(character);
}
