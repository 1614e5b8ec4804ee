import type { JSX } from 'preact';
import { columnText, legend, toldReasons } from '../../report/matrix-words.ts';
import type { ToldReason } from '../../report/matrix-words.ts';
import type { Report } from '../../report/report.ts';
import type { ReportedCell, ReportedCells, ReportedMatrix } from '../../report/reported-matrix.ts';
import { Cited } from '../cited.tsx';
import { DataTable } from '../data-table.tsx';
import { Mark } from '../marks.tsx';
import { perService } from './per-service.tsx';

/** On which Pythons and platforms the lines hold, today and as planned. */
export function compatibility(report: Report): JSX.Element | null {
  return perService(report, ({ matrix }) => {
    if (matrix === undefined) return null;
    return (
      <>
        <p>
          Each cell is judged by itself, by what the packages declare.
          <Cited by={matrix.evidence} />
        </p>
        <div class="pair">
          <Cells title="Today" cells={matrix.today} matrix={matrix} />
          {matrix.planned === null ? null : (
            <Cells title="As planned" cells={matrix.planned} matrix={matrix} />
          )}
        </div>
        {matrix.notWritten === null ? null : <p>The plan was not judged: {matrix.notWritten}</p>}
      </>
    );
  });
}

function Cells({
  title,
  cells,
  matrix,
}: {
  readonly title: string;
  readonly cells: ReportedCells;
  readonly matrix: ReportedMatrix;
}): JSX.Element {
  const { pythons, platforms } = matrix;
  const columns = ['Python', ...platforms.map(columnText)].map((title) => ({ title, sort: 'none' }) as const);
  const rows = pythons.map((python) => ({
    cells: [
      python,
      ...platforms.map((platform) => {
        const cell = cells.cells.find((one) => one.python === python && one.platform === platform);
        return cell === undefined ? '' : <Answer cell={cell} />;
      }),
    ],
  }));
  const { forbids, builds } = toldReasons(cells, matrix);
  return (
    <div>
      <DataTable caption={title} columns={columns} rows={rows} />
      <p class="quiet">{legend(cells).join(' · ')}</p>
      <Reasons title="What forbids cells" reasons={forbids} />
      <Reasons title="What must be built" reasons={builds} />
    </div>
  );
}

function Answer({ cell: { answer, unread, own } }: { readonly cell: ReportedCell }): JSX.Element {
  const open = unread.length > 0 && (answer === 'ok' || answer === 'built') ? '?' : '';
  return (
    <span class={own ? 'own' : ''}>
      <Mark of={open === '' ? answer : 'unknown'} text={`${answer}${open}`} />
      {own ? (
        <>
          {' '}
          *<span class="heard"> the service runs here</span>
        </>
      ) : null}
    </span>
  );
}

function Reasons({
  title,
  reasons,
}: {
  readonly title: string;
  readonly reasons: readonly ToldReason[];
}): JSX.Element | null {
  if (reasons.length === 0) return null;
  return (
    <details class="more">
      <summary>
        {title} ({reasons.length})
      </summary>
      <ul>
        {reasons.map(({ head, place, parts }) => (
          <li>
            <b>{head}</b> <span class="quiet">{place}</span>
            <ul>
              {parts.map(({ why, where }) => (
                <li>
                  {where}: {why.join(' ')}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </details>
  );
}
