/** The policy of the built page. */
import type { Plugin } from 'vite';

/**
 * Nothing is allowed but what is listed, and all of that comes from the page's own origin. No string is ever run or read as
 * HTML: the one Trusted Types policy (src/base/trustedTypes.ts) lets through addresses of this origin's scripts, which
 * workers need. 'wasm-unsafe-eval' lets ONNX Runtime compile WebAssembly, and nothing else. Styles that React sets
 * go through the object model, which no policy is about, so not even a style attribute is needed.
 */
export const POLICY: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self'",
  'style-src': "'self'",
  'font-src': "'self'",
  'img-src': "'self' data: blob:",
  'connect-src': "'self'",
  'manifest-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': 'default',
};

export const policyText = (policy: Readonly<Record<string, string>> = POLICY): string =>
  Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');

/**
 * A static host such as GitHub Pages cannot send headers, so the policy travels in the page. The dev server needs inline
 * scripts and has none. Which pages may embed this one cannot be said in a page (`frame-ancestors`); all of them may.
 */
export function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policyText() }, injectTo: 'head-prepend' }],
  };
}
