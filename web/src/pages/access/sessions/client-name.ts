/** In the order in which they are looked for: most browsers also name those that they are like. */
const browsers = [
  [/\bEdgA?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)\S* (?:Mobile\/\S+ )?Safari\//, 'Safari'],
] as const;

const systems = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/** A browser by its name and system, as far as it says so; whatever else comes is shown as it is. */
export function clientName(text: string): string {
  const browser = browsers
    .map(([pattern, name]) => ({ name, version: pattern.exec(text)?.[1] }))
    .find(({ version }) => version !== undefined);
  if (browser === undefined) return text;
  const system = systems.find(([pattern]) => pattern.test(text))?.[1];
  return [`${browser.name} ${browser.version ?? ''}`, ...(system === undefined ? [] : [system])].join(' · ');
}
