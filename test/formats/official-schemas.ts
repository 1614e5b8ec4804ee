import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const VENDORED = join(import.meta.dirname, '..', 'schemas');
const CYCLONEDX = join(import.meta.dirname, '../../node_modules/@cyclonedx/cyclonedx-library/res/schema');

/** What the references of the library's copies are relative to. */
const CYCLONEDX_BASE = 'http://cyclonedx.org/schema/';

/** Why a document is not what its format's own schema says, or null. */
export type Judge = (text: string) => string | null;

const OPTIONS = { strict: false, allErrors: true } as const;

function read(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

/** With the formats of international addresses, which ajv-formats leaves out: any absolute one, and any at all. */
function withFormats<T extends Ajv>(ajv: T): T {
  addFormats.default(ajv);
  ajv.addFormat('iri', { type: 'string', validate: (text: string) => URL.canParse(text) });
  ajv.addFormat('iri-reference', {
    type: 'string',
    validate: (text: string) => !/[\s<>"{}|\\^`]/.test(text),
  });
  ajv.addFormat('idn-email', { type: 'string', validate: (text: string) => /^[^@\s]+@[^@\s]+$/.test(text) });
  return ajv;
}

function judge(ajv: Ajv, schema: object): Judge {
  const valid = ajv.compile(schema);
  return (text) => (valid(JSON.parse(text)) ? null : ajv.errorsText(valid.errors, { separator: '\n' }));
}

/** Draft 4, which differs from draft 7 in what is used here by the name of its id alone. */
function sarifSchema(): object {
  const { id, ...rest } = read(join(VENDORED, 'sarif-2.1.0.json'));
  return { ...rest, $schema: 'http://json-schema.org/draft-07/schema#', $id: id };
}

export const isSarif = judge(withFormats(new Ajv(OPTIONS)), sarifSchema());
export const isSpdx = judge(withFormats(new Ajv(OPTIONS)), read(join(VENDORED, 'spdx-2.3.json')));
export const isOpenVex = judge(withFormats(new Ajv2020(OPTIONS)), read(join(VENDORED, 'openvex-0.2.0.json')));
export const isCycloneDx = judge(
  withFormats(new Ajv(OPTIONS))
    .addSchema(
      read(join(CYCLONEDX, 'spdx.SNAPSHOT.schema.json')),
      `${CYCLONEDX_BASE}spdx.SNAPSHOT.schema.json`,
    )
    .addSchema(
      read(join(CYCLONEDX, 'jsf-0.82.SNAPSHOT.schema.json')),
      `${CYCLONEDX_BASE}jsf-0.82.SNAPSHOT.schema.json`,
    ),
  read(join(CYCLONEDX, 'bom-1.6.SNAPSHOT.schema.json')),
);
export const isReport = judge(
  new Ajv2020(OPTIONS),
  read(join(import.meta.dirname, '../../schemas/report-1.json')),
);
