/** Their text and their commands are those of the suites that write them. */
export const writtenByRuns: readonly string[] = ['clients.md', 'performance.md'];

/** A fenced block of a manual page: commands to paste, or what they show. */
export interface Block {
  readonly line: number;
  /** `sh`: commands; `text`: what the commands before it show; anything else is for reading. */
  readonly language: string;
  readonly lines: readonly string[];
}

export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  let open: { line: number; language: string; from: number } | undefined;
  for (const [at, line] of lines.entries()) {
    const fence = /^```(\w*)$/.exec(line);
    if (fence === null) continue;
    if (open === undefined) open = { line: at + 1, language: fence[1] ?? '', from: at + 1 };
    else {
      blocks.push({ line: open.line, language: open.language, lines: lines.slice(open.from, at) });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`the block that begins in line ${open.line} does not end`);
  return blocks;
}

/** Commands with what the page says they show; nothing said: undefined. */
export interface Step {
  readonly line: number;
  readonly commands: readonly string[];
  readonly shows: readonly string[] | undefined;
}

/** What somebody does who follows the page. A text that begins with `^C` is what comes when that is pressed. */
export function stepsOf(markdown: string): Step[] {
  const steps: Step[] = [];
  for (const { line, language, lines } of blocksOf(markdown)) {
    if (language === 'sh') steps.push({ line, commands: lines, shows: undefined });
    if (language !== 'text') continue;
    const last = steps.at(-1);
    if (lines[0] === '^C') steps.push({ line, commands: ['^C'], shows: lines.slice(1) });
    else if (last === undefined || last.shows !== undefined)
      throw new Error(`line ${line}: this text follows no commands`);
    else steps[steps.length - 1] = { ...last, shows: lines };
  }
  return steps;
}

/** `…` stands for anything in a line, and alone in its line for any lines. */
export function patternOf(shows: readonly string[]): RegExp {
  const parts = shows.map((line) => {
    if (line.trim() === '…') return '(?:.*\\n)*?';
    const pieces = line.trimEnd().split('…');
    return `${pieces.map((piece) => RegExp.escape(piece)).join('.*?')} *\\n`;
  });
  return new RegExp(`^\\n*${parts.join('')}\\n*$`);
}
