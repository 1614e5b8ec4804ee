import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { difference, textsOf } from './difference.mjs';
import { imported } from './imported.mjs';
import { resolved } from './resolved.mjs';

/** The project as uv, pip and the independent audit see it: each install with its pins and the advisories that touch them. */
export async function look(folder, told, instruments, dump) {
  const seen = [];
  for (const install of told.installs)
    seen.push({ name: install.name, ...(await resolved(install, folder, told, instruments)) });
  const audited = await audit(instruments, dump, seen);
  return seen.map((one) => ({ ...one, advisories: audited[one.name] }));
}

function audit({ python }, dump, seen) {
  const sets = Object.fromEntries(seen.map(({ name, pins }) => [name, pins]));
  return new Promise((resolve, reject) => {
    const child = execFile(
      ...[python, [join(import.meta.dirname, 'audit.py'), dump], { maxBuffer: 64 << 20 }],
      (error, stdout) => (error === null ? resolve(JSON.parse(stdout)) : reject(error)),
    );
    child.stdin.end(JSON.stringify(sets));
  });
}

/** What is wrong with a case itself, before any tool: it is not broken as it says, or its answer cannot be. */
export function caseProblems(told, before) {
  const resolves = before.every((one) => one.resolves);
  const problems = [];
  if (resolves !== told.before.resolves)
    problems.push(`before: ${resolves ? 'it resolves' : before.find((one) => !one.resolves).why}`);
  // Where nothing resolves, there is no set that could be audited.
  const touched = new Set(before.flatMap(({ advisories }) => advisories.flatMap(({ ids }) => ids)));
  if (resolves)
    for (const id of told.answer.must_fix)
      if (!touched.has(id)) problems.push(`before: ${id} touches nothing`);
  return problems;
}

/** Each predicate of the right answer that the files do not meet, in words; and the figures beside. */
export async function judge({
  told,
  original: was,
  folder,
  before,
  answer: said,
  instruments,
  dump,
  install,
}) {
  const { answer } = told;
  // Before the judge writes anything beside the files.
  const is = await textsOf(folder);
  const after = await look(folder, told, instruments, dump);
  const changes = difference(was, is, {
    related: answer.lines_may_change,
    rewritten: answer.rewritten ?? [],
  });
  const left = after.flatMap(({ name, advisories }) =>
    advisories.map((one) => ({ install: name, ...one, allowed: allowed(answer, one) })),
  );
  const missed = [
    ...resolution(answer, after),
    ...left
      .filter((one) => !one.allowed)
      .map((one) => `left: ${one.package} ${one.version} ${one.ids.join(' ')}`),
    ...answer.must_fix
      .filter((id) => left.some(({ ids }) => ids.includes(id)))
      .map((id) => `not fixed: ${id}`),
    ...changes.unrelated.map((line) => `unrelated: ${line}`),
    ...(changes.changed > answer.max_changed_lines
      ? [`${changes.changed} lines changed, ${answer.max_changed_lines} are enough`]
      : []),
    ...texts(answer, was, is),
    ...(install && after.every((one) => one.resolves) ? await imported(told, after, instruments) : []),
  ];
  const claims = falseClaims(said, before, after, left);
  return {
    ...{ missed, falseClaims: claims, unsaid: unsaid(answer, said) },
    ...{ changed: changes.changed, unrelated: changes.unrelated.length, left: left.length },
    ...{ resolves: after.every((one) => one.resolves), checkedBy: after.map((one) => one.checkedBy) },
  };
}

function allowed({ may_leave: left }, { ids }) {
  return left.some(({ advisory }) => ids.includes(advisory));
}

function resolution(answer, after) {
  const broken = after.filter((one) => !one.resolves);
  if (answer.resolves) return broken.map(({ name, why }) => `${name} does not resolve: ${why}`);
  return broken.length > 0 ? [] : ['it resolves, and no right answer does'];
}

function texts({ unchanged = [], keeps = [], lacks = [] }, was, is) {
  const all = [...is.values()].join('\n');
  return [
    ...unchanged.filter((path) => was.get(path) !== is.get(path)).map((path) => `${path} was changed`),
    ...keeps.filter((text) => !all.includes(text)).map((text) => `lost: ${text}`),
    ...lacks.filter((text) => all.includes(text)).map((text) => `still there: ${text}`),
  ];
}

/** What a report has to tell its reader and does not. */
function unsaid({ must_say: words = [], must_say_unknown: unknown = false }, said) {
  return [
    ...words
      .filter((text) => !said.text.toLowerCase().includes(text.toLowerCase()))
      .map((text) => `"${text}"`),
    ...(unknown && !said.unknown ? ['that something is not known'] : []),
  ];
}

/** What the tool said and what is not so. `said.clean`: that nothing is left. `said.fixed`: ids that it says are gone, by package. */
export function falseClaims(said, before, after, left) {
  const sure = left.filter(({ verdict }) => verdict === 'y');
  const broken = after.filter((one) => !one.resolves);
  const resolvedBefore = before.every((one) => one.resolves);
  const seenBefore = new Set(before.flatMap(({ advisories }) => advisories.flatMap(({ ids }) => ids)));
  return [
    ...(said.clean ? broken.map(({ name }) => `says that all is well; ${name} does not resolve`) : []),
    ...(said.clean
      ? sure.map(({ package: name, ids }) => `says that all is well; ${name} has ${ids[0]}`)
      : []),
    ...said.fixed
      .filter(({ name, ids }) =>
        sure.some((one) => one.package === name && one.ids.some((id) => ids.includes(id))),
      )
      .map(({ name, ids }) => `says that ${ids[0]} of ${name} is fixed; it is not`),
    ...said.fixed
      .filter(({ ids }) => resolvedBefore && !ids.some((id) => seenBefore.has(id)))
      .map(({ name, ids }) => `says that ${ids[0]} of ${name} was there and is fixed; it was not there`),
    ...(said.conflicts && resolvedBefore ? ['says that the lines conflict; they resolve'] : []),
    ...(said.resolves && broken.length > 0 ? ['says that what it wrote resolves; it does not'] : []),
  ];
}

/** `repaired`: all that can be is; for a case that cannot be repaired, that no predicate is missed and this was said. */
export function verdictOf(told, judged, said) {
  const clean = judged.missed.length === 0 && judged.falseClaims.length === 0;
  if (said.timedOut) return 'timed out';
  if (said.crashed) return 'crashed';
  if (judged.falseClaims.length > 0) return 'false claim';
  if (!clean) return told.answer.repairable ? 'not repaired' : 'wrong';
  if (judged.unsaid.length > 0) return 'not said';
  return told.answer.repairable ? 'repaired' : 'right';
}
