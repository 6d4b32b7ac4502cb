import type { TestContext } from 'node:test';
import { type Account, type ConsoleBrowser, looks } from './console-browser.ts';

export interface Sight {
  readonly path: string;
  /** A text of the page once it is there, in each language. */
  readonly ready: { readonly en: string; readonly zh: string };
  /** Default: the administrator; null: nobody. */
  readonly who?: Account | null;
}

/** English, light and wide, and Chinese, dark and narrow; with BERTH_CONSOLE=full whatever else there is between. */
const chosen = looks.filter(
  (_, no) => process.env['BERTH_CONSOLE'] === 'full' || no === 0 || no === looks.length - 1,
);

/** A page in both languages, both themes and both widths; with BERTH_SHOTS=<folder> a picture of each. */
export async function lookAt(context: TestContext, browser: ConsoleBrowser, sight: Sight): Promise<void> {
  const shots = process.env['BERTH_SHOTS'];
  for (const look of chosen) {
    const { language, theme, width } = look;
    await using window = await browser.window(look, sight.who);
    await window.open(sight.path, sight.ready[language]);
    if (shots !== undefined) {
      const name = `${context.name.replaceAll(/\W+/g, '-')}-${language}-${theme}-${width}.png`;
      await window.page.screenshot({ path: `${shots}/${name}`, fullPage: true });
    }
    await window.expectGood();
  }
}
