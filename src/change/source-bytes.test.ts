import { describe, expect, it } from 'vitest';
import { fileBytes } from './source-bytes.ts';

describe('fileBytes', () => {
  it('refuses a text that the encoding of the file cannot hold', () => {
    const file = { path: 'requirements.txt', encoding: 'windows-1252' };
    expect(fileBytes(file, 'a==1 # é')).toEqual(new Uint8Array([...Buffer.from('a==1 # '), 0xe9]));
    expect(() => fileBytes(file, 'a==1 # 中')).toThrow(
      'requirements.txt is written in windows-1252, which cannot hold its new text',
    );
  });
});
