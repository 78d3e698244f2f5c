/** The page's own font as a data address, so that a picture keeps its face wherever it is shown. */

let face: Promise<string> | undefined;

/** An `@font-face` rule that needs no other file; empty where the font cannot be read. */
export function fontFace(): Promise<string> {
  face ??= load().catch(() => '');
  return face;
}

async function load(): Promise<string> {
  const rule = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((found) => ({ found, base: sheet.href ?? document.baseURI }))).find(({ found }) => found instanceof CSSFontFaceRule && /U\+0(-|000-00)FF/i.test(found.cssText));
  const address = /url\("?([^")]+)"?\)/.exec(rule?.found.cssText ?? '')?.[1];
  if (rule === undefined || address === undefined) return '';
  const response = await fetch(new URL(address, rule.base));
  if (!response.ok) return '';
  const bytes = new Uint8Array(await response.arrayBuffer());
  let binary = '';
  for (let i = 0; i < bytes.length; i += 4096) binary += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return `@font-face{font-family:Inter;font-weight:100 900;src:url(data:font/woff2;base64,${btoa(binary)}) format('woff2')}`;
}
