import { GFM, parser } from '@lezer/markdown';

/** All that a text can become: nothing else is ever made of it. */
const tags = [
  'p',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'li',
  'blockquote',
  'pre',
  'code',
  'em',
  'strong',
  'del',
  'a',
  'br',
  'hr',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
] as const;

export type MarkdownTag = (typeof tags)[number];

export type MarkdownNode =
  | string
  | {
      readonly tag: MarkdownTag;
      readonly children: readonly MarkdownNode[];
      /** Of `a`: http or https, nothing else. */
      readonly href?: string;
      /** Of `ol`: its first number. */
      readonly start?: number;
    };

/** Hostile texts take time with the square of their length: beyond, a text is shown as it was written. */
export const longestMarkdown = 16_384;
/** What is nested deeper is text. */
const deepest = 24;

const grammar = parser.configure([GFM]);

type SyntaxNode = ReturnType<typeof grammar.parse>['topNode'];

interface Reading {
  readonly text: string;
  /** Addresses by their label, of `[label]: https://…`. */
  readonly references: ReadonlyMap<string, string>;
}

/**
 * What a Markdown text (CommonMark with tables, tasks, strikethrough) says, as a tree of few kinds. HTML in it is text, a
 * picture is a link to it, and a link leads to http and https only.
 */
export function readMarkdown(text: string): readonly MarkdownNode[] {
  if (text.length > longestMarkdown) return [{ tag: 'pre', children: [text] }];
  const top = grammar.parse(text).topNode;
  return blocksOf({ text, references: referencesIn(text, top) }, top, 0);
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function sourceOf(
  { text }: Pick<Reading, 'text'>,
  node: { readonly from: number; readonly to: number },
): string {
  return text.slice(node.from, node.to);
}

function referencesIn(text: string, top: SyntaxNode): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const node of top.getChildren('LinkReference')) {
    const [label, url] = [node.getChild('LinkLabel'), node.getChild('URL')];
    if (label === null || url === null) continue;
    const key = keyOf(sourceOf({ text }, label));
    if (!found.has(key)) found.set(key, sourceOf({ text }, url));
  }
  return found;
}

function keyOf(label: string): string {
  return label
    .replace(/^\[|\]$/g, '')
    .trim()
    .toLowerCase();
}

/** The page has the first two headings. */
function headingTag(level: number): MarkdownTag {
  return (['h3', 'h4', 'h5'] as const)[level - 1] ?? 'h6';
}

function blocksOf(reading: Reading, parent: SyntaxNode, depth: number): readonly MarkdownNode[] {
  return childrenOf(parent).flatMap((node) => blockOf(reading, node, depth + 1));
}

function blockOf(reading: Reading, node: SyntaxNode, depth: number): readonly MarkdownNode[] {
  if (depth > deepest) return [{ tag: 'p', children: [sourceOf(reading, node)] }];
  const { name } = node.type;
  const level = Number(/^(?:ATX|Setext)Heading(\d)$/.exec(name)?.[1] ?? 0);
  if (level > 0) return [{ tag: headingTag(level), children: trimmed(inlineOf(reading, node, depth)) }];
  switch (name) {
    case 'Paragraph':
      return [{ tag: 'p', children: trimmed(inlineOf(reading, node, depth)) }];
    case 'Task':
      return [{ tag: 'p', children: trimmed(inlineOf(reading, node, depth)) }];
    case 'Blockquote':
      return [{ tag: 'blockquote', children: blocksOf(reading, node, depth) }];
    case 'BulletList':
      return [{ tag: 'ul', children: blocksOf(reading, node, depth) }];
    case 'OrderedList': {
      const mark = node.getChild('ListItem')?.getChild('ListMark') ?? undefined;
      const start = mark === undefined ? 1 : Number.parseInt(sourceOf(reading, mark), 10);
      return [{ tag: 'ol', children: blocksOf(reading, node, depth), ...(start === 1 ? {} : { start }) }];
    }
    case 'ListItem':
      return [{ tag: 'li', children: blocksOf(reading, node, depth) }];
    case 'FencedCode':
    case 'CodeBlock':
      return [{ tag: 'pre', children: [codeOf(reading, node)] }];
    case 'HorizontalRule':
      return [{ tag: 'hr', children: [] }];
    case 'Table':
      return [tableOf(reading, node, depth)];
    case 'HTMLBlock':
    case 'CommentBlock':
    case 'ProcessingInstructionBlock':
      return [{ tag: 'p', children: [sourceOf(reading, node)] }];
    default:
      // Marks, and definitions of links.
      return [];
  }
}

function codeOf(reading: Reading, node: SyntaxNode): string {
  return node
    .getChildren('CodeText')
    .map((part) => sourceOf(reading, part))
    .join('');
}

function tableOf(reading: Reading, node: SyntaxNode, depth: number): MarkdownNode {
  const rowOf = (row: SyntaxNode, tag: 'th' | 'td'): MarkdownNode => ({
    tag: 'tr',
    children: row
      .getChildren('TableCell')
      .map((cell) => ({ tag, children: trimmed(inlineOf(reading, cell, depth + 1)) })),
  });
  return {
    tag: 'table',
    children: [
      { tag: 'thead', children: node.getChildren('TableHeader').map((row) => rowOf(row, 'th')) },
      { tag: 'tbody', children: node.getChildren('TableRow').map((row) => rowOf(row, 'td')) },
    ],
  };
}

/** What is written in a node, from one place to another: texts, and what stands between them. */
function inlineOf(
  reading: Reading,
  parent: SyntaxNode,
  depth: number,
  { from, to }: { readonly from: number; readonly to: number } = parent,
): readonly MarkdownNode[] {
  const made: MarkdownNode[] = [];
  let at = from;
  const textTo = (end: number): void => {
    if (end <= at) return;
    const part = reading.text.slice(at, end).replaceAll(/\s*\n\s*/g, ' ');
    // Between two lines stands a mark where they are quoted.
    made.push(endsWithBlank(made) ? part.trimStart() : part);
  };
  for (const node of childrenOf(parent)) {
    if (node.from < from || node.to > to) continue;
    textTo(node.from);
    made.push(...spanOf(reading, node, depth + 1));
    at = node.to;
  }
  textTo(to);
  return made;
}

function endsWithBlank(nodes: readonly MarkdownNode[]): boolean {
  const last = nodes.at(-1);
  return typeof last === 'string' && last.endsWith(' ');
}

function spanOf(reading: Reading, node: SyntaxNode, depth: number): readonly MarkdownNode[] {
  const source = sourceOf(reading, node);
  if (depth > deepest) return [source];
  const within = (tag: MarkdownTag): readonly MarkdownNode[] => [
    { tag, children: inlineOf(reading, node, depth) },
  ];
  switch (node.type.name) {
    case 'Emphasis':
      return within('em');
    case 'StrongEmphasis':
      return within('strong');
    case 'Strikethrough':
      return within('del');
    case 'InlineCode':
      return [
        {
          tag: 'code',
          children: [
            source
              .replaceAll(/^`+|`+$/g, '')
              .replaceAll('\n', ' ')
              .trim(),
          ],
        },
      ];
    case 'Link':
    case 'Image':
      return linkOf(reading, node, depth);
    case 'Autolink':
      return addressOf(reading, node.getChild('URL') ?? node);
    case 'URL':
      return addressOf(reading, node);
    case 'Escape':
      return [source.slice(1)];
    case 'Entity':
      return [decoded(source)];
    case 'HardBreak':
      return [{ tag: 'br', children: [] }];
    case 'TaskMarker':
      return [/x/i.test(source) ? '☑' : '☐'];
    case 'HTMLTag':
    case 'Comment':
    case 'ProcessingInstruction':
      return [source];
    default:
      // Marks.
      return [];
  }
}

function linkOf(reading: Reading, node: SyntaxNode, depth: number): readonly MarkdownNode[] {
  const [open, close] = node.getChildren('LinkMark');
  if (open === undefined || close === undefined) return [sourceOf(reading, node)];
  const label = { from: open.to, to: close.from };
  const url = node.getChild('URL');
  const named = node.getChild('LinkLabel');
  const key =
    named === null || named.to - named.from <= 2 ? sourceOf(reading, label) : sourceOf(reading, named);
  const address = url === null ? reading.references.get(keyOf(key)) : sourceOf(reading, url);
  // Brackets that are no link.
  if (address === undefined) return [sourceOf(reading, node)];
  const isImage = node.type.name === 'Image';
  const said = isImage ? [sourceOf(reading, label)] : inlineOf(reading, node, depth, label);
  const href = webAddress(address);
  if (href === undefined) return said;
  const children = said.every((part) => part === '') ? [href] : withoutLinks(said);
  return [{ tag: 'a', href, children }];
}

/** A link within a link is its text. */
function withoutLinks(nodes: readonly MarkdownNode[]): readonly MarkdownNode[] {
  return nodes.flatMap((node): readonly MarkdownNode[] => {
    if (typeof node === 'string') return [node];
    const children = withoutLinks(node.children);
    return node.tag === 'a' ? children : [{ ...node, children }];
  });
}

function addressOf(reading: Reading, node: SyntaxNode): readonly MarkdownNode[] {
  const source = sourceOf(reading, node);
  const href = webAddress(/^www\./i.test(source) ? `https://${source}` : source);
  return href === undefined ? [source] : [{ tag: 'a', href, children: [source] }];
}

/** Undefined for what is no address of http or https in full. */
function webAddress(text: string): string | undefined {
  const plain = text.replace(/^<|>$/g, '');
  if (!/^https?:\/\/[^\s"'<>`]+$/i.test(plain)) return undefined;
  const url = URL.parse(plain);
  return url !== null && ['http:', 'https:'].includes(url.protocol) ? url.href : undefined;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': '\u00a0',
};

function decoded(entity: string): string {
  const [, hex, digits] = /^&#(?:x([0-9a-f]{1,6})|(\d{1,7}));$/i.exec(entity) ?? [];
  if (hex === undefined && digits === undefined) return entities[entity] ?? entity;
  const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code).toWellFormed() : entity;
}

/** Without the blanks beside marks. */
function trimmed(nodes: readonly MarkdownNode[]): readonly MarkdownNode[] {
  return nodes
    .map((node, at) => {
      if (typeof node !== 'string') return node;
      const begun = at === 0 ? node.trimStart() : node;
      return at === nodes.length - 1 ? begun.trimEnd() : begun;
    })
    .filter((node) => node !== '');
}
