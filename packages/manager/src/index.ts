export type { Clock } from "./clock.js";
export {
  type Command,
  decide,
  type LoseCommand,
  type ReportCommand,
  type ResetAllCommand,
  type StartCommand,
  type UnitCommand,
  type UnitRequirement,
  type WantCommand,
  whyNotStarted,
} from "./commands.js";
export {
  Coordinator,
  type CoordinatorOptions,
  type Snapshot,
  type UnitWaiter,
  type WaitOptions,
} from "./coordinator.js";
export { ManagerError, type ManagerErrorCode, type ManagerErrorDetails } from "./errors.js";
export type { UnitEvent } from "./events.js";
export {
  type Journal,
  type JournalBase,
  JournalConflictError,
  MemoryJournal,
  type RecordedEvent,
} from "./journal.js";
export type { Limits } from "./limits.js";
export { type ReadonlyUnitManager, type Report, UnitManager } from "./manager.js";
export {
  type Readiness,
  type Requirement,
  type RequirementState,
  requirementState,
  type Status,
  type StoredStatus,
  type Transition,
  transitions,
  type Verb,
} from "./status.js";
export type {
  Blocker,
  Caller,
  DeepBlocker,
  Dependency,
  Owner,
  RootCause,
  Unit,
  UnitSnapshot,
} from "./unit.js";
export { compareNames, maxUnitNameBytes } from "./unit-name.js";
export type { AbortSignalLike, HeldCall } from "./waiters.js";
export { deepBlockers } from "./why.js";
