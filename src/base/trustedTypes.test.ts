import { expect, test } from 'vitest';
import { ownScript } from './trustedTypes';

const PAGE = 'https://example.org/play/';
const own = (address: string): string => ownScript(address, PAGE, 'https://example.org');

test('addresses of scripts of this origin pass unchanged', () => {
  expect(own('assets/worker-1.js')).toBe('assets/worker-1.js');
  expect(own('https://example.org/play/sw.js')).toBe('https://example.org/play/sw.js');
});

test.each(['https://example.com/x.js', '//example.com/x.js', 'http://example.org/x.js', 'data:text/javascript,1', 'blob:https://example.org/1', 'javascript:alert(1)', 'https://example.org:8443/x.js'])('%s is refused', (address) => {
  expect(() => own(address)).toThrow(TypeError);
});
