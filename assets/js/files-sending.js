// Sends one file to the site: a small one at once, a large one in parts (the protocol tus), so that
// it goes on where the network was cut.

const LARGE = 8 * 1024 * 1024;
const PART = 8 * 1024 * 1024;
const RETRIES = [0, 1000, 3000, 6000];
const ONE = "/api/v1/files";
const IN_PARTS = "/api/v1/uploads";

/** Why a file did not arrive: `kind` is cut, gone (logged out), refused (with a reason) or failed. */
export class NotSent extends Error {
  constructor(kind, reason = "") {
    super(kind);
    this.kind = kind;
    this.reason = reason;
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Reads why the site refused it. */
function refusal(status, body) {
  let problem = {};
  try {
    problem = JSON.parse(body);
  } catch {
    // What stands before the site answers in words of its own.
  }
  const reason = Object.values(problem.errors ?? {})[0] ?? problem.detail ?? "";
  if (status === 401 || status === 403) return new NotSent("gone");
  if ([413, 415, 422, 429].includes(status) && reason) return new NotSent("refused", reason);
  return new NotSent("failed");
}

/** Sends it in one request; the key has it kept once, however often the request is repeated. */
class AtOnce {
  #key = newKey();
  #request = null;

  constructor(file, token, progress) {
    Object.assign(this, { file, token, progress });
  }

  send() {
    return new Promise((resolve, reject) => {
      const request = (this.#request = new XMLHttpRequest());
      request.open("POST", ONE);
      request.setRequestHeader("X-CSRFToken", this.token());
      request.setRequestHeader("Idempotency-Key", this.#key);
      request.upload.onprogress = ({ loaded, total }) => this.progress(loaded / total);
      request.onload = () =>
        request.status === 201
          ? resolve(JSON.parse(request.responseText))
          : reject(refusal(request.status, request.responseText));
      request.onerror = request.ontimeout = () => reject(new NotSent("cut"));
      const body = new FormData();
      body.append("file", this.file, this.file.name);
      request.send(body);
    });
  }

  stop() {
    if (this.#request) this.#request.onerror = null;
    this.#request?.abort();
  }
}

/** Sends it in parts. What was sent before of the same file, from this page or another, stays. */
class InParts {
  #upload = null;

  constructor(file, token, progress) {
    Object.assign(this, { file, token, progress });
  }

  async send() {
    const { Upload } = await import("tus-js-client").catch(() => {
      throw new NotSent("cut");
    });
    const arrived = new Promise((resolve, reject) => {
      const options = {
        endpoint: IN_PARTS,
        chunkSize: PART,
        retryDelays: RETRIES,
        metadata: { filename: this.file.name, filetype: this.file.type },
        headers: { "X-CSRFToken": this.token() },
        removeFingerprintOnSuccess: true,
        onProgress: (sent, all) => this.progress(sent / all),
        onSuccess: resolve,
        onError: (error) => {
          const answer = error.originalResponse;
          const status = answer?.getStatus() ?? 0;
          reject(status ? refusal(status, answer.getBody()) : new NotSent("cut"));
        },
      };
      this.#upload ??= new Upload(this.file, options);
      Object.assign(this.#upload.options, options);
    });
    if (!this.#upload.url) {
      const [before] = await this.#upload.findPreviousUploads();
      if (before) this.#upload.resumeFromPreviousUpload(before);
    }
    this.#upload.start();
    await arrived;
    return this.#look();
  }

  async #look() {
    const id = this.#upload.url.split("/").pop();
    const answer = await fetch(`${ONE}/${id}`).catch(() => {
      throw new NotSent("cut");
    });
    if (!answer.ok) throw refusal(answer.status, await answer.text());
    return answer.json();
  }

  stop() {
    // The site forgets what has arrived; where it cannot be asked, it does so after a day.
    this.#upload?.abort(true).catch(() => {});
  }
}

/** Gives what sends a file: `send()`, again after a cut, and `stop()`. `token()` is the form's. */
export function sender(file, token, progress) {
  return new (file.size > LARGE ? InParts : AtOnce)(file, token, progress);
}
