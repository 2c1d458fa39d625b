/**
 * A configuration file: schema/config-v1.schema.json, docs/configuration.md. Each key sets the option of its name
 * where that is not given.
 */
export interface Config {
  readonly $schema?: string;
  /** By path or file name, strongest first. */
  readonly providers?: readonly string[];
  /** Rules `pattern=archive`. */
  readonly owners?: readonly string[];
  readonly arch?: readonly string[];
  readonly linker?: string;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly failOn?: readonly string[];
  /** By kind of finding: how many are allowed. */
  readonly max?: Readonly<Record<string, number>>;
  /** A path from the folder of the file, as are the other paths. */
  readonly baseline?: string;
  readonly suppressions?: string;
  readonly confirm?: boolean;
  readonly verbose?: boolean;
  readonly cache?: boolean;
  readonly cacheDir?: string;
  /** `500M`, `2G`. */
  readonly cacheSize?: string;
  /** Cures of `fix` that are accepted, each with a reason. */
  readonly accept?: readonly { readonly id: string; readonly reason: string }[];
  /** `link` applies the cures of `fix`. */
  readonly fix?: boolean;
}
