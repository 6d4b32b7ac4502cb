import type { Language } from '../../ui/text/say.ts';
import { problemTexts } from './problem-text.ts';

interface SaidProblem {
  readonly text: string;
  readonly language: Language;
}

/** Why a delivery failed, in the reader's language where the sentence is a known one. */
export function sayProblem(problem: string, language: Language): SaidProblem {
  if (language === 'en') return { text: problem, language };
  for (const { expression, zh } of phrases) {
    const found = expression.exec(problem);
    if (found !== null)
      return { text: zh.replaceAll(/\{(\w+)\}/g, (_, name: string) => found.groups?.[name] ?? ''), language };
  }
  return { text: problem, language: 'en' };
}

/** The longest first: what begins like a shorter one says more. */
const phrases = Object.values(problemTexts)
  .toSorted((one, other) => other.en.length - one.en.length)
  .map(({ en, zh }) => ({ expression: expressionOf(en), zh }));

function expressionOf(sentence: string): RegExp {
  const parts = sentence.split(/\{(\w+)\}/);
  const text = parts.map((part, no) =>
    no % 2 === 1 ? `(?<${part}>.+?)` : part.replaceAll(/[.*+?()[\]|\\^$]/g, '\\$&'),
  );
  return new RegExp(`^${text.join('')}$`, 'su');
}
