/**
 * Where this package's files are published, without a slash at the end, such as
 * `https://example.org/ardedup/blob/main`: reports link to its pages. Null while they are not published.
 */
export const documentationUrl: string | null = null;
