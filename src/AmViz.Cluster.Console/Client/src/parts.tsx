// Pieces that several pages are made of.
import type { ComponentChildren } from 'preact';
import type { Problem } from './api';
import type { Connection } from './api';
import { ended, number, percent } from './format';
import { useAction } from './hooks';
import { useState } from 'preact/hooks';
import { link } from '@web/route';
import type { Counts, SweepState } from './types';

export function Trouble({ problem, label }: { problem: Problem | null; label?: string }) {
  if (!problem) return null;
  return (
    <div class="trouble" role="alert">
      <p><strong>{label ?? problem.title}</strong></p>
      <p>{problem.message}</p>
      {problem.errors.length > 1 && <ul class="mistakes">{problem.errors.slice(0, 100).map((error) => <li key={error}>{error}</li>)}</ul>}
    </div>
  );
}

/** What is shown until the first answer, or in its place. */
export function Waiting({ problem }: { problem: Problem | null }) {
  return problem ? <Trouble problem={problem} /> : <p class="note" role="status">Loading…</p>;
}

export const State = ({ state }: { state: SweepState }) => <span class={`state ${state}`}>{state}</span>;

/** How far a sweep or a layer is: drawn, failed, open. */
export function Progress({ counts, label }: { counts: Counts; label: string }) {
  const done = counts.rendered + counts.skipped;
  const text = `${number(ended(counts))} of ${number(counts.planned)} done${counts.failed > 0 ? `, ${number(counts.failed)} without a picture` : ''}`;
  const width = (part: number): { width: string } => ({ width: `${counts.planned === 0 ? 0 : (100 * part) / counts.planned}%` });
  return (
    <div class="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={counts.planned} aria-valuenow={ended(counts)} aria-valuetext={text}>
      <span class="done" style={width(done)} />
      <span class="bad" style={width(counts.failed)} />
    </div>
  );
}

export const Done = ({ counts }: { counts: Counts }) => <>{percent(ended(counts), counts.planned)}</>;

const connectionWords: Record<Connection, string> = { connecting: 'Connecting…', live: 'Live', lost: 'Connection lost. Trying again…', over: '' };

/** Says that what is shown may be old. */
export const ConnectionNote = ({ connection }: { connection: Connection }) => <p class={`connection ${connection}`} role="status">{connectionWords[connection]}</p>;

/** A button that may be forbidden, with the reason, or ask once more before it does something that cannot be undone. */
export function Act({ children, why, confirm, run, kind }: { children: ComponentChildren; why?: string | null; confirm?: string; run: () => Promise<void>; kind?: string }) {
  const action = useAction();
  const [asking, setAsking] = useState(false);
  const start = (): void => {
    setAsking(false);
    action.run(run);
  };
  return (
    <span class="act">
      {asking
        ? (
          <span role="group" aria-label={confirm}>
            {confirm} <button type="button" class="danger" onClick={start}>Yes</button> <button type="button" onClick={() => setAsking(false)}>No</button>
          </span>
        )
        : <button type="button" class={kind} disabled={action.busy || Boolean(why)} title={why ?? undefined} onClick={confirm ? () => setAsking(true) : start}>{children}</button>}
      <Trouble problem={action.problem} />
    </span>
  );
}

export const Reason = ({ why }: { why: string | null }) => (why ? <p class="note reason">{why}</p> : null);

/** Links to the pages of a list that comes in pages: the first, the next, and back by the browser. */
export function Pages({ path, query, after, next }: { path: (string | number)[]; query: Record<string, string | null | undefined>; after: string | null; next: string | number | null }) {
  if (after === null && next === null) return null;
  return (
    <nav class="pages" aria-label="Pages of the list">
      {after !== null && <a href={link(path, query)}>First page</a>}
      {next !== null && <a href={link(path, { ...query, after: next })}>Next page</a>}
    </nav>
  );
}

/** A table that scrolls by itself where the screen is narrow. */
export function Table({ label, heads, children }: { label: string; heads: (string | [string, string])[]; children: ComponentChildren }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead><tr>{heads.map((head) => (typeof head === 'string' ? <th scope="col" key={head}>{head}</th> : <th scope="col" class={head[1]} key={head[0]}>{head[0]}</th>))}</tr></thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
