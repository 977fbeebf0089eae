import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { search } from './search';
import type { Hit } from './search';
import type { AtlasDoc } from './types';

/** The box of every page. Down and Up choose, Enter goes there. */
export function SearchBox({ atlas }: { atlas: AtlasDoc }) {
  const [text, setText] = useState('');
  const [found, setFound] = useState<{ text: string; hits: Hit[] } | null>(null);
  const hits = found?.text === text ? found.hits : null;
  const [error, setError] = useState('');
  const [chosen, setChosen] = useState(0);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    let isWanted = true;
    search(atlas, text).then((hits) => { if (isWanted) { setFound({ text, hits }); setChosen(0); setError(''); } }, (reason: unknown) => isWanted && setError(String(reason)));
    return () => { isWanted = false; };
  }, [text, atlas]);
  // Enter may come before the answer.
  const [entered, setEntered] = useState<string | null>(null);
  useEffect(() => {
    if (entered !== text || hits === null) return;
    setEntered(null);
    go(hits[chosen]);
  }, [entered, text, hits]);
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== '/' || (event.target as Element).closest('input, select, textarea, dialog')) return;
      event.preventDefault();
      (document.getElementById('find') ?? box.current)?.focus();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  const go = (hit: Hit | undefined): void => {
    if (!hit) return;
    setText('');
    box.current?.blur();
    location.hash = hit.href;
  };
  const press = (event: preact.TargetedKeyboardEvent<HTMLInputElement>): void => {
    const last = (hits?.length ?? 0) - 1;
    if (event.key === 'ArrowDown') setChosen((now) => Math.min(now + 1, last));
    else if (event.key === 'ArrowUp') setChosen((now) => Math.max(now - 1, 0));
    else if (event.key === 'Enter') setEntered(event.currentTarget.value);
    else if (event.key === 'Escape') setText('');
    else return;
    event.preventDefault();
  };
  const isOpen = text.trim() !== '';
  return (
    <div class="search" role="search">
      <input
        ref={box} type="search" role="combobox" aria-label="Search networks, layers, channels and classes" placeholder="Search (/)" autocomplete="off" list={undefined} value={text}
        aria-expanded={isOpen} aria-controls="hits" aria-activedescendant={isOpen && hits?.length ? `hit-${chosen}` : undefined} onInput={(event) => { setEntered(null); setText(event.currentTarget.value); }} onKeyDown={press}
      />
      <ul id="hits" role="listbox" aria-label="Found" hidden={!isOpen || !hits?.length}>
        {hits?.map((hit, at) => (
          <li key={hit.href} id={`hit-${at}`} role="option" aria-selected={at === chosen} onMouseDown={(event) => { event.preventDefault(); go(hit); }}>
            <span>{hit.name}</span> <span class="note">{hit.note}</span>
          </li>
        ))}
      </ul>
      {isOpen && (error || hits?.length === 0) && <p class="nothing" role="status">{error || 'Nothing has such a name. Try a class, a layer, or a layer and a number.'}</p>}
    </div>
  );
}
