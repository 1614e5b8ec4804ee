/** A text that is read from left to right. A byte order mark at its beginning is passed over. */
export abstract class TextCursor {
  protected readonly text: string;
  protected at: number;

  constructor(text: string) {
    this.text = text;
    this.at = text.startsWith('\uFEFF') ? 1 : 0;
  }

  /** Passes over a character, where it stands here. */
  protected taken(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  /** Passes over what a pattern (sticky: `/y`) finds here; null: it does not fit. */
  protected matched(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.at += found.length;
    return found;
  }
}
