import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { UserFacingError } from '../../domain/errors.ts';
import type { ObjectSchema } from './tool.ts';

const ajv = new Ajv2020({ strict: false, allErrors: false });
const compiled = new WeakMap<ObjectSchema, ValidateFunction>();

function firstError(schema: ObjectSchema, value: unknown): ErrorObject | null {
  const known = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, known);
  return known(value) ? null : known.errors![0]!;
}

/** Throws `usage`, with the member that is wrong. */
export function checkInput(schema: ObjectSchema, value: Readonly<Record<string, unknown>>): void {
  const error = firstError(schema, value);
  if (error === null) return;
  const known = Object.keys(schema['properties'] ?? {}).join(', ');
  const { additionalProperty, allowedValues } = error.params as {
    readonly additionalProperty?: string;
    readonly allowedValues?: readonly string[];
  };
  const what = error.instancePath === '' ? 'the input' : error.instancePath.slice(1);
  const more = additionalProperty === undefined ? '' : ` (${JSON.stringify(additionalProperty)})`;
  throw new UserFacingError('usage', `${what} ${error.message ?? 'is wrong'}${more}`, {
    hint: allowedValues === undefined ? `members: ${known}` : `one of ${allowedValues.join(', ')}`,
  });
}
