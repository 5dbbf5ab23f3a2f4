/** How reports word states: as the admin centre does, not as the enums of the API (facts/intune-graph.md §1.4). */
import type { SyntheticDevice } from '../../fleet/synthetic-device';
import { complianceState, managementState, registrationState } from '../graph-words';

/** The one place where Intune names the Android enrolment on v1.0 (facts/intune-graph.md §1.4). */
export function reportedSystem({ platform, mode }: SyntheticDevice): string {
  switch (platform) {
    case 'ios':
    case 'ipados':
      return 'iOS/iPadOS';
    case 'windows':
      return 'Windows';
    case 'android':
      switch (mode) {
        case 'work-profile':
          return 'Android (Personally-Owned Work Profile)';
        case 'corporate-work-profile':
          return 'Android (Corporate-Owned Work Profile)';
        case 'dedicated':
          return 'Android (Dedicated)';
        default:
          return 'Android (Fully Managed)';
      }
  }
}

export function reportedOwnership({ ownership }: SyntheticDevice): string {
  return ownership === 'corporate' ? 'Corporate' : 'Personal';
}

export function reportedCompliance(device: SyntheticDevice): string {
  switch (complianceState(device)) {
    case 'compliant':
      return 'Compliant';
    case 'noncompliant':
      return 'Noncompliant';
    case 'inGracePeriod':
      return 'In grace period';
    case 'conflict':
      return 'Conflict';
    case 'error':
      return 'Error';
    case 'unknown':
      return 'Not evaluated';
  }
}

/** `wipePending` as `Wipe pending`. */
export function reportedState(device: SyntheticDevice): string {
  return spaced(managementState(device));
}

export function reportedRegistration(device: SyntheticDevice): string {
  return spaced(registrationState(device));
}

function spaced(word: string): string {
  const text = word.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
