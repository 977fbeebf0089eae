import { Command } from '../parts';
import type { AtlasDoc } from '../types';

const keys: [string, string][] = [
  ['/', 'Search; on the page of a layer, find channels'],
  ['Arrow keys, Home, End', 'Move between the channels of a grid'],
  ['Enter', 'Open the channel; in the search, go to what is chosen'],
  ['Left, Right', 'On the page of a channel: the one before, the next one'],
  ['u', 'On the page of a channel: up to its layer'],
  ['+, −, arrow keys', 'While a picture is looked at from near: zoom and move'],
  ['Escape', 'Close what is open'],
  ['?', 'This page'],
];

const words: [string, string][] = [
  ['ladybug', 'a label with the word in it'],
  ['12, 0-31', 'a channel, or some'],
  ['objective > 5, trust < 0.9', 'a number of the layer: those that "Order" names'],
  ['is:failed, is:dead, is:pending, is:drawn', 'how a channel ended'],
];

export function Keys() {
  return (
    <>
      <h1>Keys</h1>
      <dl class="numbers keys">{keys.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}</dl>
      <h2>What "Find" takes</h2>
      <p class="note">Several at once: all must hold.</p>
      <dl class="numbers keys">{words.map(([word, what]) => <div key={word}><dt><code>{word}</code></dt><dd>{what}</dd></div>)}</dl>
    </>
  );
}

/** How to ask the tables that an atlas is made of. */
export function Data({ atlas }: { atlas: AtlasDoc }) {
  const sweep = atlas.sweeps[0]?.sweep ?? 'SWEEP';
  const manifest = `sweeps/${sweep}/manifest.parquet`;
  return (
    <>
      <h1>The data</h1>
      <p class="lead">An atlas is made of tables beside it, in the folder or container that pictures were drawn into. Each is a Parquet file that every tool reads.</p>
      <dl class="numbers keys">
        <div><dt><code>sweeps/SWEEP/manifest.parquet</code></dt><dd>a row for every picture: network, layer, channel, seed, outcome, objective, address, SHA-256</dd></div>
        <div><dt><code>responses/PASS/…/responses.parquet</code></dt><dd>of a layer, a row for every channel: mean, deviation, quantiles, best label</dd></div>
        <div><dt><code>scores/PASS/LAYER/….parquet</code></dt><dd>a row for every picture that was scored</dd></div>
        <div><dt><code>neighbours/SEARCH/neighbours.parquet</code></dt><dd>which channels are alike</dd></div>
      </dl>
      <h2>DuckDB</h2>
      <Command label="DuckDB" text={`duckdb -c "select layer, channel, finalObjective from '${manifest}' order by finalObjective desc limit 10"`} />
      <h2>pandas</h2>
      <Command label="pandas" text={`python3 -c "import pandas; print(pandas.read_parquet('${manifest}').groupby('layer').finalObjective.describe())"`} />
      <h2>polars</h2>
      <Command label="polars" text={`python3 -c "import polars; print(polars.scan_parquet('${manifest}').filter(polars.col('outcome') == 'rendered').collect())"`} />
      <h2>R</h2>
      <Command label="R" text={`Rscript -e "library(arrow); summary(read_parquet('${manifest}'))"`} />
    </>
  );
}
