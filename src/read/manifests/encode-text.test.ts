import { describe, expect, it } from 'vitest';
import { encodeText } from './encode-text.ts';

describe('encodeText', () => {
  it.each(['windows-1252', 'iso-8859-15', 'koi8-r', 'windows-1251', 'macintosh', 'ibm866'])(
    'gives each byte of %s back, and refuses what it does not have',
    (encoding) => {
      const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      expect(encodeText(text, encoding)).toEqual(bytes);
      expect(encodeText('a==1 # 中', encoding)).toBeNull();
    },
  );

  it('does not take the sign of an unknown byte for that byte', () => {
    expect(encodeText('\ufffd', 'windows-1253')).toBeNull();
  });

  it.each(['utf-8', 'utf-16le', 'utf-16be'])(
    'gives %s back, its mark and what lies past 16 bits too',
    (encoding) => {
      const text = '\ufeffa==1 # Gerüst 🧱\r\n';
      const bytes = encodeText(text, encoding)!;
      expect(new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes)).toBe(text);
      expect(encodeText('a\ud83e', encoding)).toBeNull();
    },
  );

  it('writes no encoding of several bytes', () => {
    expect(encodeText('a==1', 'shift_jis')).toBeNull();
  });
});
