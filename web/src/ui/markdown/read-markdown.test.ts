import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longestMarkdown, type MarkdownNode, readMarkdown } from './read-markdown.ts';

/** Short enough to be compared: `<p>a <em>b</em></p>`. */
function written(nodes: readonly MarkdownNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      const { tag, children, href, start } = node;
      const more = `${href === undefined ? '' : ` href=${href}`}${start === undefined ? '' : ` start=${start}`}`;
      return `<${tag}${more}>${written(children)}</${tag}>`;
    })
    .join('');
}
const read = (text: string): string => written(readMarkdown(text));

test('what people write comes out as they meant it', () => {
  for (const [text, tree] of [
    [
      '# Gateway\n\nFor *the* **stack**, ~~old~~ `a b`.',
      '<h3>Gateway</h3><p>For <em>the</em> <strong>stack</strong>, <del>old</del> <code>a b</code>.</p>',
    ],
    ['Title\n=====\ntwo\nlines\\\nbroken', '<h3>Title</h3><p>two lines<br></br>broken</p>'],
    ['- a\n- b\n  - c', '<ul><li><p>a</p></li><li><p>b</p><ul><li><p>c</p></li></ul></li></ul>'],
    ['3. a\n4. b', '<ol start=3><li><p>a</p></li><li><p>b</p></li></ol>'],
    ['- [x] done\n- [ ] open', '<ul><li><p>☑ done</p></li><li><p>☐ open</p></li></ul>'],
    ['> a\n> b', '<blockquote><p>a b</p></blockquote>'],
    ['```sh\ndocker pull a\n\n<b>\n```', '<pre>docker pull a\n\n<b></pre>'],
    ['    a\n    b', '<pre>a\nb</pre>'],
    ['a\n\n---\n\nb', '<p>a</p><hr></hr><p>b</p>'],
    [
      '| a | b |\n|---|---|\n| 1 | *2* |',
      '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td><em>2</em></td></tr></tbody></table>',
    ],
    ['[docs](https://example.com/a?b=c)', '<p><a href=https://example.com/a?b=c>docs</a></p>'],
    [
      '[docs][d] and [d]\n\n[D]: http://example.com',
      '<p><a href=http://example.com/>docs</a> and <a href=http://example.com/>d</a></p>',
    ],
    [
      '<https://example.com> https://example.com/x',
      '<p><a href=https://example.com/>https://example.com</a> <a href=https://example.com/x>https://example.com/x</a></p>',
    ],
    ['![logo](https://example.com/l.png)', '<p><a href=https://example.com/l.png>logo</a></p>'],
    ['a \\* b &amp; &lt;c&gt; &#65; [x]', '<p>a * b & <c> A [x]</p>'],
  ] as const)
    assert.equal(read(text), tree, text);
});

const evil = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'a <svg/onload=alert(1)> b',
  '<a href="javascript:alert(1)">x</a>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<style>*{background:url(https://evil.example)}</style>',
  '<!-- --><script>alert(1)</script><!-- -->',
  '<?php alert(1) ?>',
  '<![CDATA[<script>alert(1)</script>]]>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](javascript&colon;alert(1))',
  '[x](<javascript:alert(1)>)',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:msgbox(1))',
  '[x](file:///etc/passwd)',
  '[x](//evil.example)',
  '[x](/c/log_out)',
  '[x](https://)',
  '[x](\u0001javascript:alert(1))',
  '[x][y]\n\n[y]: javascript:alert(1)',
  '<javascript:alert(1)>',
  '![x](javascript:alert(1))',
  '![x" onerror="alert(1)](https://example.com/a"onerror="alert(1))',
  '[a](https://example.com"onmouseover="alert(1))',
  '[<img src=x onerror=alert(1)>](https://example.com)',
  '`<script>alert(1)</script>`',
  '```<script>\n<script>alert(1)</script>\n```',
  '| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |',
  '# <script>alert(1)</script>',
  '> - <script>alert(1)</script>',
  '__proto__ [constructor][__proto__]',
  '&#0; &#xffffffff; &#x110000; &#xd800;',
];

test('nothing that a text holds becomes more than text and links to the web', () => {
  const allowed =
    /^(?:p|h[3-6]|[uo]l|li|blockquote|pre|code|em|strong|del|a|br|hr|table|thead|tbody|tr|th|td)$/;
  const look = (node: MarkdownNode, text: string): void => {
    if (typeof node === 'string') {
      assert.ok(node.isWellFormed(), text);
      return;
    }
    const { tag, children, href, start, ...more } = node;
    assert.match(tag, allowed, text);
    assert.deepEqual(more, {}, text);
    if (href !== undefined) assert.match(href, /^https?:\/\/[^\s"<>]+$/, text);
    assert.ok(start === undefined || Number.isSafeInteger(start), text);
    for (const child of children) look(child, text);
  };
  for (const text of evil) for (const node of readMarkdown(text)) look(node, text);
  assert.equal(read('<script>alert(1)</script>'), '<p><script>alert(1)</script></p>');
  assert.equal(read('[x](javascript:alert(1))'), '<p>x</p>');
});

test('hostile texts end, however deep and long', () => {
  const far = longestMarkdown;
  for (const part of ['>', '**a_', '[a](', '[[', '`a', '|a', '- '])
    readMarkdown(part.repeat(far / part.length));
  assert.deepEqual(readMarkdown('*a*'.repeat(far)), [{ tag: 'pre', children: ['*a*'.repeat(far)] }]);
});
