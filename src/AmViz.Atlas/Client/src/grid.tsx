// A grid of any number of tiles: only the rows near the screen are in the page.
import { Virtualizer, observeWindowOffset, observeWindowRect, windowScroll } from '@tanstack/virtual-core';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { useWidth } from './hooks';

// Between tiles, in pixels; the style has the same.
const gap = 8;

export interface Rows { first: number; last: number }

/** Lays tiles out in rows as wide as the page. */
export function Grid({ count, size, shape = 1, caption, label, render, onRows }: {
  count: number;
  /** The least width of a tile in pixels. */
  size: number;
  /** Height of a tile's pictures over their width. */
  shape?: number;
  /** Height of what stands under a picture in pixels. */
  caption: number;
  label: string;
  render: (at: number) => ComponentChildren;
  /** Told which tiles are near the screen. */
  onRows: (rows: Rows) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const columns = Math.max(1, Math.floor((width + gap) / (Math.min(size, Math.max(width, 1)) + gap)));
  const tile = (width - gap * (columns - 1)) / columns;
  const height = tile * shape + caption + gap;
  const rows = width === 0 ? 0 : Math.ceil(count / columns);
  const virtual = useWindowRows(box, rows, height);
  const items = virtual.getVirtualItems();
  const [from, to] = [(items[0]?.index ?? 0) * columns, Math.min(count, ((items.at(-1)?.index ?? -1) + 1) * columns)];
  useEffect(() => onRows({ first: from, last: to - 1 }), [from, to, count]);
  const focus = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (focus.current === null) return;
    const found = box.current?.querySelector<HTMLElement>(`[data-at="${focus.current}"] a`);
    if (!found) return;
    focus.current = null;
    found.focus({ preventScroll: true });
  });
  const move = (event: KeyboardEvent): void => {
    const at = Number((event.target as Element).closest<HTMLElement>('[data-at]')?.dataset['at'] ?? NaN);
    const next = moved(event, at, columns, count);
    if (next === null) return;
    event.preventDefault();
    focus.current = next;
    virtual.scrollToIndex(Math.floor(next / columns), { align: 'auto' });
    const there = box.current?.querySelector<HTMLElement>(`[data-at="${next}"] a`);
    if (there) {
      focus.current = null;
      there.focus({ preventScroll: true });
    }
  };
  return (
    <div ref={box} class="grid" role="list" aria-label={label} style={{ height: `${virtual.getTotalSize()}px` }} onKeyDown={move}>
      {Array.from({ length: Math.max(0, to - from) }, (_, offset) => {
        const at = from + offset;
        const [row, column] = [Math.floor(at / columns), at % columns];
        return (
          <div key={at} role="listitem" aria-setsize={count} aria-posinset={at + 1} data-at={at} class="cell" style={{ width: `${tile}px`, transform: `translate(${column * (tile + gap)}px, ${row * height}px)` }}>
            {render(at)}
          </div>
        );
      })}
    </div>
  );
}

function moved(event: KeyboardEvent, at: number, columns: number, count: number): number | null {
  if (Number.isNaN(at) || event.ctrlKey || event.altKey || event.metaKey) return null;
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns, Home: 0, End: count - 1 }[event.key];
  return to === undefined || to < 0 || to >= count ? null : to;
}

function useWindowRows(box: { current: HTMLDivElement | null }, rows: number, height: number): Virtualizer<Window, Element> {
  const [, again] = useReducer((turn: number) => turn + 1, 0);
  const virtual = useRef<Virtualizer<Window, Element> | null>(null);
  const options = {
    count: rows,
    getScrollElement: () => window,
    estimateSize: () => height,
    overscan: 3,
    scrollMargin: 0,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    onChange: () => again(0),
    initialOffset: () => scrollY,
  };
  virtual.current ??= new Virtualizer<Window, Element>(options);
  const margin = box.current ? box.current.getBoundingClientRect().top + scrollY : 0;
  virtual.current.setOptions({ ...options, scrollMargin: margin });
  useLayoutEffect(() => virtual.current!._didMount(), []);
  useLayoutEffect(() => virtual.current!._willUpdate());
  useLayoutEffect(() => virtual.current!.measure(), [height, rows]);
  return virtual.current;
}
