/** The same bytes with what a Buffer can do, read where they lie: `Buffer.from(bytes)` would first copy them. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
