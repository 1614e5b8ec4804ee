import type { JSX } from 'preact';
import type { Report } from '../../report/report.ts';

/** The patch of each file, as it would be written or was. */
export function edits({ edits: files }: Report): JSX.Element | null {
  if (files.length === 0) return null;
  return (
    <>
      {files.map(({ file, diff, encoding }) => (
        <details class="more" open={diff.length < 6000}>
          <summary>{encoding === undefined ? file : `${file} (${encoding}, shown as text)`}</summary>
          <pre class="diff" tabIndex={0} role="group" aria-label={`changes of ${file}`}>
            {diff.split('\n').map((line) => (
              <Line line={line} />
            ))}
          </pre>
        </details>
      ))}
    </>
  );
}

function Line({ line }: { readonly line: string }): JSX.Element {
  if (line.startsWith('+') && !line.startsWith('+++')) return <ins>{`${line}\n`}</ins>;
  if (line.startsWith('-') && !line.startsWith('---')) return <del>{`${line}\n`}</del>;
  return <>{`${line}\n`}</>;
}
