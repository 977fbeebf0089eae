// The atlas: which page is shown, and what is around it.
import { render } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useAtlas, useRoute } from './hooks';
import { receive } from './loader';
import { Waiting } from './parts';
import { SearchBox } from './searchBox';
import { Channel } from './pages/channel';
import { Compare } from './pages/compare';
import { Failures } from './pages/failures';
import { Data, Keys } from './pages/help';
import { Home } from './pages/home';
import { Layer } from './pages/layer';
import { Network } from './pages/network';
import type { Route } from '@web/route';
import type { AtlasDoc } from './types';

const formatVersion = 1;

function Page({ atlas, route }: { atlas: AtlasDoc; route: Route }) {
  const [sweep, network, folder, channel] = route.path;
  if (sweep === undefined) return <Home atlas={atlas} />;
  if (sweep === 'compare') return <Compare atlas={atlas} query={route.query} />;
  if (sweep === 'keys') return <Keys />;
  if (sweep === 'data') return <Data atlas={atlas} />;
  if (network === undefined) return <Home atlas={{ ...atlas, sweeps: atlas.sweeps.filter((one) => one.sweep === sweep) }} />;
  if (folder === undefined) return <Network atlas={atlas} sweep={sweep} folder={network} />;
  if (folder === 'failures' && channel === undefined) return <Failures atlas={atlas} sweep={sweep} folder={network} />;
  if (channel === undefined) return <Layer atlas={atlas} sweep={sweep} network={network} folder={folder} query={route.query} />;
  return <Channel atlas={atlas} sweep={sweep} network={network} folder={folder} channel={channel} query={route.query} />;
}

function App() {
  const route = useRoute();
  const { data, error } = useAtlas();
  const content = useRef<HTMLElement>(null);
  const page = route.path.join('/');
  const seen = useRef(page);
  useEffect(() => {
    document.title = `${[...route.path.slice(1)].reverse().join(', ') || 'Channels'} · AmViz atlas`;
    if (seen.current === page) return;
    // Who follows a link by keyboard begins at the top of the page it leads to.
    seen.current = page;
    content.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [page]);
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key === '?' && !(event.target as Element).closest('input, select, textarea')) location.hash = '#/keys';
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  const isKnown = data?.formatVersion === formatVersion;
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => { event.preventDefault(); content.current?.focus(); }}>Skip to the pictures</a>
      <header class="site">
        <a class="brand" href="#/">AmViz atlas</a>
        {data && isKnown && <SearchBox atlas={data} />}
        <nav aria-label="More"><a href="#/compare">Compare</a> <a href="#/data">Data</a> <a href="#/keys">Keys</a></nav>
      </header>
      <main id="content" tabIndex={-1} ref={content}>
        {data === null ? <Waiting error={error} /> : isKnown ? <Page atlas={data} route={route} /> : <Waiting error={`The data of this folder are of format ${data.formatVersion}, and this page reads ${formatVersion}. Run 'amviz atlas build' again.`} />}
      </main>
      <footer class="site"><p>Made by AmViz{data ? ` ${data.software}` : ''}. A channel atlas shows, for every channel of a network, the picture that excites it most.</p></footer>
    </>
  );
}

receive();
render(<App />, document.getElementById('app')!);
