import { describe, expect, it } from 'vitest';
import { judgeImageSize } from './judge-image-size.ts';

const verdictOf = (from: number, to: number, ...imageBytes: number[]): string =>
  judgeImageSize({ kind: 'image-size', from, to }, { measured: { by: 'this run', evidence: [], imageBytes } })
    .verdict;

describe("a document's figure of its image", () => {
  it('is proven by an image that takes as much, as far as figures are rounded', () => {
    expect(verdictOf(1.2e9, 1.2e9, 1.23e9)).toBe('proven');
    expect(verdictOf(1.2e9, 1.5e9, 1.4e9)).toBe('proven');
  });

  it('is refuted by an image that takes less, packed or not', () => {
    expect(verdictOf(1.2e9, 1.5e9, 0.6e9)).toBe('refuted');
    expect(verdictOf(1.2e9, 1.5e9, 1.3e9, 0.6e9)).toBe('refuted');
  });

  it('is unknown beside one that takes more: the figure may be of a compressed image', () => {
    expect(verdictOf(1.2e9, 1.2e9, 3e9)).toBe('unknown');
  });

  it('is unknown where none was measured', () => {
    expect(verdictOf(1.2e9, 1.2e9)).toBe('unknown');
    expect(judgeImageSize({ kind: 'image-size', from: 1, to: 1 }, { measured: null }).verdict).toBe(
      'unknown',
    );
  });
});
