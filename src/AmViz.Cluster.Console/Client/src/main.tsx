// The console: who looks, which page, and what is around it.
import { render } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Api } from './api';
import { backoff } from './stream';
import { SessionContext, asProblem, useReason } from './hooks';
import type { Session } from './hooks';
import { Devices } from './pages/devices';
import { Login } from './pages/login';
import { NewSweep } from './pages/newSweep';
import { Sweep } from './pages/sweep';
import { Sweeps } from './pages/sweeps';
import { link, parse } from '@web/route';
import type { Route } from '@web/route';
import { shelf } from './shelf';
import type { KeyOwner } from './types';

// Of this tab alone, and gone with it.
const place = 'amviz.key';

function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return useMemo(() => parse(hash), [hash]);
}

function App() {
  const [key, setKey] = useState(sessionStorage.getItem(place));
  const [why, setWhy] = useState('');
  const [owner, setOwner] = useState<KeyOwner | null>(null);
  const logOut = useCallback((reason: string) => {
    sessionStorage.removeItem(place);
    shelf.clear();
    setKey(null);
    setOwner(null);
    setWhy(reason);
  }, []);
  const api = useMemo(() => (key === null ? null : new Api(key, logOut)), [key, logOut]);
  useEffect(() => {
    if (!api || key === null || owner) return;
    const stop = new AbortController();
    let [timer, failures]: [ReturnType<typeof setTimeout> | undefined, number] = [undefined, 0];
    const ask = (): Promise<void> => api.get<KeyOwner>('me', stop.signal).then(
      (found) => {
        sessionStorage.setItem(place, key);
        setOwner(found);
        setWhy('');
      },
      (error: unknown) => {
        const { status, message } = asProblem(error);
        if (stop.signal.aborted || status === 401) return;
        if (status === 403) {
          logOut(message);
          return;
        }
        // A coordinator that restarts knows the key again when it is back.
        setWhy(status === 0 ? message : `${message} The page asks again by itself.`);
        timer = setTimeout(() => void ask(), backoff(failures++, Math.random()));
      });
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [api, key, owner, logOut]);
  const session = useMemo<Session | null>(() => (api && owner ? { api, owner, logOut } : null), [api, owner, logOut]);
  if (!session) return <Login why={why} busy={key !== null && why === ''} onKey={(typed) => { setWhy(''); setKey(typed); }} />;
  return <SessionContext.Provider value={session}><Frame session={session} /></SessionContext.Provider>;
}

function Frame({ session }: { session: Session }) {
  const route = useRoute();
  const [first] = route.path;
  const content = useRef<HTMLElement>(null);
  const page = route.path.join('/');
  const seen = useRef(page);
  useEffect(() => {
    document.title = `${route.path[1] ?? first ?? 'Sweeps'} · AmViz console`;
    // Who follows a link by keyboard begins at the top of the page it leads to.
    if (seen.current !== page) content.current?.focus({ preventScroll: true });
    if (seen.current !== page) scrollTo(0, 0);
    seen.current = page;
  }, [page]);
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => { event.preventDefault(); content.current?.focus(); }}>Skip to the page</a>
      <header class="site">
        <nav aria-label="Console">
          <ul class="main">
            <Item to="sweeps" here={first === undefined || first === 'sweeps'}>Sweeps</Item>
            <Item to="devices" here={first === 'devices'}>Devices</Item>
            <NewItem here={first === 'new'} />
          </ul>
        </nav>
        <p class="owner"><span>{session.owner.name} <span class="soft">({session.owner.role})</span></span> <button type="button" onClick={() => session.logOut('You have logged out: this tab has forgotten the key.')}>Log out</button></p>
      </header>
      <main id="content" tabIndex={-1} ref={content}><Page route={route} /></main>
    </>
  );
}

const Item = ({ to, here, children }: { to: string; here: boolean; children: string }) => <li><a href={link([to])} aria-current={here ? 'page' : undefined}>{children}</a></li>;

function NewItem({ here }: { here: boolean }) {
  const why = useReason('submit');
  return why ? <li><span class="off" title={why}>New sweep</span></li> : <Item to="new" here={here}>New sweep</Item>;
}

function Page({ route }: { route: Route }) {
  const [first, id, ...rest] = route.path;
  if (first === 'devices') return <Devices />;
  if (first === 'new') return <NewSweep />;
  if (first === 'sweeps' && id) return <Sweep key={id} id={id} rest={rest} query={route.query} />;
  if (first === undefined || first === 'sweeps') return <Sweeps query={route.query} />;
  return <><h1>There is no such page</h1><p><a href={link(['sweeps'])}>All sweeps</a></p></>;
}

render(<App />, document.getElementById('app')!);
