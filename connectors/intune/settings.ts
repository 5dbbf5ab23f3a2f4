/** What a connector to one Intune tenant is made from. */
import type { Clock, Random } from '../../core/ports/clock';

export type IntuneAuth =
  | {
      readonly kind: 'client-secret';
      readonly authorityHost: string;
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | {
      readonly kind: 'client-certificate';
      readonly authorityHost: string;
      readonly tenantId: string;
      readonly clientId: string;
      /** PEM file with certificate and private key. */
      readonly certificatePath: string;
    }
  | { readonly kind: 'managed-identity'; readonly clientId?: string | undefined }
  /** For loopback hosts only. */
  | { readonly kind: 'static-token'; readonly token: string };

/** How reports name an app: Intune's app inventory has labels, no package names (facts/intune-graph.md §1.6). */
export interface AppLabel {
  /** Labels as devices show them; compared exactly. */
  readonly names: readonly string[];
  readonly platform: 'android' | 'ios';
  /** Part of what the publisher says, where one is given; case does not matter. A row of another publisher is a namesake. */
  readonly publisher?: string | undefined;
}

export interface IntuneSettings {
  readonly id: string;
  readonly baseUrl: string;
  /** How devices are read: the paged list, the export job, or by fleet size. */
  readonly strategy: 'auto' | 'list' | 'export';
  readonly auth: IntuneAuth;
  /** Package names or bundle ids whose versions are wanted; without any no app report is asked for. */
  readonly watchedApps: readonly string[];
  /** Labels by app id, beside the built-in ones of Google Messages and Carrier Services. */
  readonly appLabels?: Readonly<Record<string, AppLabel>>;
  /** Country of numbers written without one, ISO 3166 alpha-2. */
  readonly defaultCountry: string | null;
  /** Wait before a report job is asked for the first time; 10 where left out. Shorter only towards a simulator. */
  readonly pollSeconds?: number;
  /** `auto` takes the export job from this many devices on. */
  readonly exportFrom?: number;
}

export interface IntuneDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: string;
}
