// What pages share: loading, following, the clock.
import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { Problem, isRefused, sweepPath } from './api';
import type { Api, Connection } from './api';
import { ended, hasEnded } from './format';
import { RateMeter } from './rates';
import type { KeyOwner, SweepStatus } from './types';

export interface Session { api: Api; owner: KeyOwner; logOut: (why: string) => void }
export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('No page is shown before somebody has logged in.');
  return session;
}

/** Why the key of whoever looks may not do something; null: it may. */
export function useReason(needed: 'submit' | 'admin'): string | null {
  const { role, name } = useSession().owner;
  const may = role === 'admin' || role === needed;
  return may ? null : `The key '${name}' has the role ${role}; this needs ${needed}.`;
}

export const asProblem = (error: unknown): Problem => (error instanceof Problem ? error : new Problem(0, 'unforeseen', 'Unforeseen', String(error), []));

export interface Loaded<T> { data: T | null; problem: Problem | null; reload: () => void }

/** How many seconds after an answer it is asked for again; undefined: never. */
export type Every<T> = number | undefined | ((data: T) => number | undefined);

// Where nothing is to be asked again, but for that there was no answer.
const patience = 10;

/** Loads an address, and again every so many seconds while somebody looks; what is there stays until the next answer. Null: nothing. */
export function useLoad<T>(path: string | null, every?: Every<T>): Loaded<T> {
  const { api } = useSession();
  const [state, setState] = useState<{ path: string | null; data: T | null; problem: Problem | null }>({ path, data: null, problem: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isFirst = true;
    let pause = typeof every === 'number' ? every : undefined;
    const load = async (): Promise<void> => {
      if (isFirst || !document.hidden) {
        isFirst = false;
        try {
          const data = await api.get<T>(path, stop.signal);
          pause = typeof every === 'function' ? every(data) : every;
          setState({ path, data, problem: null });
        } catch (error) {
          if (stop.signal.aborted) return;
          if (!isRefused(error)) pause ??= patience;
          setState((before) => ({ path, data: before.path === path ? before.data : null, problem: asProblem(error) }));
        }
      }
      if (pause && !stop.signal.aborted) timer = setTimeout(() => void load(), Math.max(pause, 5) * 1000);
    };
    void load();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [api, path, every, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return state.path === path ? { data: state.data, problem: state.problem, reload } : { data: null, problem: null, reload };
}

export interface Followed { status: SweepStatus | null; problem: Problem | null; connection: Connection; perSecond: number | undefined; reload: () => void }

/** A sweep as it goes on: by its events, and every ten seconds its place in the queue. */
export function useSweep(id: string): Followed {
  const { api } = useSession();
  const whole = useLoad<SweepStatus>(sweepPath(id), 10);
  const meter = useRef(new RateMeter());
  const [live, setLive] = useState<SweepStatus | null>(null);
  const [connection, setConnection] = useState<Connection>('connecting');
  const isRunning = whole.data !== null && !hasEnded(whole.data.state);
  useEffect(() => {
    if (!isRunning) return;
    const stop = new AbortController();
    setConnection('connecting');
    void api.follow(`${sweepPath(id)}/events`, (data) => {
      const status = JSON.parse(data) as SweepStatus;
      meter.current.observe(performance.now() / 1000, ended(status.counts));
      setLive(status);
      if (hasEnded(status.state)) whole.reload();
    }, setConnection, stop.signal);
    return () => {
      stop.abort();
      setLive(null);
    };
  }, [api, id, isRunning]);
  // What is polled after the stream was lost is newer than what was heard before.
  useEffect(() => {
    if (connection === 'lost') setLive(null);
  }, [whole.data]);
  const status = whole.data && live && isRunning ? { ...live, queue: whole.data.queue, devices: whole.data.devices } : whole.data;
  return { status, problem: whole.problem, connection: isRunning ? connection : 'over', perSecond: meter.current.perSecond(performance.now() / 1000), reload: whole.reload };
}

/** The time, once a second or so. */
export function useNow(everySeconds = 5): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everySeconds * 1000);
    return () => clearInterval(timer);
  }, [everySeconds]);
  return now;
}

/** Something that is done when a button is pressed: whether it is under way, and what came of it. */
export function useAction(): { busy: boolean; problem: Problem | null; run: (action: () => Promise<void>) => void } {
  const [state, setState] = useState<{ busy: boolean; problem: Problem | null }>({ busy: false, problem: null });
  const run = useCallback((action: () => Promise<void>) => {
    setState({ busy: true, problem: null });
    action().then(() => setState({ busy: false, problem: null }), (error: unknown) => setState({ busy: false, problem: asProblem(error) }));
  }, []);
  return { ...state, run };
}
