import type { ComponentChildren } from 'preact';
import { json, sweepPath } from '../api';
import { count, duration, ended, hasEnded, hours, nameOf, number, open, percent, rate, time } from '../format';
import { useLoad, useReason, useSession, useSweep } from '../hooks';
import type { Followed } from '../hooks';
import { Act, ConnectionNote, Progress, Reason, State, Trouble, Waiting } from '../parts';
import { Tiles } from '../pictures';
import { link } from '@web/route';
import type { QueuedSweep, SweepStatus, SweepTimeline, TaskPage } from '../types';
import { Channel } from './channel';
import { Failures } from './failures';
import { Layer, Layers } from './layers';
import { NewestPictures } from './newest';
import { RankForm } from './rank';
import { Tasks } from './tasks';
import { Timeline } from './timeline';

const tabs: [string, string][] = [['', 'Overview'], ['layers', 'Layers'], ['pictures', 'Newest pictures'], ['failures', 'Failures'], ['timeline', 'Timeline']];

/** A sweep: what all its pages have in common, and one of them. */
export function Sweep({ id, rest, query }: { id: string; rest: string[]; query: URLSearchParams }) {
  const sweep = useSweep(id);
  const [page = '', model, layer, channel] = rest;
  if (sweep.status === null) return <><h1>Sweep {id}</h1><Waiting problem={sweep.problem} /></>;
  const { status } = sweep;
  const inside = page === 'tasks' ? (query.has('errorIs') || query.has('error') ? 'failures' : 'layers') : page;
  return (
    <>
      <div class="heading">
        <h1><span class="soft">Sweep</span> {id} <State state={status.state} /></h1>
        <ConnectionNote connection={sweep.connection} />
      </div>
      {sweep.problem && <Trouble problem={sweep.problem} />}
      <Progress counts={status.counts} label="Progress of the sweep" />
      <nav class="tabs" aria-label="Pages of the sweep">
        {tabs.map(([name, title]) => (
          <a key={name} href={link(name === '' ? ['sweeps', id] : ['sweeps', id, name])} aria-current={inside === name ? 'page' : undefined}>
            {title}{name === 'failures' && status.counts.failed > 0 && <span class="badge">{number(status.counts.failed)}</span>}
          </a>
        ))}
      </nav>
      {page === '' ? <Overview sweep={sweep} status={status} />
        : page === 'layers' && model && layer ? <Layer status={status} model={model} layer={layer} query={query} />
        : page === 'layers' ? <Layers status={status} />
        : page === 'pictures' ? <NewestPictures status={status} query={query} />
        : page === 'failures' ? <Failures status={status} reload={sweep.reload} query={query} />
        : page === 'timeline' ? <Timeline status={status} />
        : page === 'tasks' && model && layer && channel ? <Channel sweep={id} model={model} layer={layer} channel={channel} seed={query.get('seed')} />
        : page === 'tasks' ? <Tasks sweep={id} query={query} />
        : <p class="empty">A sweep has no page '{page}'.</p>}
    </>
  );
}

function Overview({ sweep, status }: { sweep: Followed; status: SweepStatus }) {
  const isOver = hasEnded(status.state);
  const timeline = useLoad<SweepTimeline>(`${sweepPath(status.id)}/timeline?buckets=1`, isOver ? undefined : 15);
  const newest = useLoad<TaskPage>(`${sweepPath(status.id)}/tasks?state=rendered&order=newest&limit=24`, isOver ? undefined : 10);
  const perSecond = status.state === 'running' ? sweep.perSecond ?? timeline.data?.picturesPerSecond ?? 0 : 0;
  const { counts } = status;
  return (
    <>
      <Controls status={status} reload={sweep.reload} />
      <dl class="facts">
        <Fact name="Done">{number(ended(counts))} <span class="soft">of {count(counts.planned, 'picture')}, {percent(ended(counts), counts.planned)}</span></Fact>
        <Fact name="Without a picture">{number(counts.failed)} <span class="soft">{number(counts.failed - counts.dead - counts.notFinite)} failed, {number(counts.dead)} dead, {number(counts.notFinite)} not a number</span></Fact>
        {!isOver && <Fact name="Rate">{rate(perSecond)} <span class="soft">pictures a second</span></Fact>}
        {!isOver && <Fact name="Time left">{perSecond > 0 ? duration(open(counts) / perSecond) : status.state === 'paused' ? 'paused' : 'unknown'} <span class="soft">for {count(open(counts), 'picture')}</span></Fact>}
        <Fact name="Device hours">{timeline.data ? hours(timeline.data.deviceSeconds) : '…'}</Fact>
        <Fact name="Started">{time(status.startedAt)}</Fact>
        <Fact name="Rank">priority {status.rank.priority}, share {status.rank.share}, {status.pool === 'any' ? 'any pool' : `pool ${status.pool}`}</Fact>
        <Fact name="Owner">{status.owner ?? 'nobody is named'}</Fact>
        {!isOver && <Fact name="Devices">{number(status.devices.length)}</Fact>}
        {counts.skipped > 0 && <Fact name="Of those done">{number(counts.skipped)} <span class="soft">were there before</span></Fact>}
      </dl>
      {status.lastError && <div class="trouble"><p><strong>What went wrong last</strong></p><p>{status.lastError}</p></div>}
      <QueueNote status={status} />
      <h2>Newest pictures</h2>
      {newest.data === null ? <Waiting problem={newest.problem} />
        : newest.data.tasks.length === 0 ? <p class="empty">No picture is stored yet.</p>
        : <Tiles sweep={status.id} tasks={newest.data.tasks} named={nameOf(status.layers)} label="Newest pictures" />}
      {!isOver && <RankForm key={`${status.rank.priority}/${status.rank.share}`} status={status} reload={sweep.reload} />}
    </>
  );
}

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => <div><dt>{name}</dt><dd>{children}</dd></div>;

/** What can be done to it as a whole. */
function Controls({ status, reload }: { status: SweepStatus; reload: () => void }) {
  const { api } = useSession();
  const [why, whyNotDeleted] = [useReason('submit'), useReason('admin')];
  const path = sweepPath(status.id);
  const post = (verb: string) => async (): Promise<void> => {
    await api.send('POST', `${path}/${verb}`);
    reload();
  };
  const failed = status.counts.failed - status.counts.dead - status.counts.notFinite;
  return (
    <div class="controls">
      {status.state === 'running' && <Act why={why} run={post('pause')}>Pause</Act>}
      {status.state === 'paused' && <Act why={why} run={post('resume')} kind="primary">Resume</Act>}
      {(status.state === 'running' || status.state === 'paused') && <Act why={why} confirm="End it? Pictures that are stored stay." run={post('cancel')}>Cancel</Act>}
      {failed > 0 && status.state !== 'folding' && (
        <Act why={why} run={async () => { await api.send('POST', `${path}/retry`, json({ outcome: 'failed' })); reload(); }}>Retry all {number(failed)} failed</Act>
      )}
      {hasEnded(status.state) && (
        <Act why={whyNotDeleted} confirm="Delete it, with every picture that no other sweep has?" run={async () => { await api.send('DELETE', path); location.hash = link(['sweeps']); }}>Delete</Act>
      )}
      <Reason why={why} />
    </div>
  );
}

/** Where a running sweep stands, and who blocks it. */
function QueueNote({ status }: { status: SweepStatus }) {
  const { queue } = status;
  if (!queue || status.state !== 'running') return null;
  return (
    <section aria-label="Place in the queue">
      <h2>Queue</h2>
      <p>{queue.position === 1 ? 'No sweep goes first.' : `Position ${queue.position}: ${count(queue.openAhead, 'picture')} of sweeps with a higher priority go first.`}</p>
      <QueueList title="Ahead" sweeps={queue.ahead} />
      <QueueList title="Shares the devices with" sweeps={queue.beside} />
    </section>
  );
}

function QueueList({ title, sweeps }: { title: string; sweeps: QueuedSweep[] }) {
  if (sweeps.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="queue">
        {sweeps.slice(0, 20).map((one) => <li key={one.id}><a class="id" href={link(['sweeps', one.id])}>{one.id}</a> <span class="soft">priority {one.priority}, share {one.share}, {number(one.open)} open</span></li>)}
        {sweeps.length > 20 && <li class="soft">and {number(sweeps.length - 20)} more</li>}
      </ul>
    </>
  );
}
