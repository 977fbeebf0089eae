// What pages share: documents, the address, what comes near the screen.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import { parse } from '@web/route';
import type { Route } from '@web/route';
import { load, reload } from './loader';
import type { AtlasDoc, LayerDoc, LayerRow, NetworkDoc, NetworkRow, SweepRow } from './types';

export interface Loaded<T> { data: T | null; error: string | null }

/** Reads a document; null: none. Of an older version what is shown stays until the newer one is there. */
export function useDoc<T>(path: string | null, version?: string): Loaded<T> {
  const [state, setState] = useState<{ path: string | null; data: T | null; error: string | null }>({ path: null, data: null, error: null });
  useEffect(() => {
    if (path === null) return;
    let isWanted = true;
    load<T>(path, version).then(
      (data) => isWanted && setState({ path, data, error: null }),
      (error: unknown) => isWanted && setState({ path, data: null, error: error instanceof Error ? error.message : String(error) }));
    return () => { isWanted = false; };
  }, [path, version]);
  return state.path === path ? state : { data: null, error: null };
}

/** What there is; where the page is served live, again every few seconds while somebody looks. */
export function useAtlas(): Loaded<AtlasDoc> {
  const first = useDoc<AtlasDoc>('atlas');
  const [newer, setNewer] = useState<{ data: AtlasDoc; text: string } | null>(null);
  useEffect(() => {
    const every = Number(document.querySelector<HTMLMetaElement>('meta[name="amviz-live"]')?.content ?? NaN);
    if (Number.isNaN(every)) return;
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      try {
        const data = await reload<AtlasDoc>('atlas');
        const text = JSON.stringify(data);
        // What is the same is not drawn again.
        setNewer((now) => (now?.text === text ? now : { data, text }));
      } catch { /* The server may come back. */ }
    };
    const timer = setInterval(() => void look(), every * 1000);
    return () => clearInterval(timer);
  }, []);
  return newer ? { data: newer.data, error: null } : first;
}

/** Reads several documents of a kind, such as the tiles that are on the screen; those that are there, by path. */
export function useDocs<T>(paths: readonly string[], version: string): ReadonlyMap<string, T> {
  const [found, setFound] = useState<ReadonlyMap<string, T>>(new Map());
  const wanted = paths.join('\n');
  useEffect(() => {
    let isWanted = true;
    const loaded = new Map<string, T>();
    for (const path of paths) {
      load<T>(path, version).then((data) => {
        if (!isWanted) return;
        loaded.set(path, data);
        setFound((before) => new Map([...before].filter(([known]) => paths.includes(known)).concat([...loaded])));
      }, () => { /* Shown as missing. */ });
    }
    return () => { isWanted = false; };
  }, [wanted, version]);
  return found;
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useLayoutEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return useMemo(() => parse(hash), [hash]);
}

/** Whether an element has come near the screen; once it has, it stays so. */
export function useNear<T extends Element>(): [RefObject<T | null>, boolean] {
  const ref = useRef<T>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) setNear(true); }, { rootMargin: '600px' });
    if (ref.current && !isNear) watch.observe(ref.current);
    return () => watch.disconnect();
  }, [isNear]);
  return [ref, isNear];
}

/** The network that an address names, and where its file is. */
export function networkOf(atlas: AtlasDoc, sweep: string | undefined, folder: string | undefined): { sweep: SweepRow; network: NetworkRow } | null {
  const found = atlas.sweeps.find((one) => one.sweep === sweep);
  const network = found?.networks.find((one) => one.folder === folder);
  return found && network ? { sweep: found, network } : null;
}

export interface Place { atlas: AtlasDoc; sweep: SweepRow; network: NetworkRow; doc: NetworkDoc }
export interface LayerPlace extends Place { row: LayerRow; layer: LayerDoc; path: string }

/** A network's document. */
export function useNetwork(atlas: AtlasDoc, sweep: string | undefined, folder: string | undefined): { place: Place | null; error: string | null } {
  const found = networkOf(atlas, sweep, folder);
  const { data, error } = useDoc<NetworkDoc>(found ? `${found.sweep.sweep}/${found.network.folder}/network` : null, found?.network.version);
  return { place: found && data ? { atlas, ...found, doc: data } : null, error: found ? error : 'The atlas has no such network.' };
}

/** A layer's document. */
export function useLayer(atlas: AtlasDoc, sweep: string | undefined, network: string | undefined, folder: string | undefined): { place: LayerPlace | null; error: string | null } {
  const { place, error } = useNetwork(atlas, sweep, network);
  const row = place?.doc.layers.find((one) => one.folder === folder) ?? null;
  const path = place && row ? `${place.sweep.sweep}/${place.network.folder}/${row.folder}` : null;
  const layer = useDoc<LayerDoc>(path === null ? null : `${path}/layer`, row?.version);
  return {
    place: place && row && path !== null && layer.data ? { ...place, row, layer: layer.data, path } : null,
    error: error ?? (place && !row ? `${place.doc.model} has no layer '${folder}' in this atlas.` : layer.error),
  };
}

/** How wide an element is. */
export function useWidth<T extends Element>(ref: RefObject<T | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    if (ref.current) watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  return width;
}
