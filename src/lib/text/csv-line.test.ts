import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from './csv-line.ts';

for (const [cell, written] of [
  ['shop/app:v1', 'shop/app:v1'],
  ['', ''],
  [null, ''],
  [-7, '-7'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['one\r\ntwo', '"one\r\ntwo"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['\r=1', `"'\r=1"`],
  ['＝1', "'＝1"],
  ['=HYPERLINK("http://a","b")', `"'=HYPERLINK(""http://a"",""b"")"`],
  [' =1', ' =1'],
  ['a=1', 'a=1'],
] as const)
  test(`the cell ${JSON.stringify(cell)} is written so that it is read as itself`, () => {
    assert.equal(csvLine([cell, 1]), `${written},1\r\n`);
  });
