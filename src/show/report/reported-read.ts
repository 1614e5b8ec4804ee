import type { Service } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import { targetText } from '../../domain/target.ts';
import type { Ledger } from './ledger.ts';
import { counted, readFromText } from './plain-text.ts';
import type { ReportedTarget } from './report.ts';

/** What a service runs on, and where that was read. */
export function reportedTarget(service: string, target: Target, ledger: Ledger): ReportedTarget {
  const { runtime, os, architecture, libc, readFrom } = target;
  const text = targetText(target);
  const assumed = readFrom.length === 0 || readFrom.some((source) => source.startsWith('assumed'));
  const record = ledger.add({
    id: `evidence:target:${service}:${text}`,
    claim: `the service runs on ${text}`,
    verdict: assumed ? 'unknown' : 'proven',
    how: 'the files of the repository and the flags',
    seen: readFromText(readFrom),
  });
  return {
    text,
    runtime: { implementation: runtime.implementation, version: runtime.version },
    os,
    architecture,
    libc: libc === null ? null : { name: libc.name, version: libc.version },
    readFrom,
    evidence: [record],
  };
}

/** Whether every line of a service's files was understood; the id of its record. */
export function readRecord(service: Service, ledger: Ledger): string {
  const unread = service.manifests.flatMap((manifest) => manifest.unreadable);
  const files = service.manifests.map(
    (manifest) => `${manifest.path} (${counted(manifest.requirements.length, 'requirement')})`,
  );
  return ledger.add({
    id: `evidence:read:${service.name}`,
    claim: 'every line of the files is understood',
    verdict: unread.length === 0 ? 'proven' : 'unknown',
    how: 'reading the files',
    seen: `${files.join(', ')}; ${unread.length === 0 ? 'nothing left over' : `${counted(unread.length, 'line')} not understood`}`,
  });
}
