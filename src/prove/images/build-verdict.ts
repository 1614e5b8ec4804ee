import type { DockerfileForBuild, WrittenInstruction } from './dockerfile-for-build.ts';

/** What made a build end that is not the Dockerfile's doing. */
export interface OutsideReason {
  readonly why: string;
  readonly hint: string;
}

/** Phrases by which tools tell that the machine, not what they were asked to do, is at fault. Looked for in the last lines only. */
const OUTSIDE: readonly (readonly [RegExp, OutsideReason])[] = [
  [
    /no space left on device|disk quota exceeded/i,
    { why: 'there is no space left on the disk', hint: 'free some space, and run it again' },
  ],
  [
    /temporary failure (in name resolution|resolving)|could not resolve host|name or service not known|NewConnectionError|ConnectTimeoutError|network is unreachable|no route to host|connection (refused|timed out|reset by peer)/i,
    {
      why: 'the network failed while the image was built',
      hint: 'see to the network or the proxy, and run it again',
    },
  ],
  [
    /certificate[ _]verify[ _]failed|unable to get local issuer certificate|x509: certificate signed by unknown authority/i,
    {
      why: 'a certificate was not trusted while the image was built',
      hint: 'name the file of your certificate authorities in SSL_CERT_FILE or PIP_CERT, and run it again',
    },
  ],
];
const BASE: OutsideReason = {
  why: 'the base image is not on this machine and could not be had from its registry',
  hint: 'pull it with the builder that is used, or see to the registry, and run it again',
};
const LAST_LINES = 25;

/** The last lines that say something, at most `LAST_LINES`. */
export function lastLines(log: string): readonly string[] {
  return log
    .split('\n')
    .map((line) => line.trimEnd().slice(0, 1000))
    .filter((line) => line !== '')
    .slice(-LAST_LINES);
}

/** Why a build failed that is no fault of the Dockerfile's; null: it is. */
export function outsideReason(log: string, at: WrittenInstruction | null): OutsideReason | null {
  const last = lastLines(log).join('\n');
  const base =
    /creating build container: |pull access denied|failed to resolve source metadata|manifest unknown|image not known|short-name .{0,200}did not resolve/i;
  const known = OUTSIDE.find(([pattern]) => pattern.test(last))?.[1] ?? null;
  if (known?.why.includes('space')) return known;
  if ((at === null || /^from\s/i.test(at.text)) && base.test(last)) return BASE;
  return known;
}

/**
 * The instruction that the build ended at. buildah and podman number the steps of each stage and print them as they start
 * ("[1/2] STEP 3/5: RUN …"); BuildKit names the line.
 */
export function failedInstruction(log: string, dockerfile: DockerfileForBuild): WrittenInstruction | null {
  const { instructions } = dockerfile;
  const line = log.match(/^[^\s:]{1,300}:(\d{1,6})\n-{5,}$/m)?.[1];
  if (line !== undefined) {
    const original = dockerfile.originalLine(Number(line));
    return instructions.findLast((one) => one.line <= original) ?? null;
  }
  const started = [
    ...log.matchAll(/^(?:\[(\d{1,4})\/\d{1,4}\] )?STEP (\d{1,5})\/\d{1,5}: (.{0,4000})$/gm),
  ].at(-1);
  if (started === undefined) return null;
  const [, stage = '1', step, text = ''] = started;
  const said = text.replace(/\s+/g, ' ').trim();
  const same = instructions.filter((one) => one.text === said);
  if (same.length === 1) return same[0]!;
  const counted = instructions.find((one) => one.stage === Number(stage) - 1 && one.step === Number(step));
  return counted ?? same[0] ?? null;
}
