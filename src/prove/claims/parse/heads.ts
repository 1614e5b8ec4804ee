import type { Place, Subject } from './found.ts';
import { namesIn, normalised, releasesIn, versionsIn } from './names.ts';
import { part } from './words.ts';
import type { Words } from './words.ts';

/** What a clause says something of: a package, the whole service, or something that is no matter of this. */
export type Head = Subject | 'whole' | 'other' | null;

const WHOLE =
  /\b(?:service|set|image|application|app|backend|frontend|server|project|stack|deployment|container|system|api|everything|all|they|these|packages|dependencies|requirements|environment|release|code(?:base)?|worker)\b/i;
/** Words that leave the subject to what stands before. */
const LEFT_OUT =
  /^(?:[\s:,;.()–—-]|\b(?:it|its|this|that|which|and|also|now|is|are|was|were|the|new|old|newer|latest|updated|version|package|library|release|one|both|fully|so|then|because|for|has|have|been|tested|verified|confirmed|with|to|therefore|still|only|officially|status|note|python|compatibility|compat|we|moved?|reason)\b)*$/i;

/** Reads the subject of what is said from the words before it. Null: nothing anywhere says it. */
export function headOf(words: Words, end: number, place: Place): Head {
  const head = part(words, 0, end);
  const release = releasesIn(head.text).at(-1);
  if (release !== undefined) {
    const { name, version } = release;
    const move = sameAs(place.subject, name.text);
    const from = move !== null && move.to === version.text ? move.from : null;
    return { package: name.text, from, to: version.text, said: from === null };
  }
  const version = versionsIn(head.text).at(-1);
  if (version !== undefined && place.subject !== null)
    return { package: place.subject.package, from: version.text, to: version.text, said: true };
  const name = namesIn(head, place.lexicon).at(-1);
  if (name !== undefined)
    return sameAs(place.subject, name.text) ?? { package: name.text, from: null, to: null };
  if (LEFT_OUT.test(head.text)) return place.subject;
  return WHOLE.test(head.text) ? 'whole' : 'other';
}

function sameAs(subject: Subject | null, name: string): Subject | null {
  return subject !== null && normalised(subject.package) === normalised(name) ? subject : null;
}

export function isSubject(head: Head): head is Subject {
  return head !== null && typeof head !== 'string';
}
