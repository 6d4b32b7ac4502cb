import type { TestContext } from 'node:test';
import { type Account, type ConsoleBrowser, type ConsoleWindow, isFull, looks } from './console-browser.ts';

export interface Sight {
  readonly path: string;
  /** A text of the page once it is there, in each language. */
  readonly ready: { readonly en: string; readonly zh: string };
  /** Default: the administrator; null: nobody. */
  readonly who?: Account | null;
}

/** English, light and wide, and Chinese, dark and narrow; with BERTH_CONSOLE=full whatever else there is between. */
export const chosen = looks.filter((_, no) => isFull || no === 0 || no === looks.length - 1);

/** A page in both languages, both themes and both widths; with BERTH_SHOTS=<folder> a picture of each. */
export async function lookAt(context: TestContext, browser: ConsoleBrowser, sight: Sight): Promise<void> {
  // One state of a page that is examined in every form elsewhere.
  const examined = chosen[context.name.length % chosen.length];
  for (const look of chosen) {
    await using window = await browser.window(look, sight.who);
    await window.open(sight.path, sight.ready[look.language]);
    await shoot(context, window);
    await window.expectGood(isFull ? {} : { withAxe: look === examined });
  }
}

/** With BERTH_SHOTS=<folder>: a picture of what a window shows. */
export async function shoot({ name }: TestContext, { page, look }: ConsoleWindow): Promise<void> {
  const folder = process.env['BERTH_SHOTS'];
  if (folder === undefined) return;
  const { language, theme, width } = look;
  const file = `${name.replaceAll(/\W+/g, '-')}-${language}-${theme}-${width}.png`;
  await page.screenshot({ path: `${folder}/${file}`, fullPage: true });
}
