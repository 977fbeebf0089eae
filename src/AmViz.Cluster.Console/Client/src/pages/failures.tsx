import { useEffect, useState } from 'preact/hooks';
import { json, query as queryOf, sweepPath } from '../api';
import { endWords, nameOf, number } from '../format';
import { useLoad, useReason, useSession } from '../hooks';
import { Act, Pages, Reason, Waiting } from '../parts';
import { errorFilter, link } from '@web/route';
import type { FailureGroup, FailurePage, SweepStatus } from '../types';

const words: Record<FailureGroup['outcome'], string> = { failed: endWords['failed']!, dead: endWords['dead']!, notFinite: endWords['notFinite']! };

const reasons: Record<FailureGroup['outcome'], string> = { failed: 'Nothing is known of the error.', dead: 'Nothing excites these channels from here.', notFinite: 'The objective became NaN or infinite.' };

// How long a button says what came of it before it can be pressed again.
const retriedShown = 10_000;

/** Channels and seeds without a picture, by what went wrong. */
export function Failures({ status, reload, query }: { status: SweepStatus; reload: () => void; query: URLSearchParams }) {
  const after = query.get('after');
  const page = useLoad<FailurePage>(`${sweepPath(status.id)}/failures${queryOf({ after, limit: 50 })}`, 10);
  const why = useReason('submit');
  if (page.data === null) return <Waiting problem={page.problem} />;
  if (page.data.groups.length === 0) return <p class="empty">Every channel that has ended has a picture.</p>;
  return (
    <>
      <p class="lead">What ended without a picture, by error. One that is tried again stays here until it has ended again.</p>
      <Reason why={why} />
      <ul class="failures">
        {page.data.groups.map((group) => <Group key={`${group.outcome} ${group.error}`} status={status} group={group} why={why} reload={reload} />)}
      </ul>
      <Pages path={['sweeps', status.id, 'failures']} query={{}} after={after} next={page.data.next} />
    </>
  );
}

function Group({ status, group, why, reload }: { status: SweepStatus; group: FailureGroup; why: string | null; reload: () => void }) {
  const { api } = useSession();
  const [retried, setRetried] = useState<number | null>(null);
  const [sweep, exactly] = [status.id, group.error ?? ''];
  const hasSeeds = group.examples.some((one) => one.seed !== group.examples[0]!.seed || one.seed !== 0);
  const filter = errorFilter(exactly);
  // Those that fail again are as many as before, or fewer.
  useEffect(() => setRetried(null), [group.count]);
  useEffect(() => {
    if (retried === null) return;
    const timer = setTimeout(() => setRetried(null), retriedShown);
    return () => clearTimeout(timer);
  }, [retried]);
  const retry = async (): Promise<void> => {
    const answer = await api.send<{ retried: number }>('POST', `${sweepPath(sweep)}/retry`, json({ outcome: group.outcome, errorIs: exactly }));
    setRetried(answer?.retried ?? 0);
    reload();
  };
  return (
    <li class="failure">
      <p class="amount"><strong>{number(group.count)}</strong> <span class="state failed">{words[group.outcome]}</span></p>
      <div>
        <p class="error">{group.error ?? reasons[group.outcome]}</p>
        <p class="soft examples">
          {group.examples.slice(0, 3).map((one) => (
            <span key={`${one.model}/${one.layer}/${one.channel}/${one.seed}`}><a href={link(['sweeps', sweep, 'tasks', one.model, one.layer, one.channel], { seed: one.seed })}>{nameOf(status.layers) === 'network' && `${one.model} / `}{one.layer} / {one.channel}{hasSeeds && `, seed ${one.seed}`}</a> </span>
          ))}
          {group.count > 3 && <a href={link(['sweeps', sweep, 'tasks'], { state: group.outcome, ...filter })}>{'errorIs' in filter ? `all ${number(group.count)}` : 'all whose error holds the first 500 characters of this one'}</a>}
        </p>
      </div>
      {retried === null ? <Act why={why} run={retry}>{group.count === 1 ? 'Retry this one' : `Retry these ${number(group.count)}`}</Act> : <p role="status">{retried === 0 ? 'They are being drawn already.' : retried === 1 ? 'It is drawn again.' : `${number(retried)} are drawn again.`}</p>}
    </li>
  );
}
