import { basename } from 'node:path';
import { advisoriesOf } from './advisories-of-job.ts';
import type { Scan } from './decide/findings/scan.ts';
import { refuseUnjudged } from './decide/findings/unjudged.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Job } from './domain/job.ts';
import type { Target } from './domain/target.ts';
import type { World } from './io/world.ts';
import { factsOf } from './prove/claims/judge/document-facts.ts';
import type { DocumentFacts } from './prove/claims/judge/document-facts.ts';
import { judgeClaims } from './prove/claims/judge/judge-claims.ts';
import type { JudgeNeeds, Measured } from './prove/claims/judge/judge-needs.ts';
import { namedSet } from './prove/claims/judge/named-set.ts';
import { pythonsIn } from './prove/claims/judge/pythons.ts';
import type { ProvenDocument } from './prove/claims/judge/proven-document.ts';
import { packageNamed, Shelf } from './prove/claims/judge/shelf.ts';
import { readClaims } from './prove/claims/parse/read-claims.ts';
import { findAttestation } from './prove/evidence/find-attestation.ts';
import { verifyEvidence } from './prove/evidence/verify-evidence.ts';
import { inMemory } from './read/ecosystems/open-indexes.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
import { chooseTargets, NOTHING_SAID } from './read/manifests/choose-targets.ts';
import { DEFAULT_POLICY } from './read/policy/read-policy.ts';
import { scan } from './repair.ts';
import type { VerifyOptions } from './verify.ts';
import { verify } from './verify.ts';
import type { Watch } from './watch.ts';

export interface ProveOptions {
  /** Whether the job's root is a project to be looked at. */
  readonly withProject: boolean;
  /** Absent: what an earlier run has shown is taken, where the files are still the same. */
  readonly verify?: VerifyOptions;
}

/** A document longer than its reader takes is read no further than to see that. */
const MOST_BYTES = 4_000_000;

/**
 * readClaims -> judgeClaims: every claim of a repair document, proven, refuted or unknown by index, advisories, solver and files.
 * @throws UserFacingError `usage`, `too-large` or `invalid-file` where there is no document to read.
 */
export async function proveDocument(
  path: string,
  job: Job,
  { withProject, verify: level }: ProveOptions,
  world: World,
  watch: Watch = {},
): Promise<ProvenDocument> {
  const source = await textOf(path, world);
  const claims = readClaims(source);
  const facts = factsOf(source, claims, (written) => packageNamed(written, pypi));
  const verified = withProject && level !== undefined ? await verify(job, level, world, watch) : null;
  const outcomes = verified?.verified.services.flatMap(({ after }) => after.outcomes) ?? [];
  const scanned = verified?.scan ?? (withProject ? await scan(job, world, watch) : null);
  refuseUnjudged(scanned?.unjudged ?? []);
  const targets = targetsOf(job, facts, scanned);
  watch.onStage?.(`judging ${claims.length} claims`);
  const shelf = await openShelf(job, scanned, world, watch);
  const day = job.asOf ?? job.day ?? world.clock.now();
  const needs = { policy: scanned?.policy ?? DEFAULT_POLICY, day, asOf: job.asOf };
  const judging: JudgeNeeds = {
    ...{ shelf, facts, targets, day, asOf: job.asOf, scan: scanned },
    set: await namedSet(facts, shelf, targets, needs),
    measured:
      verified === null
        ? await keptRun(scanned, world)
        : {
            by: 'this run',
            evidence: outcomes.flatMap(({ evidence }) => evidence),
            imageBytes: outcomes.flatMap(({ image }) => (image === undefined ? [] : [image.bytes])),
          },
  };
  return {
    ...{
      name: basename(path),
      source,
      date: facts.date,
      claims: await judgeClaims(judging),
      targets,
      withProject,
    },
    asOf: job.asOf?.toISOString().slice(0, 10) ?? null,
    advisories: shelf.advisories.sources.map(({ name, date, reachable }) => ({ name, date, reachable })),
  };
}

async function textOf(path: string, { files }: World): Promise<string> {
  const bytes = await files.read(path, MOST_BYTES);
  if (bytes === null)
    throw new UserFacingError('usage', `${path} is not there`, {
      hint: 'name the Markdown document that says what was repaired',
    });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new UserFacingError('invalid-file', `${path} is no text in UTF-8`, { cause: error });
  }
}

/** The project's, else those of the flags, else those that the document says of the whole set, else what is assumed. */
function targetsOf(job: Job, { claims }: DocumentFacts, scanned: Scan | null): readonly Target[] {
  const own = scanned?.services[0]?.examined.service.targets ?? [];
  if (own.length > 0) return own;
  const said = claims.flatMap(({ statement }) =>
    statement.kind === 'compatible-python' && statement.package === null
      ? pythonsIn(statement.range, pypi)
      : [],
  );
  const python = job.pythons.length > 0 ? job.pythons : [...new Set(said)];
  const targets = chooseTargets({ python, platform: job.platforms }, NOTHING_SAID, pypi);
  return job.pythons.length > 0 || said.length === 0
    ? targets
    : targets.map((target) => ({ ...target, readFrom: ['the document', ...target.readFrom.slice(1)] }));
}

async function openShelf(job: Job, scanned: Scan | null, world: World, watch: Watch): Promise<Shelf> {
  const { root, indexUrl, offline, asOf, allowBuild, bundle } = job;
  const first = scanned?.services[0];
  const index =
    first?.index ??
    (await pypi.openIndex(world, {
      root,
      indexUrl,
      offline,
      asOf,
      allowBuild,
      bundle: bundle ?? null,
      options: [],
    }));
  index.onProgress = watch.onProgress ?? null;
  const advisories =
    scanned?.advisories ?? (await advisoriesOf(job, world, pypi, (name) => inMemory([index], name)));
  return new Shelf(pypi, index, advisories);
}

/** What the newest run of the project has shown of the files as they are; a run of other files, or a broken one, shows nothing. */
async function keptRun(scanned: Scan | null, world: World): Promise<Measured | null> {
  if (scanned === null) return null;
  try {
    const found = await findAttestation(null, scanned.project.root, world.files);
    const { run, records, broken } = await verifyEvidence(found, null, world);
    return broken.length > 0
      ? null
      : { by: `run ${run.id}`, evidence: records.map(({ evidence }) => evidence), imageBytes: [] };
  } catch (error) {
    if (error instanceof UserFacingError) return null;
    throw error;
  }
}
