/**
 * An immutable set of a package's published versions, as a bitset over their positions in ascending order.
 * Range algebra is done on these sets and not on intervals: `===`, `==1.0` (which takes `1.0+cpu`), `<1.0` (which
 * refuses `1.0rc1`) and `>1.0` are no intervals (PEP 440, "Version specifiers").
 */
export class VersionSet {
  readonly size: number;
  /** Signed 32-bit numbers in a plain array: most sets are a few words, of which a typed array costs several times as much to make. */
  readonly #words: readonly number[];
  #count = -1;
  /** The first and the last word that holds anything, found when first asked for: comparisons are mostly of narrow sets. */
  #from = -1;
  #to = -1;

  private constructor(size: number, words: readonly number[]) {
    this.size = size;
    this.#words = words;
  }

  /** One for each size: of most packages there is nothing that is yanked, or a pre-release, or has to be built. */
  static none(size: number): VersionSet {
    const known = NONE.get(size);
    if (known !== undefined) return known;
    const none = new VersionSet(size, zeros(size));
    NONE.set(size, none);
    return none;
  }

  static all(size: number): VersionSet {
    const words = zeros(size).fill(-1);
    cutTail(words, size);
    return new VersionSet(size, words);
  }

  /** Positions from `start` up to, not including, `end`. */
  static range(size: number, start: number, end: number): VersionSet {
    const words = zeros(size);
    addRange(words, start, end);
    return new VersionSet(size, words);
  }

  /** The positions of all of these ranges, each from its start up to, not including, its end. */
  static ranges(size: number, ranges: Iterable<readonly [number, number]>): VersionSet {
    const words = zeros(size);
    for (const [start, end] of ranges) addRange(words, start, end);
    return new VersionSet(size, words);
  }

  static of(size: number, ...positions: readonly number[]): VersionSet {
    const words = zeros(size);
    for (const p of positions) {
      if (p < 0 || p >= size) throw new RangeError(`position ${p} is outside a set of ${size}`);
      words[p >>> 5] = words[p >>> 5]! | (1 << (p & 31));
    }
    return new VersionSet(size, words);
  }

  static where(size: number, predicate: (position: number) => boolean): VersionSet {
    const words = zeros(size);
    let any = false;
    for (let p = 0; p < size; p++) {
      if (!predicate(p)) continue;
      any = true;
      words[p >>> 5] = words[p >>> 5]! | (1 << (p & 31));
    }
    return any ? new VersionSet(size, words) : VersionSet.none(size);
  }

  has(position: number): boolean {
    return (this.#words[position >>> 5]! & (1 << (position & 31))) !== 0;
  }

  union(other: VersionSet): VersionSet {
    const words = this.#copyFor(other);
    for (let w = 0; w < words.length; w++) words[w] = words[w]! | other.#words[w]!;
    return new VersionSet(this.size, words);
  }

  intersect(other: VersionSet): VersionSet {
    const words = this.#copyFor(other);
    for (let w = 0; w < words.length; w++) words[w] = words[w]! & other.#words[w]!;
    return new VersionSet(this.size, words);
  }

  minus(other: VersionSet): VersionSet {
    if (other.isEmpty && this.size === other.size) return this;
    const words = this.#copyFor(other);
    for (let w = 0; w < words.length; w++) words[w] = words[w]! & ~other.#words[w]!;
    return new VersionSet(this.size, words);
  }

  complement(): VersionSet {
    const words = this.#words.slice();
    for (let w = 0; w < words.length; w++) words[w] = ~words[w]!;
    cutTail(words, this.size);
    return new VersionSet(this.size, words);
  }

  /** Compares from the newest versions down: that is where sets met in practice differ first. */
  isSubsetOf(other: VersionSet): boolean {
    this.#sameSize(other);
    if (this.#from < 0) this.#findEnds();
    for (let w = this.#to; w >= this.#from; w--)
      if ((this.#words[w]! & ~other.#words[w]!) !== 0) return false;
    return true;
  }

  intersects(other: VersionSet): boolean {
    this.#sameSize(other);
    if (this.#from < 0) this.#findEnds();
    for (let w = this.#to; w >= this.#from; w--) if ((this.#words[w]! & other.#words[w]!) !== 0) return true;
    return false;
  }

  equals(other: VersionSet): boolean {
    if (this.size !== other.size) return false;
    for (let w = 0; w < this.#words.length; w++) if (this.#words[w] !== other.#words[w]) return false;
    return true;
  }

  /** Equal sets have equal hashes (FNV-1a over the words, unsigned 32 bits). */
  get hash(): number {
    let hash = 0x811c9dc5 ^ this.size;
    for (let w = 0; w < this.#words.length; w++) hash = Math.imul(hash ^ this.#words[w]!, 0x01000193);
    return hash >>> 0;
  }

  get isEmpty(): boolean {
    for (let w = 0; w < this.#words.length; w++) if (this.#words[w] !== 0) return false;
    return true;
  }

  get isFull(): boolean {
    return this.count === this.size;
  }

  /** Counted once: a set never changes. */
  get count(): number {
    if (this.#count < 0) {
      this.#count = 0;
      for (let w = 0; w < this.#words.length; w++) this.#count += bitCount(this.#words[w]!);
    }
    return this.#count;
  }

  /** The lowest position, or -1. */
  get first(): number {
    for (let w = 0; w < this.#words.length; w++) {
      const word = this.#words[w]!;
      if (word !== 0) return (w << 5) + 31 - Math.clz32(word & -word);
    }
    return -1;
  }

  /** The highest position, or -1. */
  get last(): number {
    for (let w = this.#words.length - 1; w >= 0; w--) {
      const word = this.#words[w]!;
      if (word !== 0) return (w << 5) + 31 - Math.clz32(word);
    }
    return -1;
  }

  /** The highest position that is in both sets, or -1. */
  lastIn(other: VersionSet): number {
    this.#sameSize(other);
    for (let w = this.#words.length - 1; w >= 0; w--) {
      const word = this.#words[w]! & other.#words[w]!;
      if (word !== 0) return (w << 5) + 31 - Math.clz32(word);
    }
    return -1;
  }

  /** The only position, or -1 where there is none or more than one. */
  get single(): number {
    const first = this.first;
    return first === this.last ? first : -1;
  }

  *positions(): Generator<number> {
    for (let w = 0; w < this.#words.length; w++) {
      for (let word = this.#words[w]!; word !== 0; word &= word - 1)
        yield (w << 5) + 31 - Math.clz32(word & -word);
    }
  }

  /** The same positions in a set over a larger or smaller list; positions beyond it fall away. */
  resized(size: number): VersionSet {
    const words = zeros(size);
    const shared = Math.min(words.length, this.#words.length);
    for (let w = 0; w < shared; w++) words[w] = this.#words[w]!;
    cutTail(words, size);
    return new VersionSet(size, words);
  }

  #findEnds(): void {
    this.#to = this.#words.length - 1;
    while (this.#to >= 0 && this.#words[this.#to] === 0) this.#to--;
    this.#from = 0;
    while (this.#from < this.#to && this.#words[this.#from] === 0) this.#from++;
  }

  #copyFor(other: VersionSet): number[] {
    this.#sameSize(other);
    return this.#words.slice();
  }

  #sameSize(other: VersionSet): void {
    if (this.size !== other.size)
      throw new RangeError(`sets of different packages: ${this.size} and ${other.size} versions`);
  }
}

const NONE = new Map<number, VersionSet>();

function zeros(size: number): number[] {
  return new Array<number>((size + 31) >>> 5).fill(0);
}

function addRange(words: number[], start: number, end: number): void {
  for (let w = start >>> 5; w < words.length && w << 5 < end; w++) {
    const low = Math.max(start - (w << 5), 0);
    const high = Math.min(end - (w << 5), 32);
    const upTo = high === 32 ? -1 : (1 << high) - 1;
    words[w] = words[w]! | (upTo & ~((1 << low) - 1));
  }
}

/** Clears what lies beyond the size in the last word. */
function cutTail(words: number[], size: number): void {
  const rest = size & 31;
  if (rest !== 0) words[words.length - 1] = words[words.length - 1]! & ((1 << rest) - 1);
}

/** Bits set in a 32-bit word, added up in parallel within the word. */
function bitCount(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
