import { createHash } from 'node:crypto';

/** The nth input that is made of these seeds; the same again and again. */
export interface Mutation {
  readonly seeds: readonly Uint8Array[];
  readonly words: readonly Uint8Array[];
  /** Of the whole run. */
  readonly key: string;
}

/** So large is what an input may become. */
const LARGEST = 16 * 1024;
/** Every so-manyth input repeats one part of itself up to `LONGEST_REPETITION` bytes: time that grows faster than the input shows there. */
const REPEATS_EVERY = 97;
const LONGEST_REPETITION = 192 * 1024;

/** Bytes that parsers stumble over: ends of ranges, line ends, quotes, brackets, signs of comments and of escapes. */
const ODD = Buffer.from(
  '\0\x01\x7f\x80\xff\r\n\t "\'`\\/()[]{}<>=!~;:,.-_+*#@$%&|^?0919aZ\xc3\xe2\xf0\xef\xbb\xbf',
  'latin1',
);

/** `scale`: repetitions are made that much shorter, or longer. */
export function mutated({ seeds, words, key }: Mutation, n: number, scale = 1): Uint8Array {
  const random = randomOf(`${key} ${n}`);
  const pick = <T>(list: ArrayLike<T>): T => list[Math.floor(random() * list.length)]!;
  const seed = Buffer.from(pick(seeds));
  if (isRepetition(n)) return repeated(seed, random, scale);
  let input: Buffer = seed;
  for (let left = 1 + Math.floor(random() ** 2 * 12); left > 0; left--)
    input = change(input, { random, pick, other: pick(seeds), word: words.length > 0 ? pick(words) : seed });
  return input.subarray(0, LARGEST);
}

export function isRepetition(n: number): boolean {
  return n >= 0 && n % REPEATS_EVERY === REPEATS_EVERY - 1;
}

interface Means {
  readonly random: () => number;
  readonly pick: <T>(list: ArrayLike<T>) => T;
  readonly other: Uint8Array;
  readonly word: Uint8Array;
}

function change(input: Buffer, { random, pick, other, word }: Means): Buffer {
  const place = Math.floor(random() * (input.length + 1));
  const length = 1 + Math.floor(random() ** 3 * Math.min(input.length, 200));
  const [before, part, after] = [
    input.subarray(0, place),
    input.subarray(place, place + length),
    input.subarray(place + length),
  ];
  const elsewhere = Math.floor(random() * (input.length + 1));
  switch (Math.floor(random() * 11)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([before, part, part, after]);
    case 2:
      return Buffer.concat([before, Buffer.from([pick(ODD)]), part, after]);
    case 3:
      return Buffer.concat([before, word, part, after]);
    case 4:
      return Buffer.concat([before, word, after]);
    case 5:
      return Buffer.concat([
        before,
        other.subarray(Math.floor(random() * other.length)).subarray(0, length * 2),
        after,
      ]);
    case 6:
      return Buffer.concat([input.subarray(0, elsewhere), part, input.subarray(elsewhere)]);
    case 7:
      return random() < 0.2 ? before : Buffer.concat([before, after]);
    case 8:
      return Buffer.concat([
        before,
        ...Array.from({ length: 1 + Math.floor(random() * 40) }, () => part),
        after,
      ]);
    default:
      return withByte(input, place, (byte) =>
        random() < 0.5 ? byte ^ (1 << Math.floor(random() * 8)) : pick(ODD),
      );
  }
}

function withByte(input: Buffer, place: number, next: (byte: number) => number): Buffer {
  const copy = Buffer.from(input);
  if (place < copy.length) copy[place] = next(copy[place]!);
  return copy;
}

/** A part of the seed again and again, with what stands before and behind it. */
function repeated(seed: Buffer, random: () => number, scale: number): Uint8Array {
  const place = Math.floor(random() * seed.length);
  const length = 1 + Math.floor(random() ** 2 * 60);
  const part = seed.subarray(place, place + length);
  if (part.length === 0) return seed;
  const count = Math.floor((LONGEST_REPETITION * random() * scale) / part.length);
  return Buffer.concat([
    seed.subarray(0, place),
    Buffer.alloc(count * part.length, part),
    seed.subarray(place + (random() < 0.5 ? length : 0)),
  ]);
}

/** Numbers from 0 to 1 that are the same for the same key (sfc32). */
export function randomOf(key: string): () => number {
  const digest = createHash('sha256').update(key).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at)) as [number, number, number, number];
  return () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}
