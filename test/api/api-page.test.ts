import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { operationsOf, servedDocument } from '../contract/served-document.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const anonymous = server.client(null);
const path = '/devcenter-api-2.0';

test('the page of the API lists every operation of the document, in either language', async () => {
  const operations = operationsOf(await servedDocument(server));
  for (const [query, headers, lang] of [
    ['', {}, 'en'],
    ['/', {}, 'en'],
    ['?lang=zh', {}, 'zh-CN'],
    ['', { 'Accept-Language': 'zh-CN,zh;q=0.9' }, 'zh-CN'],
    ['?lang=en', { 'Accept-Language': 'zh' }, 'en'],
  ] as const) {
    const answer = await anonymous.get(`${path}${query}`, headers);
    expectStatus(answer, 200);
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
    const page = answer.body.toString();
    assert.ok(page.includes(`<html lang="${lang}">`), query);
    for (const { operationId, path: address } of operations) {
      assert.ok(page.includes(`<details id="${operationId}">`), operationId);
      assert.ok(page.includes(`<code>${address}</code>`), address);
    }
  }
});

test('the page runs nothing, loads nothing from elsewhere, and is in no frame', async () => {
  const answer = await anonymous.get(path);
  const policy = String(answer.headers['content-security-policy']);
  assert.match(policy, /^default-src 'none'; style-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  const page = answer.body.toString();
  assert.doesNotMatch(page, /<script|<style|\sstyle=|\son\w+=|https?:\/\//);
  for (const [, address = ''] of page.matchAll(/(?:href|src)="([^"]*)"/g)) {
    if (address.startsWith('#') || address.startsWith('?')) continue;
    expectStatus(await anonymous.get(address), 200);
  }
  const style = await anonymous.get(`${path}/style.css`);
  assert.equal(style.headers['content-type'], 'text/css; charset=utf-8');
});
