// The way to the API. The key is sent as a header and nowhere else.
import { given } from '@web/route';
import { EventParser, backoff } from './stream';

/** A request that was refused: what was found, what was expected, what to do. */
export class Problem extends Error {
  constructor(readonly status: number, readonly kind: string, readonly title: string, detail: string, readonly errors: string[]) {
    super(detail);
  }
}

/** Whether asking again is in vain. Who gets no answer, or asks too often, or of a server that is in trouble, asks again. */
export const isRefused = (error: unknown): boolean => error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429;

const root = new URL('../api/v1/', document.baseURI);

// The server gives a sign of life every ten seconds.
const silence = 25_000;

export interface Body { content: string; type: string }
export type Connection = 'connecting' | 'live' | 'lost' | 'over';

export class Api {
  constructor(private readonly key: string, private readonly onNoKey: (why: string) => void) {}

  async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return (await (await this.fetch('GET', path, {}, signal)).json()) as T;
  }

  async send<T>(method: string, path: string, body?: Body): Promise<T | null> {
    const answer = await this.fetch(method, path, body ? { body } : {});
    return answer.headers.get('content-type')?.includes('json') ? ((await answer.json()) as T) : null;
  }

  /** A picture, as an address that holds all of it. An address of a blob makes Chromium's page wait for another process: 4 ms for each of fifty pictures. */
  async picture(path: string, signal: AbortSignal): Promise<string> {
    const picture = await (await this.fetch('GET', path, {}, signal)).blob();
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result as string);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(picture);
    });
  }

  /** Previews in the order of their address, each as an address that holds it, or why there is none. */
  async previews(path: string): Promise<(string | Problem)[]> {
    const { previews } = await this.get<{ previews: { webp?: string; problem?: ProblemDocument }[] }>(path);
    return previews.map(({ webp, problem }) => (webp ? `data:image/webp;base64,${webp}` : problemOf(problem ?? {}, 0)));
  }

  /** Hears the events of a sweep until its end or until it is stopped; connects again, with longer and longer pauses, whatever happens. */
  async follow(path: string, onEvent: (data: string) => void, onConnection: (connection: Connection) => void, signal: AbortSignal): Promise<void> {
    let [last, failures] = ['', 0];
    while (!signal.aborted) {
      try {
        // A sweep that is paused has nothing to tell: the connection is live once there is an answer, and good once anything came by it.
        const isOver = await this.hear(path, last, signal, () => onConnection('live'), () => { failures = 0; }, (id, data) => {
          last = id;
          onEvent(data);
        });
        if (isOver) {
          onConnection('over');
          return;
        }
      } catch (error) {
        if (signal.aborted || isRefused(error)) return;
      }
      if (signal.aborted) return;
      onConnection('lost');
      await new Promise((resolve) => setTimeout(resolve, backoff(failures++, Math.random())));
    }
  }

  /** Hears one connection. Returns whether there is nothing more to come. */
  private async hear(path: string, last: string, signal: AbortSignal, onOpen: () => void, onSign: () => void, onEvent: (id: string, data: string) => void): Promise<boolean> {
    const mute = new AbortController();
    let timer = setTimeout(() => mute.abort(), silence);
    try {
      const answer = await this.fetch('GET', path, { headers: last === '' ? {} : { 'Last-Event-ID': last } }, AbortSignal.any([signal, mute.signal]));
      if (answer.status === 204 || !answer.body) return true;
      onOpen();
      const [reader, parser] = [answer.body.pipeThrough(new TextDecoderStream()).getReader(), new EventParser()];
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(timer);
        timer = setTimeout(() => mute.abort(), silence);
        onSign();
        for (const event of parser.feed(part.value)) onEvent(event.id, event.data);
      }
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  private async fetch(method: string, path: string, more: { body?: Body; headers?: Record<string, string> } = {}, signal?: AbortSignal): Promise<Response> {
    const answer = await this.reach(method, path, more, signal);
    if (answer.ok) return answer;
    const problem = await read(answer);
    if (answer.status === 401) this.onNoKey(problem.message);
    throw problem;
  }

  private async reach(method: string, path: string, more: { body?: Body; headers?: Record<string, string> }, signal?: AbortSignal): Promise<Response> {
    try {
      return await fetch(new URL(path, root), {
        method,
        headers: { ...more.headers, Authorization: `Bearer ${this.key}`, ...(more.body ? { 'Content-Type': more.body.type } : {}) },
        ...(more.body ? { body: more.body.content } : {}),
        ...(signal ? { signal } : {}),
        credentials: 'omit',
        redirect: 'error',
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Problem(0, 'no-answer', 'No answer', 'This coordinator does not answer. It may be restarting, or the network is cut; the page asks again by itself.', []);
    }
  }
}

export const json = (value: unknown): Body => ({ content: JSON.stringify(value), type: 'application/json' });

export const sweepPath = (id: string): string => `sweeps/${encodeURIComponent(id)}`;

export const picturePath = (sweep: string, picture: string): string => `${sweepPath(sweep)}/pictures/${picture.split('/').map(encodeURIComponent).join('/')}`;

export const previewsPath = (sweep: string, pictures: string[], size: number): string =>
  `${sweepPath(sweep)}/previews?${new URLSearchParams([['size', String(size)], ...pictures.map((picture) => ['picture', picture])])}`;

export const query = (values: Record<string, string | number | boolean | null | undefined>): string => given(values);

interface ProblemDocument { type?: string; title?: string; status?: number; detail?: string; errors?: string[] | null }

const problemOf = ({ type = '', title = 'Refused', status, detail, errors }: ProblemDocument, answered: number): Problem =>
  new Problem(status ?? answered, type.replace('urn:amviz:problem:', ''), title, detail ?? `The server answered ${status ?? answered}.`, errors ?? []);

async function read(answer: Response): Promise<Problem> {
  try {
    return problemOf((await answer.json()) as ProblemDocument, answer.status);
  } catch {
    return new Problem(answer.status, 'unknown', 'Refused', `The server answered ${answer.status} without a reason: a proxy may stand between. Try again.`, []);
  }
}
