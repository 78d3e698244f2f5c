import { describe, expect, it } from 'vitest';
import { elementCode, iframeCode } from './code';

describe('code for other pages', () => {
  it('is a frame that can run the page and nothing more', () => {
    expect(iframeCode('https://moe.example/app/#v=1&embed=1&p=a+"b"', 'Routing <3', { width: '700px', height: 420 })).toBe(
      '<iframe src="https://moe.example/app/#v=1&amp;embed=1&amp;p=a+&quot;b&quot;" title="Routing &lt;3" width="700" height="420" loading="lazy" sandbox="allow-scripts allow-same-origin allow-popups" allow="clipboard-write; fullscreen" style="border: 0"></iframe>',
    );
    expect(iframeCode('https://moe.example/', 't', { width: '100%', height: 420 })).toContain('width="100%"');
  });

  it('is the element with its script; keys without an attribute of their own travel together', () => {
    expect(elementCode('https://moe.example/app/embed/moe-playground.js', { v: '1', T: '0.5', view: 'load', trace: 'traces/tale.json', e: '3.1,4.2', embed: '1' }, { width: '100%', height: 520 })).toBe(
      '<script type="module" src="https://moe.example/app/embed/moe-playground.js"></script>\n<moe-playground view="load" trace="traces/tale.json" keys="T=0.5&amp;e=3.1,4.2" height="520"></moe-playground>',
    );
    expect(elementCode('x.js', {}, { width: '360px', height: 300 })).toBe('<script type="module" src="x.js"></script>\n<moe-playground height="300" style="max-width: 360px"></moe-playground>');
  });
});
