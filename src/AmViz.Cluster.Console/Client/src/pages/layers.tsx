import { useEffect, useRef, useState } from 'preact/hooks';
import { query as queryOf, sweepPath } from '../api';
import { count, endWords, ended, hasEnded, number, open, percent } from '../format';
import { useLoad } from '../hooks';
import { Pages, Progress, Trouble, Waiting } from '../parts';
import { Tiles } from '../pictures';
import { link } from '@web/route';
import type { LayerProgress, SweepStatus, TaskEnd, TaskPage } from '../types';

const most = 500;

/** The layers of a sweep in the order of its plan, each with its newest pictures. */
export function Layers({ status }: { status: SweepStatus }) {
  return (
    <>
      <p class="lead">{count(status.layers.length, 'layer')}, each with the pictures that were stored last.</p>
      <ul class="strips">
        {status.layers.slice(0, most).map((layer) => <Strip key={`${layer.model}/${layer.layer}`} status={status} layer={layer} />)}
      </ul>
      {status.layers.length > most && <p class="note">The first {most} are shown; <code>GET /api/v1/sweeps/{status.id}/layers</code> has all.</p>}
    </>
  );
}

function Strip({ status, layer }: { status: SweepStatus; layer: LayerProgress }) {
  const place = useRef<HTMLLIElement>(null);
  const [near, setNear] = useState(false);
  // A hundred layers at once would be a hundred requests for what nobody sees.
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => setNear(entries.some((entry) => entry.isIntersecting)), { rootMargin: '100px' });
    if (place.current) watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  const [loaded, setLoaded] = useState<TaskPage | null>(null);
  const path = `${sweepPath(status.id)}/tasks${queryOf({ model: layer.model, layer: layer.layer, state: 'rendered', order: 'newest', limit: 8 })}`;
  const newest = useLoad<TaskPage>(near ? path : null, hasEnded(status.state) || open(layer.counts) === 0 ? undefined : 10);
  useEffect(() => {
    if (newest.data) setLoaded(newest.data);
  }, [newest.data]);
  return (
    <li class="strip" ref={place}>
      <div>
        <h2><a href={link(['sweeps', status.id, 'layers', layer.model, layer.layer])}>{layer.layer}</a></h2>
        <p class="soft">{layer.model}</p>
        <Progress counts={layer.counts} label={`Progress of ${layer.layer}`} />
        <p class="soft">{number(ended(layer.counts))} of {number(layer.counts.planned)}, {percent(ended(layer.counts), layer.counts.planned)}{layer.counts.failed > 0 && `, ${number(layer.counts.failed)} without a picture`}</p>
      </div>
      <div>
        {loaded ? <Tiles sweep={status.id} tasks={loaded.tasks} label={`Newest pictures of ${layer.layer}`} /> : <Trouble problem={newest.problem} />}
      </div>
    </li>
  );
}

const states: [TaskEnd | '', string][] = [['', 'all'], ['rendered', 'drawn'], ['open', 'not drawn yet'], ['failed', 'failed'], ['dead', 'dead'], ['notFinite', 'not a number']];

/** The channels of a layer in their order. */
export function Layer({ status, model, layer, query }: { status: SweepStatus; model: string; layer: string; query: URLSearchParams }) {
  const [state, after] = [query.get('state'), query.get('after')];
  const path = ['sweeps', status.id, 'layers', model, layer];
  const page = useLoad<TaskPage>(`${sweepPath(status.id)}/tasks${queryOf({ model, layer, state, after, limit: 120 })}`, hasEnded(status.state) ? undefined : 10);
  const known = status.layers.find((one) => one.model === model && one.layer === layer);
  return (
    <>
      <h2>{layer} <span class="soft">{model}</span></h2>
      {known && <Progress counts={known.counts} label={`Progress of ${layer}`} />}
      <nav class="filters" aria-label="Channels by state">
        {states.map(([one, word]) => <a key={one} href={link(path, { state: one })} aria-current={(state ?? '') === one ? 'true' : undefined}>{word}</a>)}
      </nav>
      {page.data === null ? <Waiting problem={page.problem} />
        : page.data.tasks.length === 0 ? <p class="empty">None of this layer is like that.</p>
        : (
          <>
            <p class="soft">{state ? `${number(page.data.total)} ${endWords[state] ?? state}` : count(page.data.total, 'picture')}{page.data.next && `, ${number(page.data.tasks.length)} of them here`}</p>
            <Tiles sweep={status.id} tasks={page.data.tasks} label={`Channels of ${layer}`} />
          </>
        )}
      {page.data && <Pages path={path} query={{ state }} after={after} next={page.data.next} />}
    </>
  );
}
