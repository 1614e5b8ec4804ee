import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../domain/errors.ts';
import { readBuildFile } from './build-file.ts';
import { shapeFromBuildFile } from './shape-from-build-file.ts';
import { checkedSubstitutions, substituted } from './substitutions.ts';

const EXAMPLE = readFileSync(
  join(import.meta.dirname, '../../../../examples/omni-backend/cloudbuild.yaml'),
  'utf8',
);

function refusal(text: string, given: Readonly<Record<string, string>> = {}): UserFacingError {
  try {
    checkedSubstitutions(readBuildFile(text, 'cloudbuild.yaml'), given);
  } catch (error) {
    if (error instanceof UserFacingError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const steps = (arg: string, more = ''): string =>
  `steps:\n  - name: docker\n    args: [build, '${arg}']\n${more}`;

/** Each line twice as long as the one before: a gigabyte, written out. */
function aliases(): string {
  const lines = Array.from(
    { length: 30 },
    (_, n) => `a${n}: &a${n} [${n === 0 ? 'x, x' : `*a${n - 1}, *a${n - 1}`}]\n`,
  );
  return steps('x', `options:\n${lines.map((line) => `  ${line}`).join('')}`);
}

describe('a Cloud Build file', () => {
  it('says how the example is deployed', () => {
    expect(shapeFromBuildFile(EXAMPLE)).toEqual({
      service: 'omni-backend',
      region: 'europe-west1',
      repository: 'registry.example/omni',
      shape: { port: 8080, memoryMiB: 4096, cpu: 4, maxInstances: 50, isPublic: true },
      substitutions: {
        ...{ _REGION: 'europe-west1', _SERVICE: 'omni-backend', _TAG: 'latest' },
        _REPOSITORY: 'registry.example/omni',
      },
    });
  });

  it('is refused where a key has no value, at its place', () => {
    const error = refusal(steps('${_PROJECT_ID}/shop'));
    expect(error.message).toContain('$_PROJECT_ID has no value');
    expect(error.at?.span).toMatchObject({ file: 'cloudbuild.yaml', line: 3, column: 20 });
    expect(error.at?.sourceLine).toContain('${_PROJECT_ID}');
    expect(refusal(steps('$SHORT_SHA')).hint).toContain('only a trigger');
    expect(refusal(steps('$PATH')).hint).toContain('$$PATH');
  });

  it.each([
    ['an alias that names no anchor', steps('x', 'images: [*a]\n'), /Unresolved alias/],
    ['aliases that stand for too much', aliases(), /alias count/],
    ['nesting without an end', `steps: ${'['.repeat(50_000)}`, /nested too deeply/],
  ])('is refused for %s', (_, text, message) => {
    expect(refusal(text).message).toMatch(message);
  });

  it('is refused where nothing uses a key, and takes it loosely where the file says so', () => {
    const unused = refusal(steps('x', 'substitutions:\n  _GONE: a\n'));
    expect(unused.at?.span.line).toBe(5);
    expect(refusal(steps('$_A', 'substitutions: {_A: b}\n'), { _B: 'c' }).message).toContain('_B');
    expect(refusal(steps('x', 'substitutions: {tag: b}\n')).message).toContain('no key of a user');
    const loose = steps('$_X', 'substitutions: {_GONE: a}\noptions: {substitutionOption: ALLOW_LOOSE}\n');
    expect(checkedSubstitutions(readBuildFile(loose, 'f'), {}).get('_GONE')).toBe('a');
  });

  it('takes given values over its own, and the keys that every build has', () => {
    const file = readBuildFile(steps('$PROJECT_ID/${_TAG}$$HOME', 'substitutions: {_TAG: a}\n'), 'f');
    const values = checkedSubstitutions(file, { _TAG: 'b' });
    expect(substituted('x/${_TAG}/$$HOME', values, false)).toBe('x/b/$HOME');
    expect(substituted('$PROJECT_ID', values, false)).toBeNull();
    expect(
      substituted(
        '${_A}',
        new Map([
          ['_A', '${_B}'],
          ['_B', 'c'],
        ]),
        true,
      ),
    ).toBe('c');
  });

  it('is refused where it is no build: unknown keys, no steps, no YAML', () => {
    expect(refusal('step: []').message).toContain('no key "step"');
    expect(refusal('steps: []').at?.span.line).toBe(1);
    expect(refusal('steps: [').at).not.toBeNull();
  });

  it('reads flags in both forms, lists with another delimiter, and cpu in thousandths', () => {
    const text = `steps:
  - {name: docker, args: [push, registry.example/a/shop]}
  - name: x
    entrypoint: gcloud
    args: [beta, run, deploy, shop, --memory, 512Mi, --cpu=500m, '--set-env-vars=^@^A=1,2@B=3', --no-allow-unauthenticated, --set-secrets=KEY=key:2]
`;
    expect(shapeFromBuildFile(text).shape).toEqual({
      ...{ memoryMiB: 512, cpu: 0.5, environment: { A: '1,2', B: '3' }, secrets: { KEY: 'key:2' } },
      isPublic: false,
    });
  });
});
