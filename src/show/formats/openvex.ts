import { plain } from '../report/plain-text.ts';
import type { Report } from '../report/report.ts';
import type { WhichSet } from './described-set.ts';
import { momentOf } from './moment.ts';
import { packageUrl, productId } from './package-urls.ts';
import { uuidOf } from './stable-id.ts';
import { actionText, standingsIn } from './standing.ts';
import type { Standing } from './standing.ts';

/** One statement a service, package and advisory. */
interface Statement {
  readonly '@id': string;
  readonly vulnerability: { readonly name: string; readonly [more: string]: unknown };
  readonly products: readonly { readonly '@id': string; readonly [more: string]: unknown }[];
  readonly status: 'not_affected' | 'affected' | 'fixed' | 'under_investigation';
  readonly [more: string]: unknown;
}

/** Whether there is anything to state: a document of OpenVEX has at least one statement. */
export function hasStatements(report: Report, which: WhichSet): boolean {
  return standingsIn(report, which).length > 0;
}

/** The report as OpenVEX 0.2.0: what each advisory means for each service. */
export function openVex(
  report: Report,
  { set, product }: { readonly set: WhichSet; readonly product: string | null },
): string {
  const several = report.services.length > 1;
  const timestamp = momentOf(report);
  const statements = unique(
    standingsIn(report, set).map((one) => statementOf(one, productId(one.service, product, several))),
  );
  const { name, version } = report.tool;
  const body = {
    author: name,
    role: 'tool',
    timestamp,
    version: 1,
    tooling: version === null ? name : `${name} ${version}`,
    statements,
  };
  const id = `urn:uuid:${uuidOf(`openvex ${JSON.stringify(body)}`)}`;
  return `${JSON.stringify({ '@context': CONTEXT, '@id': id, ...body }, null, 2)}\n`;
}

const CONTEXT = 'https://openvex.dev/ns/v0.2.0';

function statementOf(standing: Standing, product: string): Statement {
  const { advisory, package: name, version, versionsAfter, state } = standing;
  const aliases = (advisory.ids ?? []).filter((id) => id !== advisory.id);
  // What is fixed is said of the version that stands there now; of a package that is gone it is said of the product alone.
  const versions = state === 'fixed' ? versionsAfter : [version];
  const subcomponents = versions.map((one) => ({ '@id': packageUrl(name, one) }));
  const says = {
    vulnerability: {
      name: plain(advisory.id),
      ...(advisory.summary === undefined ? {} : { description: plain(advisory.summary) }),
      ...(aliases.length === 0 ? {} : { aliases: [...new Set(aliases.map(plain))] }),
    },
    products: [{ '@id': product, ...(subcomponents.length === 0 ? {} : { subcomponents }) }],
    ...statusOf(standing),
  };
  return { '@id': `urn:uuid:${uuidOf(`statement ${JSON.stringify(says)}`)}`, ...says };
}

/**
 * "Not affected" is said only where the waiver says why: accepting a risk is not the same as not having it. "Fixed" only of what was
 * looked for after writing.
 */
function statusOf(standing: Standing): Pick<Statement, 'status'> & Record<string, string> {
  const { state, waiver } = standing;
  const text = actionText(standing);
  if (state === 'waived' && waiver?.justification !== undefined)
    return {
      status: 'not_affected',
      justification: waiver.justification,
      impact_statement: plain(waiver.reason),
      status_notes: text,
    };
  if (state === 'fixed') return { status: 'fixed', status_notes: text };
  if (state === 'possible' || state === 'unknown')
    return { status: 'under_investigation', status_notes: text };
  return { status: 'affected', action_statement: text };
}

function unique(statements: readonly Statement[]): readonly Statement[] {
  return [...new Map(statements.map((one) => [one['@id'], one])).values()];
}
