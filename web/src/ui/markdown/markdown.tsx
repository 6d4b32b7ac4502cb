import { createElement, type ReactNode } from 'react';
import { CodeBlock } from '../show/code-block.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { type MarkdownNode, readMarkdown } from './read-markdown.ts';

/** A text that somebody wrote as Markdown: made of elements, never of HTML. Its language is not known. */
export function Markdown({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="markdown" lang="">
      {readMarkdown(text).map(elementOf)}
    </div>
  );
}

/** A text has no order that could change: places are keys. */
function elementOf(node: MarkdownNode, at: number): ReactNode {
  if (typeof node === 'string') return node;
  const { tag, children, href, start } = node;
  const content = children.map(elementOf);
  if (tag === 'br' || tag === 'hr') return createElement(tag, { key: at });
  if (tag === 'a')
    return createElement(
      'a',
      { key: at, href, rel: 'noopener noreferrer nofollow', target: '_blank' },
      content,
    );
  if (tag === 'pre') return <Code key={at} code={textOf(node).replace(/\n$/, '')} />;
  if (tag === 'table')
    // What is wide scrolls, also by the keyboard.
    return (
      <div key={at} className="markdown-wide" tabIndex={0} role="group">
        {createElement(tag, {}, content)}
      </div>
    );
  return createElement(tag, { key: at, ...(start === undefined ? {} : { start }) }, content);
}

function Code({ code }: { readonly code: string }): ReactNode {
  return <CodeBlock label={useTexts(uiTexts).code} code={code} />;
}

function textOf(node: MarkdownNode): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join('');
}
