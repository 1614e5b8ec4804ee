import { describe, expect, it } from 'vitest';
import { bookOf, name, only, record } from '../../../test/oracle/osv-book.ts';
import { scoreVector } from './severity.ts';

const V4_HIGH = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N';
const V3_CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const V3_MEDIUM = 'CVSS:3.0/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N';
const V2_HIGH = 'AV:N/AC:L/Au:N/C:C/I:C/A:C';

/** A record about demo with these vectors and this word. */
function rated(id: string, vectors: readonly string[], word?: string): unknown {
  const severity = vectors.map((score) => ({ type: 'CVSS_V3', score }));
  return record(id, 'introduced 0', {
    aliases: ['CVE-2024-1'],
    severity,
    database_specific: { severity: word },
  });
}

describe('severity', () => {
  it.each([
    ['CVSS v4 before v3', [rated('A', [V3_CRITICAL, V4_HIGH])], 'high', 8.8],
    ['CVSS v3', [rated('A', [V3_MEDIUM])], 'medium', 6.2],
    ['a vector before the word', [rated('A', [V3_MEDIUM], 'CRITICAL')], 'medium', 6.2],
    ['the word of the database', [rated('A', [], 'MODERATE')], 'medium', null],
    ['the word before CVSS v2', [rated('A', [V2_HIGH], 'LOW')], 'low', 10],
    ['CVSS v2 last, which knows no critical', [rated('A', [V2_HIGH])], 'high', 10],
    ['another record of the group', [rated('A', []), rated('B', [V3_CRITICAL])], 'critical', 9.8],
    ['the worst where records differ', [rated('A', [V3_MEDIUM]), rated('B', [V3_CRITICAL])], 'critical', 9.8],
    ['unknown where nothing tells', [rated('A', [], 'dunno')], 'unknown', null],
    [
      'unknown for a vector that is none',
      [rated('A', ['CVSS:3.1/AV:N', 'CVSS:3.1/x', '__proto__'])],
      'unknown',
      null,
    ],
    ['critical for what is malicious', [rated('MAL-2024-1', [V3_MEDIUM])], 'critical', 6.2],
  ])('is taken from %s', async (_rule, records, severity, score) => {
    const advisory = only(await bookOf(records));
    expect(advisory).toMatchObject({ severity, malicious: advisory.ids.includes('MAL-2024-1') });
    expect(advisory.cvss?.score ?? null).toBe(score);
  });

  it('is also read where it stands beside the package', async () => {
    const one = record('A', 'introduced 0') as { affected: Record<string, unknown>[] };
    one.affected[0]!['severity'] = [{ type: 'CVSS_V3', score: V3_CRITICAL }];
    expect(only(await bookOf([one])).severity).toBe('critical');
  });

  it('sorts advisories worst first, unknown as high', async () => {
    const book = await bookOf([
      record('CVE-2024-1', 'introduced 0', { database_specific: { severity: 'LOW' } }),
      record('CVE-2024-2', 'introduced 0'),
      record('CVE-2024-3', 'introduced 0', { database_specific: { severity: 'HIGH' } }),
      record('MAL-2024-4', 'introduced 0'),
      record('CVE-2024-5', 'introduced 0', { database_specific: { severity: 'medium' } }),
    ]);
    expect(book.about(name('demo')).map(({ severity }) => severity)).toEqual([
      'critical',
      'high',
      'unknown',
      'medium',
      'low',
    ]);
  });

  it('scores base metrics only, whatever else a vector carries', () => {
    expect(scoreVector(`${V4_HIGH}/E:U`)).toEqual(['v4', 8.8, `${V4_HIGH}/E:U`]);
    expect(scoreVector(`${V3_CRITICAL}/E:U/RL:O`)?.[1]).toBe(9.8);
    expect(scoreVector('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'.repeat(20))).toBeNull();
  });
});
