// The Node.js runtime: what Lambda's own does between `next` and `response` (lambda-behaviour 1.5, 3.1).
// Written from its observable behaviour. Nothing but Node's own library is used.

import { existsSync, readFileSync, statSync, writeSync } from "node:fs";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const API = "/2018-06-01/runtime";
const FIRST_WITHOUT_CALLBACKS = 24;
const EXIT = { init: 1, rejection: 128, exception: 129 };
const LEVELS = { TRACE: 4, DEBUG: 8, INFO: 12, WARN: 16, ERROR: 20, FATAL: 24 };
const TEXT_FRAME = 0xa55a0003;
const FUNCTION_INIT_STARTED = 0xc01d0002;
const NO_REQUEST = "undefined";

/** An error that the runtime itself finds; its name is Lambda's type of it. */
class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

/** Log events with their level, as frames that keep a message whole. */
class Log {
  requestId = NO_REQUEST;
  #descriptor = Number(process.env._LAMBDA_TELEMETRY_LOG_FD);

  event(level, message) {
    const text = `${new Date().toISOString()}\t${this.requestId}\t${level}\t${message}\n`;
    this.frame((TEXT_FRAME | LEVELS[level]) >>> 0, Buffer.from(text));
  }

  frame(type, message) {
    const header = Buffer.alloc(16);
    header.writeUInt32BE(type, 0);
    header.writeUInt32BE(message.length, 4);
    header.writeBigUInt64BE(BigInt(Date.now()) * 1000n, 8);
    let left = Buffer.concat([header, message]);
    while (left.length > 0) left = left.subarray(writeSync(this.#descriptor, left));
  }

  /** Make `console` write such events. */
  install() {
    const kinds = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN" };
    for (const [name, level] of Object.entries({ ...kinds, error: "ERROR", fatal: "FATAL" })) {
      console[name] = (...parts) => this.event(level, format(...parts));
    }
  }
}

/** The Runtime API, over one connection that is kept. */
class Client {
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #address = process.env.AWS_LAMBDA_RUNTIME_API.split(":");

  next() {
    return this.#send("GET", "/invocation/next");
  }

  respond(id, text) {
    return this.#send("POST", `/invocation/${id}/response`, text);
  }

  fail(path, error) {
    const body = JSON.stringify(describe(error, "trace"));
    const type = encodeURIComponent(describe(error, "trace").errorType);
    return this.#send("POST", path, body, { "Lambda-Runtime-Function-Error-Type": type });
  }

  #send(method, path, body = "", headers = {}) {
    const [host, port] = this.#address;
    const length = { "Content-Length": Buffer.byteLength(body), "Content-Type": "application/json" };
    const options = { method, host, port, path: API + path, agent: this.#agent };
    return new Promise((done, failed) => {
      const asking = request({ ...options, headers: { ...length, ...headers } }, (answer) => {
        const pieces = [];
        answer.on("data", (piece) => pieces.push(piece));
        answer.on("end", () => done({ headers: answer.headers, body: Buffer.concat(pieces).toString() }));
        answer.on("error", failed);
      });
      asking.on("error", failed);
      asking.end(body);
    });
  }
}

/** Say what was thrown, whatever it is; the lines of its stack go under `lines`. */
function describe(error, lines) {
  if (!(error instanceof Error)) {
    return { errorType: error === null ? "null" : typeof error, errorMessage: String(error), [lines]: [] };
  }
  const stack = String(error.stack ?? "").split("\n");
  const reason = error.reason === undefined ? {} : { reason: describe(error.reason, lines) };
  return { errorType: error.name, errorMessage: error.message, ...reason, [lines]: stack };
}

// -- from the handler string to the function

/** Return folder, module and path of exports of a handler such as `folder/index.deep.handler`. */
function split(handler) {
  if (handler.includes("..")) {
    const advice = "Use absolute paths when specifying root directories in handler names.";
    throw new RuntimeError("Runtime.MalformedHandlerName", `'${handler}' is not a valid handler name. ${advice}`);
  }
  const cut = handler.lastIndexOf("/") + 1;
  const [module, ...names] = handler.slice(cut).split(".");
  if (!module || names.length === 0) throw new RuntimeError("Runtime.MalformedHandlerName", "Bad handler");
  return [handler.slice(0, cut), module, names];
}

/** Whether a `.js` file is an ES module: the nearest package.json says so. */
function isModule(file) {
  if (!file.endsWith(".js")) return file.endsWith(".mjs");
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const about = resolve(folder, "package.json");
    if (existsSync(about)) return JSON.parse(readFileSync(about, "utf8")).type === "module";
    if (folder === dirname(folder)) return false;
  }
}

async function load(folder, module) {
  const root = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
  const require = createRequire(import.meta.url);
  const base = resolve(root, folder, module);
  const endings = [".js", ".mjs", ".cjs"].map((ending) => base + ending);
  const file = endings.find((path) => existsSync(path) && statSync(path).isFile());
  try {
    if (file === undefined) return require(require.resolve(`${folder}${module}`, { paths: [root] }));
    return isModule(file) ? await import(pathToFileURL(file)) : require(file);
  } catch (error) {
    throw told(error);
  }
}

/** Return Lambda's own error for code that cannot be read or found, others as they are. */
function told(error) {
  const missing = ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error?.code);
  if (missing) return new RuntimeError("Runtime.ImportModuleError", `Error: ${error.message}`);
  if (!(error instanceof SyntaxError)) return error;
  const syntax = new RuntimeError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
  syntax.stack = `${syntax.name}: ${syntax.message}\n${error.stack}`;
  return syntax;
}

async function find(handler) {
  const [folder, module, names] = split(handler);
  let found = await load(folder, module);
  for (const name of names) found = found?.[name] ?? (name === names[0] ? found?.default?.[name] : undefined);
  if (found === undefined) throw new RuntimeError("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  if (typeof found !== "function") throw new RuntimeError("Runtime.HandlerNotFound", `${handler} is not a function`);
  return found;
}

function refuseCallback(handler) {
  const runtime = /nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? "");
  if (handler.length < 3 || Number(runtime?.[1] ?? 0) < FIRST_WITHOUT_CALLBACKS) return;
  throw new RuntimeError(
    "Runtime.CallbackHandlerDeprecated",
    "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
      "You need to modify this function to use a supported handler signature to use Node.js 24 or later.",
  );
}

// -- the lab's fault knobs, carried out where real faults happen

async function injectAtInit(fault) {
  if (fault === "crash-in-init") throw new RuntimeError("InjectedFault", "raised by the lab's fault knob");
  if (fault === "slow-init") await new Promise((done) => setTimeout(done, 3000));
}

async function inject(fault, slowMs) {
  if (slowMs) await new Promise((done) => setTimeout(done, Number(slowMs)));
  if (!fault) return undefined;
  if (fault === "raise") throw new RuntimeError("InjectedFault", "raised by the lab's fault knob");
  const forever = new Promise(() => setInterval(() => {}, 1000));
  const held = [];
  while (fault === "out-of-memory") held.push(Buffer.alloc(4 << 20, 1));
  return forever;
}

// -- one invocation

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const parsed = (name) => (headers[name] ? JSON.parse(headers[name]) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed("lambda-runtime-client-context"),
    identity: parsed("lambda-runtime-cognito-identity"),
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/**
 * Let callbacks and the old ways of ending settle an invocation; the first one counts. A callback
 * waits for an empty event loop, where everything ends that never called one.
 */
function settle(context, done, failed) {
  let act = () => done(undefined);
  const settled = (next) => {
    act = next;
    if (!context.callbackWaitsForEmptyEventLoop) setImmediate(next);
  };
  const now = (next) => {
    context.callbackWaitsForEmptyEventLoop = false;
    settled(next);
  };
  process.once("beforeExit", () => act());
  context.succeed = (result) => now(() => done(result));
  context.fail = (error) => now(() => failed(error ?? "handled"));
  context.done = (error, result) => now(() => (error ? failed(error) : done(result)));
  return (error, result) => settled(() => (error ? failed(error) : done(result)));
}

class Runtime {
  #log = new Log();
  #client = new Client();

  async run() {
    this.#log.install();
    process.on("uncaughtException", (error) => this.#end("Uncaught Exception", error, EXIT.exception));
    process.on("unhandledRejection", (reason) => {
      const error = new RuntimeError("Runtime.UnhandledPromiseRejection", String(reason));
      error.reason = reason;
      this.#end("Unhandled Promise Rejection", error, EXIT.rejection);
    });
    try {
      const fault = process.env._COLDSTART_FAULT;
      delete process.env._COLDSTART_FAULT;
      this.#log.frame(FUNCTION_INIT_STARTED, Buffer.alloc(0));
      await injectAtInit(fault);
      this.handler = await find(process.env._HANDLER);
      refuseCallback(this.handler);
    } catch (error) {
      await this.#end("Uncaught Exception", error, EXIT.init);
      return;
    }
    for (;;) await this.#serve(await this.#client.next());
  }

  async #serve({ headers, body }) {
    const id = headers["lambda-runtime-aws-request-id"];
    this.#log.requestId = id;
    process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"] ?? "";
    let text;
    try {
      const fault = headers["coldstart-fault"];
      const injected = await inject(fault, headers["coldstart-slow-ms"]);
      const result = fault ? injected : await this.#handle(JSON.parse(body), contextOf(headers));
      text = stringify(result);
    } catch (error) {
      this.#log.event("ERROR", `Invoke Error \t${JSON.stringify(describe(error, "stack"))}`);
      await this.#client.fail(`/invocation/${id}/error`, error);
      return;
    }
    await this.#client.respond(id, text);
  }

  #handle(event, context) {
    return new Promise((done, failed) => {
      const callback = settle(context, done, failed);
      const result = this.handler(event, context, callback);
      if (typeof result?.then === "function") result.then(done, failed);
    }).finally(() => process.removeAllListeners("beforeExit"));
  }

  async #end(what, error, status) {
    const id = this.#log.requestId;
    this.#log.event("ERROR", `${what} \t${JSON.stringify(describe(error, "stack"))}`);
    const path = id === NO_REQUEST ? "/init/error" : `/invocation/${id}/error`;
    await this.#client.fail(path, error).catch(() => {});
    process.exit(status);
  }
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch {
    throw new RuntimeError("Error", "Unable to stringify response body");
  }
}

new Runtime().run();
