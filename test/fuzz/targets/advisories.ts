import { readBatchAnswer } from '../../../src/read/advisories/osv-answer.ts';
import { buildIndex, readRecordBytes } from '../../../src/read/advisories/build-index.ts';
import { readModifiedList } from '../../../src/read/advisories/dump-changes.ts';
import { scoreVector } from '../../../src/read/advisories/severity.ts';
import { holds, meaningOf } from '../../../src/read/advisories/version-intervals.ts';
import { VersionRules } from '../../../src/read/advisories/version-rules.ts';
import { pypiRules } from '../../../src/read/ecosystems/pypi/rules.ts';
import { asText, broken } from '../fuzz-target.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

const RULES = { ecosystem: pypiRules, ecosystemName: 'PyPI', now: new Date('2026-11-23T00:00:00Z') };

async function readRecord(bytes: Uint8Array): Promise<void> {
  const one = readRecordBytes(bytes, RULES);
  const index = await buildIndex([{ name: 'a.json', content: bytes }], RULES);
  if (typeof one === 'string') {
    if (index.problems.length === 0) broken('a record that cannot be read is told', one);
    return;
  }
  const rules = new VersionRules(pypiRules);
  for (const [, record] of one) {
    if (record.unusable === null && record.ranges.length + record.versions.length === 0)
      broken('a record that says of no version says so', record.id);
    for (const range of record.ranges)
      for (const text of ['0', '1.5', '99'])
        holds(meaningOf(range, rules).certain, rules.parse(text)!, rules);
  }
}

const RECORD = JSON.stringify({
  id: 'PYSEC-2024-1',
  modified: '2024-01-01T00:00:00Z',
  published: '2023-12-01T00:00:00Z',
  aliases: ['CVE-2024-1'],
  summary: 'it can be talked into something',
  details: '# More\nwords',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'PyPI', name: 'flask' },
      ranges: [
        {
          type: 'ECOSYSTEM',
          events: [{ introduced: '0' }, { fixed: '1.5' }, { introduced: '2.0' }, { last_affected: '2.1' }],
        },
        { type: 'GIT', events: [] },
      ],
      versions: ['1.0', '1.4.post1'],
      database_specific: { severity: 'HIGH' },
    },
  ],
  references: [{ type: 'WEB', url: 'https://advisories.example/1' }],
});

export const ADVISORY_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'advisory-records',
    seeds: [RECORD],
    words: [
      '"introduced":',
      '"fixed":',
      '"limit":',
      '"0"',
      'null',
      '[',
      ']',
      '{',
      '}',
      '"__proto__":',
      '"affected":',
      '"PyPI:x"',
      '"versions":',
      '1e309',
      '\\ud800',
    ],
    read: readRecord,
  },
  {
    name: 'advisory-answers',
    seeds: [
      '{"results":[{"vulns":[{"id":"PYSEC-1","modified":"2024-01-01T00:00:00Z"}],"next_page_token":"x"},{}]}',
    ],
    words: ['null', '{}', '[]', '"vulns":', '"id":', '"next_page_token":', '"__proto__":'],
    read: (input) => {
      const results = readBatchAnswer(input, 2);
      if (results !== null && results.length !== 2) broken('one result for each query');
    },
  },
  {
    name: 'advisory-lists',
    seeds: ['2024-01-01T00:00:00Z,PYSEC-1\n2024-02-01T00:00:00Z,GHSA-a\n'],
    words: [',', '\n', '\r\n', '2024', '9999999', 'Z'],
    read: (input) => readModifiedList(input),
  },
  {
    name: 'severity-vectors',
    seeds: [
      'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
      'AV:N/AC:L/Au:N/C:P/I:P/A:P',
      'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
    ],
    words: ['CVSS:', '4.0', '/', ':', 'AV:', 'N', 'X'],
    read: (input) => {
      const scored = scoreVector(asText(input));
      if (scored !== null && !(scored[1] >= 0 && scored[1] <= 10)) broken('a score is from 0 to 10', scored);
    },
  },
];
