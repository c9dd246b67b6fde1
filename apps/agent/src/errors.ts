/** What keeps an agent from running, or from answering. */
export type AgentErrorCode =
  | "AGENT_ALREADY_RUNNING"
  | "AGENT_RESTARTED"
  | "AGENT_STOPPING"
  | "BUSY"
  | "CLIENT_GONE"
  | "JOURNAL_CORRUPT"
  | "JOURNAL_UNAVAILABLE"
  | "LOCK_UNAVAILABLE"
  | "LOG_UNAVAILABLE"
  | "OWNER_LOST"
  | "ROUTE_NOT_FOUND"
  | "SOCKET_UNAVAILABLE"
  | "SOCKET_DIRECTORY_UNSAFE";

export class AgentError extends Error {
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AgentError";
    this.code = code;
  }
}
