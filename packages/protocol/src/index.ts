export { maxTimerMs, parseDuration } from "./duration.js";
export { type ErrorCode, type ExitStatus, errors, exitStatus, isErrorCode } from "./errors.js";
export type {
  Blocker,
  Call,
  DependencyDocument,
  EventDocument,
  GraphDocument,
  JournalDocument,
  LeaseDocument,
  LimitsDocument,
  Owner,
  PingDocument,
  ProblemDocument,
  Readiness,
  ReportBody,
  Requirement,
  RootCause,
  StartBody,
  Status,
  UnitDocument,
  UnitRequirement,
  UnitRow,
  WaitBody,
  WaitDocument,
  Waiter,
  WantBody,
  WhyBlocker,
  WhyDocument,
} from "./messages.js";
export {
  generationHeader,
  type Route,
  type RouteName,
  requestIdHeader,
  routePath,
  routes,
} from "./routes.js";
export { directoryObjection, maxSocketPathBytes, socketPaths } from "./socket-path.js";
