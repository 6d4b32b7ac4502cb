import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offsetOf, pageAnswer, parsePage } from './page.ts';

function links(page: number, size: number, total: number, query: Record<string, string> = {}) {
  const call = { path: '/api/v2.0/projects', query: new Map(Object.entries(query)) };
  return pageAnswer(call, parsePage({ page, page_size: size }), { items: [], total }).headers?.['Link'];
}

test('neighbour pages are linked, the one before first, with sorted keys', () => {
  const sent = { sort: 'name', page: '2', name: 'x' };
  assert.equal(
    links(2, 10, 30, sent),
    '</api/v2.0/projects?name=x&page=1&page_size=10&sort=name>; rel="prev" , </api/v2.0/projects?name=x&page=3&page_size=10&sort=name>; rel="next"',
  );
  assert.equal(links(1, 10, 11), '</api/v2.0/projects?page=2&page_size=10>; rel="next"');
  assert.equal(links(2, 10, 11), '</api/v2.0/projects?page=1&page_size=10>; rel="prev"');
});

test('there is no link where there is no neighbour, and none without a limit', () => {
  assert.equal(links(1, 10, 10), undefined);
  assert.equal(links(1, 10, 0), undefined);
  assert.equal(links(1, 0, 100), undefined);
  assert.equal(links(1, -1, 100), undefined);
  assert.equal(links(900, 10, 11), undefined);
});

test('the number of all is always told', () => {
  const answer = pageAnswer({ path: '/p', query: new Map() }, { page: 9, size: 10 }, { items: [], total: 3 });
  assert.equal(answer.headers?.['X-Total-Count'], '3');
});

test('values stay readable, and cannot end the link, the pair or the header', () => {
  const sent = { q: 'name=~a,public=true', name: 'a>; rel="x"\r\nSet-Cookie: a=b&page=9#%é+' };
  const link = String(links(1, 1, 2, sent));
  assert.match(link, /&q=name=~a,public=true>; rel="next"$/);
  assert.match(link, /^[\x20-\x7e]+$/);
  const [address = ''] = /(?<=<)[^>]*/.exec(link) ?? [];
  const parsed = new URL(address, 'http://localhost').searchParams;
  assert.equal(parsed.get('name'), sent.name);
  assert.equal(parsed.get('q'), sent.q);
  assert.equal(parsed.get('page'), '2');
});

test('a page far beyond the end is a number that databases take', () => {
  assert.equal(
    offsetOf(parsePage({ page: Number.MAX_SAFE_INTEGER, page_size: 100 })),
    Number.MAX_SAFE_INTEGER,
  );
  assert.equal(offsetOf(parsePage({ page: -5, page_size: 10 })), 0);
  assert.equal(offsetOf(parsePage({ page: 3, page_size: 0 })), 0);
});
