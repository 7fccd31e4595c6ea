/** The version of this package. `npm run manifests` copies it from package.json. */
export const VERSION = '7.59.0';
