export type AppName = 'functions' | 'edge' | 'worker';
export declare const functionsFolder: string;
export declare function functionsBundle(app: AppName): string;
export declare function bundleFunctions(options?: {
  readonly apps?: readonly AppName[];
  readonly outdir?: string;
  readonly sourcemap?: boolean;
}): Promise<{ readonly sizes: Readonly<Record<AppName, number>> }>;
export declare function areFunctionsStale(): Promise<boolean>;
