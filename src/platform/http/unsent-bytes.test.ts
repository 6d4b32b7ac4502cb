import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendQueue } from './unsent-bytes.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1
   1: 0100007F:1388 0100007F:C350 01 0026A1F0:00000000 00:00000000 00000000  1000        0 2
  12: 0100007F:C350 0100007F:1388 01 00000001:0005A1F0 00:00000000 00000000  1000        0 3
   0: 0000000000000000FFFF00000100007F:1388 0000000000000000FFFF00000100007F:C351 01 00000010:00000000 00:0 0 0 0 4
`;

test('the send queue of a connection is found by its ports, over IPv4 and IPv6', () => {
  assert.equal(sendQueue(table, 5000, 50_000), 0x26a1f0);
  assert.equal(sendQueue(table, 50_000, 5000), 1);
  assert.equal(sendQueue(table, 5000, 50_001), 16);
});

test('a connection that is not in the table has no known queue', () => {
  assert.equal(sendQueue(table, 5000, 50_002), undefined);
  assert.equal(sendQueue('', 5000, 50_000), undefined);
});
