import { lock, lockText, targetText } from '../index.ts';
import type { Lock, LockFormat } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { deliver, inputsOf } from './output.ts';
import { inSession } from './session.ts';

export interface LockFlags extends JobFlags {
  readonly format: LockFormat['format'];
  readonly hashes?: boolean;
  readonly output?: string;
}

/** `fettle lock`: the whole set that the files select. What it cannot hold is told beside it, and the exit code says so. */
export async function runLock(file: string, flags: LockFlags): Promise<ExitCode> {
  return inSession(file, flags, async ({ job, world, progress }) => {
    const locked = await lock(job, world, progress.watch);
    progress.done();
    const inputs = inputsOf(locked.project, flags);
    if (locked.kind === 'unsolvable') {
      if (flags.json === true) await deliver(json(locked), flags.output ?? null, inputs, world);
      else for (const sentences of locked.derivations) process.stderr.write(`${sentences.join('\n')}\n\n`);
      return 1;
    }
    const text =
      flags.json === true ? json(locked) : lockText(locked, { ...flags, hashes: flags.hashes ?? false });
    await deliver(text, flags.output ?? null, inputs, world);
    for (const note of locked.notes) progress.notice(note);
    return locked.notes.length > 0 ? 3 : 0;
  });
}

function json(locked: Lock): string {
  if (locked.kind === 'unsolvable') {
    const { kind, service, derivations } = locked;
    return `${JSON.stringify({ kind, service, derivations }, null, 2)}\n`;
  }
  const { kind, service, sets, rows, notes } = locked;
  const packages = rows.map(({ name, version, condition }) => ({
    name,
    version: version.text,
    condition: condition?.text ?? null,
  }));
  const targets = sets.map(({ target }) => targetText(target));
  return `${JSON.stringify({ kind, service, targets, packages, notes }, null, 2)}\n`;
}
