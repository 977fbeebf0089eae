// Pictures: asked for with the key, and only once they come near the screen.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isRefused } from './api';
import { endWords } from './format';
import { asProblem, useSession } from './hooks';
import { link } from '@web/route';
import { shelf } from './shelf';
import type { Wanted } from './shelf';
import { backoff } from './stream';
import type { TaskLine } from './types';

// A picture that did not come is asked for again after some eight seconds at the soonest.
const firstPause = 3;

/** A picture of a sweep. */
export function Picture({ sweep, path, size, alt }: { sweep: string; path: string; size?: number; alt: string }) {
  const { api } = useSession();
  const wanted = useMemo(() => ({ sweep, picture: path, size }), [sweep, path, size]);
  const frame = useRef<HTMLSpanElement>(null);
  const [shown, setShown] = useState<{ wanted: Wanted; source?: string; why?: string }>({ wanted });
  const known = shelf.known(wanted);
  useEffect(() => {
    const [element, stop] = [frame.current, new AbortController()];
    if (!element || shelf.known(wanted)) return;
    let [timer, failures]: [ReturnType<typeof setTimeout> | undefined, number] = [undefined, 0];
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      shelf.load(api, wanted, stop.signal).then(
        (source) => !stop.signal.aborted && setShown({ wanted, source }),
        (error: unknown) => {
          if (stop.signal.aborted) return;
          setShown({ wanted, why: asProblem(error).message });
          if (!isRefused(error)) timer = setTimeout(() => watch.observe(element), backoff(firstPause + failures++, Math.random()));
        });
    }, { rootMargin: '200px' });
    watch.observe(element);
    return () => {
      stop.abort();
      clearTimeout(timer);
      watch.disconnect();
    };
  }, [api, wanted]);
  const source = known ?? (shown.wanted === wanted ? shown.source : undefined);
  const why = shown.wanted === wanted ? shown.why : undefined;
  return <span class="picture" ref={frame}>{source ? <img src={source} alt={alt} /> : why ? <span class="placeholder failed" title={why}>cannot be read</span> : <span class="placeholder" />}</span>;
}

/** Pictures side by side, each a link to its channel: with its layer where they are of several, and with its network. */
export function Tiles({ sweep, tasks, named, label }: { sweep: string; tasks: TaskLine[]; named?: 'layer' | 'network'; label: string }) {
  const hasSeeds = tasks.some((task) => task.seed !== tasks[0]!.seed || task.seed !== 0);
  return (
    <ul class="tiles" aria-label={label}>
      {tasks.map((task) => (
        <li key={`${task.model}/${task.layer}/${task.channel}/${task.seed}`}>
          <a class="tile" href={link(['sweeps', sweep, 'tasks', task.model, task.layer, task.channel], { seed: task.seed })}>
            {task.picture ? <Picture sweep={sweep} path={task.picture} size={128} alt="" /> : <span class={`placeholder ${task.state}`}>{task.state === 'rendered' ? 'computed' : endWords[task.state]}</span>}
            <span class="caption">
              <span class="number"><span class="unseen">Channel </span>{task.channel}{hasSeeds && <>, seed {task.seed}</>}</span>
              {task.label && <span class="soft">{task.label}</span>}
              {named && <span class="soft">{task.layer}</span>}
              {named === 'network' && <span class="soft">{task.model}</span>}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
