// The site of docs/: VitePress over the copy of the documents that tools/site.ts makes in site/build/source.
const page = (text, link) => ({ text, link });

export default {
  title: 'ardedup',
  description: 'Use one copy of each runtime in a native link',
  base: process.env.ARDEDUP_SITE_BASE ?? '/',
  outDir: '../../../build/site',
  cacheDir: '../cache',
  // Angle brackets of documents are text: `<command>`.
  markdown: { html: false },
  vite: { logLevel: 'warn' },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      page('Reference', '/docs/reference'),
      page('Changes', '/CHANGELOG'),
      { text: 'API', link: '/api/index.html', target: '_self' },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          page('Overview', '/'),
          page('I have a linker error', '/docs/linker-error'),
          page('I write a compiler driver', '/docs/compiler-driver'),
          page('I ship libraries', '/docs/shipping-libraries'),
          page('I run CI', '/docs/ci'),
        ],
      },
      {
        text: 'Use',
        items: [
          page('Reference', '/docs/reference'),
          page('Fix', '/docs/fix'),
          page('Advice', '/docs/advice'),
          page('Link wrapper', '/docs/link-wrapper'),
          page('Bazel', '/docs/bazel'),
          page('Configuration', '/docs/configuration'),
          page('Findings', '/docs/findings/README'),
          page('Library', '/docs/library'),
          page('Plan format', '/docs/plan-format'),
          page('Link notation', '/docs/notation'),
          page('Glossary', '/docs/glossary'),
        ],
      },
      {
        text: 'Trust',
        items: [
          page('Safety', '/docs/safety'),
          page('Evidence', '/docs/evidence'),
          page('Linkers', '/docs/linkers'),
          page('Formats', '/docs/formats'),
          page('Performance', '/docs/PERFORMANCE'),
          page('Security', '/SECURITY'),
        ],
      },
      {
        text: 'Contribute',
        items: [
          page('Contributing', '/CONTRIBUTING'),
          page('Design', '/docs/DESIGN'),
          page('Style', '/docs/STYLE'),
          page('Dependencies', '/docs/dependencies'),
          page('Decisions', '/docs/decisions/README'),
        ],
      },
    ],
  },
};
