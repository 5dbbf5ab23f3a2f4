/** The two things a sweep needs to know about a reading: its verdict, and the keys by which the phone is found elsewhere. */
import type { ManagedDevice } from '../device/managed-device';
import type { SourceFields } from '../ports/inventory-source';
import type { Verdict } from '../policy/verdict';

export interface Judge {
  readonly policyDigest: string;
  /** @param now the moment of the run, so that every phone of a run is judged at the same time. */
  evaluate(device: ManagedDevice, now: number, sourceFields: SourceFields): Verdict;
  /** 53-bit hashes of serial, IMEIs and other ids that may join; empty for a device that must not join. */
  joinKeys(device: ManagedDevice): readonly number[];
}
