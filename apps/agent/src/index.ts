export { type Agent, type AgentOptions, createAgent } from "./agent.js";
export { AgentError, type AgentErrorCode } from "./errors.js";
