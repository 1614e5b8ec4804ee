import { part } from './words.ts';
import type { Words } from './words.ts';

const DONE = /^(?:✅|✔️?|☑️?|✓|\[[xX]\]|:white_check_mark:|:heavy_check_mark:)\s*/u;
const OPEN = /^(?:⏳|⌛|❌|✗|✘|🚧|🔲|⬜|☐|📝|🔜|\[ ?\]|:x:|:construction:|:hourglass:)\s*/u;
const SIGN = /^(?:⚠️?|🔒|🔐|🚀|📦|🐛|🎉|ℹ️?|🔧|⬆️?|♻️?|[-–—*•])\s*/u;

/** Whether words begin with a sign that states them or leaves them open. */
export function boxOf({ text }: Words): 'done' | 'open' | null {
  if (DONE.test(text)) return 'done';
  return OPEN.test(text) ? 'open' : null;
}

/** The words without the signs that they begin with. */
export function withoutBox(words: Words): Words {
  const sign = [DONE, OPEN, SIGN].map((pattern) => pattern.exec(words.text)?.[0].length ?? 0);
  const length = Math.max(...sign);
  return length === 0 ? words : withoutBox(part(words, length, words.text.length));
}
