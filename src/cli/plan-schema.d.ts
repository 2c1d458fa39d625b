/** Written by ajv from schema/plan-v1.schema.json when the sources are bundled (tools/bundle/virtual-modules.ts). */
declare module 'virtual:plan-schema' {
  export interface SchemaError {
    /** Where in the plan, as a JSON pointer: `/members/3/name`. */
    readonly instancePath: string;
    readonly keyword: string;
    readonly params: { readonly missingProperty?: string; readonly additionalProperty?: string };
  }
  export const validate: {
    (plan: unknown): boolean;
    /** Of the last plan that was not valid; the first is what is wrong. */
    readonly errors?: readonly SchemaError[] | null;
  };
}
