// Writes the pages of the manual from what a full run of the clients has found.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../harness/berth-command.ts';
import { allClients, type Client, kindOf } from './clients.ts';
import { allOperations } from './operations.ts';
import { renderPage } from './render-page.ts';
import { type Results, resultsFolder } from './results.ts';

/** What the large layer has to have been. */
const fullMiB = 1024;

function resultsOf(folder: string, client: Client): Results {
  const results = JSON.parse(readFileSync(join(folder, `${client}.json`), 'utf8')) as Results;
  if (results.layerMiB < fullMiB)
    throw new Error(`${client} was run with a layer of ${results.layerMiB} MiB: run npm run full:clients`);
  for (const operation of allOperations) {
    const [declared, found] = [kindOf(client, operation), results.found[operation]?.kind];
    if (declared !== 'lacks' && declared !== found)
      throw new Error(`${client}, ${operation}: ${found ?? 'not run'}, not ${declared}`);
  }
  return results;
}

if (resultsFolder === undefined)
  throw new Error('BERTH_CLIENTS_RESULTS does not say where the results are: run npm run full:clients');
const folder = resultsFolder;
const found = new Map(allClients.map((client) => [client, resultsOf(folder, client)]));
for (const language of ['en', 'zh'] as const) {
  const pages = join(root, 'docs', language);
  mkdirSync(pages, { recursive: true });
  writeFileSync(join(pages, 'clients.md'), renderPage(language, found));
}
