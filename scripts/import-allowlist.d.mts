export interface Rule {
  readonly folders: readonly string[];
  readonly types?: readonly string[];
  readonly packages?: readonly string[];
  readonly why: string;
}
export const allowlist: Readonly<Record<string, Rule>>;
