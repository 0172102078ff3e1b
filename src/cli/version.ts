/** The version of this build, put in by the build; `0.0.0` when run from source. */
export const VERSION: string = '0.0.0';
