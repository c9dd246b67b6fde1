export { type ErrorCode, type ExitStatus, errors, exitStatus, isErrorCode } from "./errors.js";
export type {
  DependencyDocument,
  EventDocument,
  GraphDocument,
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
  WantBody,
} from "./messages.js";
export { type Route, type RouteName, routePath, routes } from "./routes.js";
export { maxSocketPathBytes, socketPaths } from "./socket-path.js";
