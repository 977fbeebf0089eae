import { useState } from 'preact/hooks';

/** Asks for a key. It is kept for this tab alone and sent as a header only. */
export function Login({ why, busy, onKey }: { why: string; busy: boolean; onKey: (key: string) => void }) {
  const [key, setKey] = useState('');
  return (
    <main class="login">
      <h1>AmViz console</h1>
      {why && <p class="trouble" role="alert">{why}</p>}
      <form onSubmit={(event) => { event.preventDefault(); if (key.trim() !== '') onKey(key.trim()); }}>
        <label for="key">Access key</label>
        <input id="key" type="password" autocomplete="off" spellcheck={false} required value={key} onInput={(event) => setKey(event.currentTarget.value)} aria-describedby="about" />
        <button type="submit" disabled={busy}>{busy ? 'Checking…' : 'Log in'}</button>
      </form>
      <p class="note" id="about">The text that <code>amviz keys create</code> printed, or a token of your issuer. This tab forgets it when it is closed.</p>
    </main>
  );
}
