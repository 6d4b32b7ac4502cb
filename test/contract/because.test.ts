import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { becauseTexts, placesIn } from '../../web/src/api/because/because-texts.ts';
import { jsonOf } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());

interface Shape {
  readonly description?: string;
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
}

/** Of each kind its values, as the description of the API lists them. */
async function served(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { components } = jsonOf<{ components: { schemas: { Refusal: Shape } } }>(
    await server.client(null).get('/api/openapi.json'),
  );
  const because = components.schemas.Refusal.properties?.['errors']?.items?.properties?.['because'];
  const [, ...lines] = (because?.properties?.['values']?.description ?? '').split('\n');
  return new Map(
    lines.map((line) => {
      const [kind = '', values = ''] = line.split(':');
      return [kind, values.split(',').map((value) => value.trim())];
    }),
  );
}

test('the console has a Chinese text for each reason that the server gives, and of its values no others', async () => {
  const kinds = await served();
  const texts = new Map(Object.entries(becauseTexts));
  assert.deepEqual([...texts.keys()].toSorted(), [...kinds.keys()].toSorted());
  for (const [kind, text] of texts) {
    for (const name of placesIn(text)) assert.ok(kinds.get(kind)?.includes(name), `${kind}: ${name}`);
    assert.doesNotMatch(text, /您|[\p{Script=Han}][A-Za-z0-9{]|[}A-Za-z0-9][\p{Script=Han}]/u, kind);
    assert.match(text, /\p{Script=Han}.*。\]?$/u, kind);
  }
});
