/** What stands behind Chinese: Latin letters and signs have a blank before them. */
export function afterHan(text: string): string {
  return /^\p{Script=Han}/u.test(text) ? text : ` ${text}`;
}

/** The same of what Chinese stands behind, too. */
export function betweenHan(text: string): string {
  return /\p{Script=Han}$/u.test(text) ? afterHan(text) : `${afterHan(text)} `;
}
