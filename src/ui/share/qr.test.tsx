import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { MOST_QR, qrCode, qrSvg } from '../../viz/qrCode';
import { QrFigure } from './QrTab';

it('draws the QR code of a link', async () => {
  const code = qrCode('https://moe.example/#v=1&T=0.5&hide=prompt,dock')!;
  const figure = renderToStaticMarkup(<QrFigure size={code.size} path={code.path} label="QR code of the link" />);
  await expect(`${figure}\n`).toMatchFileSnapshot('./__snapshots__/qr.svg');
});

it('has a light border of four modules and three eyes; a file is the same code', () => {
  const code = qrCode('HELLO')!;
  // Version 1: 21 modules, and four on either side.
  expect(code.size).toBe(29);
  // The first row of two eyes: seven dark modules at the left, and seven at the right.
  expect(code.path).toContain('M4 4h7v1h-7z');
  expect(code.path).toContain('M18 4h7v1h-7z');
  expect(code.path).toContain('M4 24h7v1h-7z');
  expect(qrSvg(code, 'a & b < c')).toContain('<title>a &amp; b &lt; c</title>');
  expect(qrSvg(code, '')).toContain(code.path);
  expect(qrCode('x'.repeat(MOST_QR + 1))).toBeUndefined();
});
