// Pieces that several pages are made of.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { link } from '@web/route';
import { number, outcomeOrder, outcomeWords, total } from './format';
import { address } from './loader';
import { cellSize, sheetSide } from './types';
import type { Counts, Outcome, TileRef } from './types';

// A pixel at each edge stays hidden: a sheet that is drawn smaller mixes cells there.
const edge = 1;

/** A picture out of a sprite sheet. */
export function Sprite({ tile }: { tile: TileRef }) {
  const shown = cellSize - 2 * edge;
  const spare = sheetSide * cellSize - shown;
  const part = (cell: number): string => `${(100 * (cell * cellSize + edge)) / spare}%`;
  return (
    <span
      class="picture"
      style={{
        backgroundImage: `url("${address(`sprites/${tile.sheet}.webp`)}")`,
        backgroundSize: `${(100 * sheetSide * cellSize) / shown}%`,
        backgroundPosition: `${part(tile.cell % sheetSide)} ${part(Math.floor(tile.cell / sheetSide))}`,
      }}
    />
  );
}

export const Placeholder = ({ outcome }: { outcome: Outcome }) => <span class={`picture placeholder ${outcome}`}>{outcomeWords[outcome]}</span>;

const captionClasses = ['first', 'second', 'label'];

/** What stands under a picture: what is only told to who does not see the page, and what is read. */
export type Line = [unseen: string, read: string];

export const Caption = ({ lines, isTrusted = true }: { lines: readonly Line[]; isTrusted?: boolean }) => (
  <span class="caption">
    {lines.map(([unseen, read], at) => <span key={at} class={captionClasses[at]}>{unseen !== '' && <span class="unseen">{unseen}</span>}{read}</span>)}
    {!isTrusted && <span class="distrusted"><span class="unseen">, </span>not to be trusted</span>}
  </span>
);

/** A link to a channel with its picture: number, figure and label under it. */
export function Tile({ href, tile, outcome, lines, isTrusted = true }: { href: string; tile: TileRef | null; outcome: Outcome; lines: readonly Line[]; isTrusted?: boolean }) {
  return (
    <a class="tile" href={href}>
      {tile && outcome === 'rendered' ? <Sprite tile={tile} /> : <><Placeholder outcome={outcome} /><span class="unseen"> </span></>}
      <Caption lines={lines} isTrusted={isTrusted} />
    </a>
  );
}

/** Where one is: links to what is above, and the name of the page. */
export function Crumbs({ links, here }: { links: [string, string][]; here: string }) {
  return (
    <nav class="crumbs" aria-label="Where you are">
      <ol>
        <li><a href="#/">Atlas</a></li>
        {links.map(([name, href]) => <li key={href}><a href={href}>{name}</a></li>)}
        <li aria-current="page">{here}</li>
      </ol>
    </nav>
  );
}

/** How much of it is drawn. */
export function Progress({ counts, label }: { counts: Counts; label: string }) {
  const all = total(counts);
  const said = outcomeOrder.filter((outcome) => (counts[outcome] ?? 0) > 0).map((outcome) => `${number(counts[outcome]!)} ${outcomeWords[outcome]}`).join(', ');
  return (
    <span class="progress" role="img" aria-label={`${label}: ${said}`} title={said}>
      {outcomeOrder.map((outcome) => (counts[outcome] ? <span key={outcome} class={outcome} style={{ width: `${(100 * counts[outcome]!) / all}%` }} /> : null))}
    </span>
  );
}

/** What is shown until a file is there, or in its place. */
export const Waiting = ({ error }: { error: string | null }) =>
  (error === null ? <p class="note" role="status">Loading…</p> : <p class="trouble" role="alert">{error}</p>);

export const Facts = ({ facts }: { facts: [string, ComponentChildren][] }) => (
  <dl class="facts">{facts.filter(([, value]) => value !== null && value !== '').map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
);

/** A command of the shell, with a button that copies it. A line breaks before an option, never inside one. */
export function Command({ text, label = 'Command' }: { text: string; label?: string }) {
  return (
    <div class="command">
      <pre tabIndex={0} aria-label={label}><code>{text.split(/ (?=--)/).map((part, at) => <span key={at}>{at > 0 ? ' ' : ''}{part}</span>)}</code></pre>
      <Copy text={text} />
    </div>
  );
}

export function Copy({ text, children = 'Copy' }: { text: string | (() => string); children?: string }) {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    const wanted = typeof text === 'string' ? text : text();
    try {
      await navigator.clipboard.writeText(wanted);
      setSaid('Copied');
    } catch {
      setSaid('The browser does not allow it: select the text');
    }
    setTimeout(() => setSaid(''), 2000);
  };
  return <button type="button" onClick={() => void copy()}>{said || children}</button>;
}

/** The end of the address of a channel: its number, and with several seeds the seed. */
export const channelLink = (path: string, channel: number, seed: number | null): string => link([...path.split('/'), channel], { seed });
