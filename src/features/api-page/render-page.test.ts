import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiRoute } from '../../platform/http/api/api-route.ts';
import { renderPage } from './render-page.ts';
import { pageTexts } from './text.ts';

const evil = `</code><script>alert("1")</script><img src=x onerror='x'>&`;

const route: ApiRoute = {
  method: 'PUT',
  path: '/api/v2.0/things/{thing}',
  operationId: 'putThing',
  tag: evil,
  summary: evil,
  needs: evil,
  parameters: { thing: { in: 'path', required: true, description: evil, schema: { type: 'string' } } },
  body: {
    name: 'thing',
    schema: {
      type: 'object',
      properties: {
        [evil]: {
          type: 'array',
          items: { type: 'object', properties: { inner: { type: 'boolean' } } },
          description: 'All of them.',
        },
        size: { type: 'integer', format: 'int64', description: evil },
      },
    },
  },
  answers: { 200: { description: evil, schema: { type: 'array', items: { type: 'string' } } } },
  refusals: [404, 401],
  answer: () => Promise.resolve({ status: 200 }),
};

test('whatever a declaration says is text on the page', () => {
  const page = renderPage([route], 'en', '');
  assert.doesNotMatch(page, /<script|<img|<style/);
  assert.equal(page.split(evil).length, 1);
  assert.ok(page.includes('&lt;script&gt;alert(&quot;1&quot;)'));
});

test('the page tells method, path, right, parameters, body, answers and refusals of an operation', () => {
  const page = renderPage([{ ...route, tag: 'things', needs: 'a right' }], 'en', '');
  for (const part of [
    'PUT</span> <code>/api/v2.0/things/{thing}</code>',
    'Needs: a right.',
    '<code>thing</code> (required)',
    '<code>inner</code> boolean',
    ' array: All of them.<ul>',
    '<code>size</code> integer (int64)',
    'Refusals: 401, 404',
  ])
    assert.ok(page.includes(part), part);
});

test('the page is in either language, and every text is there in both', () => {
  assert.match(renderPage([route], 'zh', ''), /<html lang="zh-CN">[\s\S]*参数[\s\S]*响应/);
  for (const [key, { en, zh }] of Object.entries(pageTexts)) assert.match(`${en}|${zh}`, /\S.*\|.*\S/, key);
});
