/**
 * The page's one Trusted Types policy. The built page forbids text as script or as HTML altogether
 * (`require-trusted-types-for`, scripts/content-security-policy.ts); what is left is the address of a worker, and that
 * has to be of this origin. Browsers without Trusted Types ignore both.
 */

/** What is used of `window.trustedTypes`, which TypeScript's library does not describe. */
interface PolicyFactory {
  createPolicy(name: 'default', rules: { readonly createScriptURL: (address: string) => string }): unknown;
}

/**
 * The address, when it is one of `origin`.
 * @param base what a relative address is relative to
 * @throws TypeError for any other address
 */
export function ownScript(address: string, base: string, origin: string): string {
  const url = new URL(address, base);
  if (url.origin !== origin || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new TypeError('Scripts come from this page\u2019s own address only.');
  return address;
}

/** Lets through scripts of this origin only. To be called once, before the first worker is made. */
export function trustOwnScripts(): void {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: PolicyFactory };
  trustedTypes?.createPolicy('default', { createScriptURL: (address) => ownScript(address, document.baseURI, location.origin) });
}
