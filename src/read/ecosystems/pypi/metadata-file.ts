import { asBuffer } from '../../../io/as-buffer.ts';

/** The fields of core metadata that a resolve asks for (Core metadata specifications, versions 1.0 to 2.4). */
export interface CoreMetadata {
  readonly metadataVersion: string;
  readonly name: string;
  readonly version: string;
  readonly requiresDist: readonly string[];
  readonly requiresPython: string | null;
  readonly providesExtra: readonly string[];
  readonly classifiers: readonly string[];
  /** Fields, in small letters, that a build may fill differently (2.2). */
  readonly dynamic: readonly string[];
}

/** Far more than any real package has. */
const MAX_FIELDS = 20_000;

/**
 * Reads METADATA or PKG-INFO: header fields as in e-mail (RFC 5322 with folded lines), up to the first empty line or the first
 * line that is no field. Null where it has no name or no version.
 */
export function parseCoreMetadata(bytes: Uint8Array): CoreMetadata | null {
  const fields = headerFields(new TextDecoder().decode(headerOf(bytes)));
  if (fields === null) return null;
  const all = (name: string): readonly string[] =>
    fields.filter(([key]) => key === name).map(([, value]) => value);
  const name = all('name')[0];
  const version = all('version')[0];
  if (!name || !version) return null;
  return {
    metadataVersion: all('metadata-version')[0] ?? '1.0',
    name,
    version,
    requiresDist: all('requires-dist'),
    requiresPython: all('requires-python')[0] || null,
    providesExtra: all('provides-extra'),
    classifiers: all('classifier'),
    dynamic: all('dynamic').map((field) => field.toLowerCase()),
  };
}

/**
 * The bytes up to the first empty line. What follows is a description, mostly far longer: a field is a part of the text that it was read
 * from, and would keep all of it in memory.
 */
function headerOf(bytes: Uint8Array): Uint8Array {
  const whole = asBuffer(bytes);
  const ends = ['\n\n', '\n\r\n'].map((end) => whole.indexOf(end)).filter((at) => at !== -1);
  return bytes.subarray(0, Math.min(...ends, bytes.length));
}

function headerFields(text: string): readonly (readonly [string, string])[] | null {
  // Joined at the end: a value of many lines would be copied anew with each of them.
  const fields: [string, string[]][] = [];
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  while (start < text.length) {
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    const line = text.slice(start, end).replace(/\r$/, '');
    start = end + 1;
    if (line === '') break;
    const last = fields.at(-1);
    if (line[0] === ' ' || line[0] === '\t') {
      // A folded description may be long and is not asked for; its lines are dropped one by one.
      if (last !== undefined && last[0] !== 'description') last[1].push(line.trim());
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0 || !/^[A-Za-z][A-Za-z0-9-]*$/.test(line.slice(0, colon))) break;
    if (fields.length >= MAX_FIELDS) return null;
    fields.push([line.slice(0, colon).toLowerCase(), [line.slice(colon + 1).trim()]]);
  }
  return fields.map(([key, lines]) => [key, lines.filter((line) => line !== '').join(' ')]);
}

/** "2.2" and later say which fields are dynamic; what they do not name is the same in every build (PEP 643). */
export function tellsDynamic(metadataVersion: string): boolean {
  const match = /^(\d{1,4})\.(\d{1,4})$/.exec(metadataVersion);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 2 || (major === 2 && minor >= 2);
}
