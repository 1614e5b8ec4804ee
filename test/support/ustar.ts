/** One entry of a tar as its header is to say it. */
export interface UstarEntry {
  readonly name: string;
  /** "0" a file, "1" a hard link, "2" a symbolic link, "5" a folder, "x" a pax header. */
  readonly type: string;
  readonly content: string | Uint8Array;
  readonly link?: string;
  /** What the header says in place of the content's size. */
  readonly size?: number;
}

/** A tar of ustar headers (POSIX.1-1988), written by hand: what stands in them is what is tried. */
export function ustarOf(entries: readonly UstarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(ustarEntry), Buffer.alloc(1024)]);
}

/** An entry's header, its content and what fills up its last block. */
export function ustarEntry({ name, type, content, link = '', size }: UstarEntry): readonly Buffer[] {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\x000000000\x000000000\0', 100);
  header.write(`${(size ?? bytes.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write('14200000000\0        ', 136);
  header.write(type, 156);
  header.write(link, 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
}
