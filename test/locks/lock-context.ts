import { pypiRules } from '../../src/read/ecosystems/pypi/rules.ts';
import type { ReadingContext } from '../../src/read/manifests/manifest-reader.ts';
import { SourceText } from '../../src/read/manifests/source-text.ts';

export function sourceOf(path: string, text: string): SourceText {
  return new SourceText({ path, text, digest: '' });
}

/** A context that knows the files that `textOf` gives. */
export function lockContext(textOf: (path: string) => string | null = () => null): ReadingContext {
  return {
    rules: pypiRules,
    environment: {},
    tree: { paths: [], notEntered: [] } as unknown as ReadingContext['tree'],
    open: (path) => {
      const text = textOf(path);
      return Promise.resolve(text === null ? null : sourceOf(path, text));
    },
    peek: (path) => Promise.resolve(textOf(path)),
  };
}
