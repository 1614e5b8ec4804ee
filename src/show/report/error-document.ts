import type { UserFacingError } from '../../domain/errors.ts';
import { withMaskedCredentials } from '../../io/url-credentials.ts';

/** What a program reads in the place of a report that could not be made (`schemas/error-1.json`). */
export function errorDocument(error: UserFacingError, exitCode: number): string {
  const { code, message, hint, at } = error;
  const place = at && { file: at.span.file, line: at.span.line, column: at.span.column };
  const document = {
    schemaVersion: '1',
    exitCode,
    error: {
      code,
      message: withMaskedCredentials(message),
      hint: hint === null ? null : withMaskedCredentials(hint),
      at: place,
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
