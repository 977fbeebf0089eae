// Pictures: asked for with the key, a few at a time, and only once they come near the screen.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from './api';
import { isRefused, picturePath } from './api';
import { endWords } from './format';
import { asProblem, useSession } from './hooks';
import { link } from './route';
import { backoff } from './stream';
import type { TaskLine } from './types';

const atOnce = 6;
const kept = 600;

// A picture that did not come is asked for again after some eight seconds at the soonest.
const firstPause = 3;

/** Pictures in memory, as addresses of their own, by their addresses at the server; the oldest are let go. */
class Shelf {
  private readonly addresses = new Map<string, string>();
  private readonly waiting: (() => void)[] = [];
  private loading = 0;

  known(path: string): string | undefined {
    return this.addresses.get(path);
  }

  async load(api: Api, path: string, signal: AbortSignal): Promise<string> {
    if (this.loading >= atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.loading++;
    try {
      signal.throwIfAborted();
      const address = this.known(path) ?? (await api.picture(path, signal));
      this.addresses.delete(path);
      this.addresses.set(path, address);
      this.letGo();
      return address;
    } finally {
      this.loading--;
      this.waiting.shift()?.();
    }
  }

  clear(): void {
    this.addresses.clear();
  }

  private letGo(): void {
    for (const path of this.addresses.keys()) {
      if (this.addresses.size <= kept) return;
      this.addresses.delete(path);
    }
  }
}

export const shelf = new Shelf();

/** A picture of a sweep. */
export function Picture({ sweep, path, size, alt }: { sweep: string; path: string; size?: number; alt: string }) {
  const { api } = useSession();
  const address = picturePath(sweep, path, size);
  const frame = useRef<HTMLSpanElement>(null);
  const [shown, setShown] = useState<{ address: string; source?: string; why?: string }>({ address });
  const known = shelf.known(address);
  useEffect(() => {
    const [element, stop] = [frame.current, new AbortController()];
    if (!element || shelf.known(address)) return;
    let [timer, failures]: [ReturnType<typeof setTimeout> | undefined, number] = [undefined, 0];
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      shelf.load(api, address, stop.signal).then(
        (source) => !stop.signal.aborted && setShown({ address, source }),
        (error: unknown) => {
          if (stop.signal.aborted) return;
          setShown({ address, why: asProblem(error).message });
          if (!isRefused(error)) timer = setTimeout(() => watch.observe(element), backoff(firstPause + failures++, Math.random()));
        });
    }, { rootMargin: '200px' });
    watch.observe(element);
    return () => {
      stop.abort();
      clearTimeout(timer);
      watch.disconnect();
    };
  }, [api, address]);
  const source = known ?? (shown.address === address ? shown.source : undefined);
  const why = shown.address === address ? shown.why : undefined;
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
            {task.picture ? <Picture sweep={sweep} path={task.picture} size={128} alt="" /> : <span class={`placeholder ${task.state}`}>{endWords[task.state]}</span>}
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
