import type { JSX } from 'preact';
import type { RunDetails } from '../page-api.ts';
import { ownPath } from './address.ts';
import { Mark, StateWord } from './mark.tsx';
import { Moment } from './moment.tsx';
import { Asking, RefusalNotice } from './notice.tsx';
import { useAnswer } from './page-state.ts';
import { listPath, runPath } from './route.ts';
import { RunService } from './run-service.tsx';
import { openTotal, openWords, SeverityCountsView } from './severity-counts.tsx';
import { named, RUN_STAGES, RUN_VERDICTS, told } from './state-words.ts';
import { counted } from './words.ts';

/** One run: its verdict first, then service by service what it changed and what is left. */
export function RunView({ id }: { readonly id: string }): JSX.Element {
  const { value, refusal } = useAnswer<RunDetails>(`/api/runs/${encodeURIComponent(id)}`);
  return (
    <>
      <p class="crumb">
        <a href="/runs">Runs</a>
      </p>
      <div class="heading">
        <h1 tabIndex={-1}>Run {value?.run ?? id}</h1>
        {value !== null && (
          <p class="quiet">
            of{' '}
            <a href={listPath('runs', { project: value.project })}>
              <bdi>{value.project}</bdi>
            </a>
          </p>
        )}
      </div>
      {refusal !== null && <RefusalNotice refusal={refusal} />}
      {value === null ? refusal === null && <Asking what="the run" /> : <Details run={value} />}
    </>
  );
}

function Details({ run }: { readonly run: RunDetails }): JSX.Element {
  return (
    <>
      <Verdict run={run} />
      <div class="columns">
        <div class="main-column">
          {run.perService.map((service, at) => (
            <RunService key={`${at}\n${service.service}`} {...service} />
          ))}
          {run.perService.length === 0 && <p class="quiet">This run looked at no service.</p>}
        </div>
        <aside class="side-column" aria-label="About this run">
          <Reports run={run} />
          <Facts run={run} />
          <Others run={run} />
        </aside>
      </div>
    </>
  );
}

function Verdict({ run }: { readonly run: RunDetails }): JSX.Element {
  const { kind, word } = told(RUN_VERDICTS, run.verdict);
  return (
    <section class={`verdict verdict-${kind}`} aria-label="Verdict">
      <Mark kind={kind} />
      <div>
        <p class="verdict-word">{word}</p>
        <p>
          <bdi>{run.sentence}</bdi>
        </p>
        <p class="quiet">
          {counted(run.changes, 'change')} · {counted(run.fixed, 'problem')} fixed · {openWords(run.open)}{' '}
          {openTotal(run.open) > 0 && <SeverityCountsView open={run.open} />}
        </p>
      </div>
    </section>
  );
}

function Reports({ run }: { readonly run: RunDetails }): JSX.Element | null {
  const reports = run.reports.flatMap(({ format, href }) => {
    const own = ownPath(href, location.origin);
    return own === null ? [] : [{ format, href: own }];
  });
  const [first] = reports;
  if (first === undefined) return null;
  const whole = reports.find(({ href }) => href.endsWith('.html')) ?? first;
  return (
    <section>
      <h2>Report</h2>
      <p>
        <a class="button button-first" href={whole.href}>
          Open the report
        </a>
      </p>
      <ul class="formats">
        {reports.map(({ format, href }) => (
          <li key={href}>
            <a href={href}>{format}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ run }: { readonly run: RunDetails }): JSX.Element {
  return (
    <section>
      <h2>Facts</h2>
      <dl class="facts">
        <dt>When</dt>
        <dd>
          <Moment at={run.at} />
        </dd>
        <dt>Stage</dt>
        <dd>{named(RUN_STAGES, run.stage)}</dd>
        <dt>Services</dt>
        <dd>{run.services.length.toLocaleString('en')}</dd>
        <dt>Exit code</dt>
        <dd>{run.exitCode}</dd>
      </dl>
    </section>
  );
}

function Others({ run }: { readonly run: RunDetails }): JSX.Element {
  return (
    <section>
      <h2>Other runs of this project</h2>
      {run.others.length === 0 ? (
        <p class="quiet">This is the only one.</p>
      ) : (
        <ul class="others">
          {run.others.map(({ id, run: name, at, stage, verdict }) => (
            <li key={id}>
              <StateWord {...told(RUN_VERDICTS, verdict)} />
              <a href={runPath(id)}>{name}</a>
              <span class="quiet">
                {stage}, <Moment at={at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
