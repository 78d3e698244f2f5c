/** Draws the icons of public/icons/ from public/favicon.svg: `npm run icons`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { args, executablePath } from './browser.mjs';

const svg = readFileSync('public/favicon.svg', 'utf8');
/** Of a maskable icon only the inner circle of 80 % is sure to be seen: no round corners, and the drawing at 72 %. */
const MASKABLE = 0.72;

function markup(size, maskable) {
  if (!maskable) return svg.replace('<svg ', `<svg width="${size}" height="${size}" `);
  const inner = svg.replace(/<rect width="16"[^>]*>/, '').replace(/<\/?svg[^>]*>/g, '');
  const ground = /<rect width="16"[^>]*fill="([^"]+)"/.exec(svg)?.[1];
  const margin = (16 - 16 * MASKABLE) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="${size}" height="${size}"><rect width="16" height="16" fill="${ground}"/><g transform="translate(${margin} ${margin}) scale(${MASKABLE})">${inner}</g></svg>`;
}

const browser = await chromium.launch({ args, ...(executablePath ? { executablePath } : {}) });
const page = await browser.newPage();
mkdirSync('public/icons', { recursive: true });
for (const maskable of [false, true]) {
  for (const size of [192, 512]) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>body{margin:0;background:transparent}svg{display:block}</style>${markup(size, maskable)}`);
    const name = `public/icons/${maskable ? 'maskable' : 'icon'}-${size}.png`;
    writeFileSync(name, await page.screenshot({ omitBackground: !maskable }));
    console.log(name);
  }
}
await browser.close();
