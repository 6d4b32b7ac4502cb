import { type Making, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';
import { artifactTexts } from './text.ts';

/** `berth artifact layers|files|diff` */
export function artifactContentCommands(making: Making): void {
  const { lang } = making;
  const reference = ['<reference>', restTexts.reference[lang]] as const;
  verb(making, 'artifact layers', artifactTexts.layers, async (...call) =>
    (await import('./artifact-layers.ts')).artifactLayers(...call),
  ).argument(...reference);
  verb(making, 'artifact files', artifactTexts.files, async (...call) =>
    (await import('./artifact-files.ts')).artifactFiles(...call),
  )
    .argument(...reference)
    .argument('[folder]', artifactTexts.folder[lang])
    .option('--layer <number>', artifactTexts.layer[lang])
    .option('--deep', artifactTexts.deep[lang])
    .option('--find <text>', artifactTexts.find[lang])
    .option('--wasted', artifactTexts.wasted[lang]);
  verb(making, 'artifact diff', artifactTexts.diff, async (...call) =>
    (await import('./artifact-diff.ts')).artifactDiff(...call),
  )
    .argument(...reference)
    .argument('<other>', artifactTexts.second[lang])
    .option('--platform <platform>', artifactTexts.platform[lang]);
}
